#include "run/overlay_status.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "program/json_node.h"
#include "support/file.h"

namespace castra::run {
namespace {

using Json = nlohmann::ordered_json;
using detail::JsonNode;

constexpr const char* kFormat = "castra-status";
constexpr std::array kAllFailureKinds = {FailureKind::OutOfMemory, FailureKind::InvalidMapping,
                                         FailureKind::FunctionError, FailureKind::BadMapping};

Json write(const OverlayFailure& failure) {
  const auto bytes = [](const std::optional<Bytes>& value) {
    return value ? Json(value->value) : Json(nullptr);
  };
  return {{"kind", to_string(failure.kind)},
          {"message", failure.message},
          {"task", failure.task},
          {"argument", failure.argument},
          {"point", failure.point},
          {"memories", failure.memories},
          {"wanted", bytes(failure.wanted)},
          {"capacity", bytes(failure.capacity)},
          {"rule_line", failure.rule_line},
          {"rule", failure.rule}};
}

Json write(const MemoryUse& use) {
  return {{"kind", to_string(use.memory.kind)}, {"node", use.memory.node},
          {"index", use.memory.index},          {"instances", use.instances},
          {"allocated", use.allocated.value},   {"peak", use.peak.value}};
}

OverlayFailure read_failure(const JsonNode& node) {
  const auto bytes = [&node](const char* key) -> std::optional<Bytes> {
    if (const auto value = node.find(key)) return Bytes{value->count()};
    return std::nullopt;
  };
  OverlayFailure failure;
  failure.kind = node.at("kind").word(&parse_failure_kind, "kind of failure");
  failure.message = node.at("message").text();
  failure.task = node.at("task").text();
  failure.argument = static_cast<int>(node.at("argument").integer(-1, 1 << 20));
  failure.point = node.at("point").text();
  failure.memories = node.at("memories").text();
  failure.wanted = bytes("wanted");
  failure.capacity = bytes("capacity");
  failure.rule_line = static_cast<int>(node.at("rule_line").integer(0, 1 << 30));
  failure.rule = node.at("rule").text();
  return failure;
}

MemoryUse read_memory(const JsonNode& node) {
  return {{node.at("kind").word(&parse_memory_kind, "memory kind"),
           static_cast<int>(node.at("node").integer(0, 1 << 20)),
           static_cast<int>(node.at("index").integer(0, 1 << 20))},
          node.at("instances").count(),
          Bytes{node.at("allocated").count()},
          Bytes{node.at("peak").count()}};
}

}  // namespace

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::OutOfMemory:
      return "out-of-memory";
    case FailureKind::InvalidMapping:
      return "invalid-mapping";
    case FailureKind::FunctionError:
      return "function-error";
    case FailureKind::BadMapping:
      return "bad-mapping";
  }
  return "";
}

std::optional<FailureKind> parse_failure_kind(std::string_view word) {
  for (const FailureKind kind : kAllFailureKinds) {
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

std::string to_json(const OverlayStatus& status) {
  Json memories = Json::array();
  for (const auto& use : status.memories) memories.push_back(write(use));
  const Json document = {{"format", kFormat},
                         {"version", OverlayStatus::kVersion},
                         {"finished", status.finished},
                         {"failure", status.failure ? write(*status.failure) : Json(nullptr)},
                         {"points_by_policy", status.points_by_policy},
                         {"points_forwarded", status.points_forwarded},
                         {"points_dropped", status.points_dropped},
                         {"tasks", status.tasks},
                         {"regions", status.regions},
                         {"memories", memories}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<OverlayStatus> status_from_json(const std::string& text, const std::string& name) {
  const auto document = detail::parse_json_file(text, name, kFormat, OverlayStatus::kVersion);
  if (!document) return tl::unexpected(document.error());
  std::optional<Error> fault;
  const JsonNode root(*document, fault, name);
  const auto words = [](const JsonNode& list) {
    return list.list([](const JsonNode& word) { return word.text(); });
  };
  OverlayStatus status;
  status.finished = root.at("finished").boolean();
  if (const auto failure = root.find("failure")) status.failure = read_failure(*failure);
  status.points_by_policy = root.at("points_by_policy").count();
  status.points_forwarded = root.at("points_forwarded").count();
  status.points_dropped = root.at("points_dropped").count();
  status.tasks = words(root.at("tasks"));
  status.regions = words(root.at("regions"));
  status.memories = root.at("memories").list(read_memory);
  if (fault) return tl::unexpected(*fault);
  return status;
}

Result<OverlayStatus> read_overlay_status(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  return status_from_json(*text, path);
}

OutcomeVariant outcome_of(const OverlayFailure& failure) {
  switch (failure.kind) {
    case FailureKind::OutOfMemory:
      return OutOfMemory{failure.task, failure.argument, failure.memories, failure.wanted,
                         failure.message};
    case FailureKind::InvalidMapping:
      return InvalidMapping{{failure.message}};
    case FailureKind::FunctionError:
    case FailureKind::BadMapping:
      return RunFailed{std::nullopt, std::nullopt, failure.message};
  }
  return RunFailed{std::nullopt, std::nullopt, failure.message};
}

}  // namespace castra::run
