#include "server_fuzz.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "server/server.h"
#include "support/check.h"
#include "support/text.h"
#include "token_mutator.h"

namespace castra::server {
namespace {

constexpr std::size_t kPiece = 61;  // a prime, so that pieces end everywhere
constexpr std::size_t kMaxShuffledText = 4096;

Program small_program() {
  Program program;
  program.tasks = {{1, "a", {{1, ProcessorKind::Gpu, true, false}}},
                   {2, "task", {{1, ProcessorKind::Cpu, true, false}}}};
  Requirement cells;
  cells.privilege = Privilege::Read;
  cells.names = {"r", "all cells"};
  cells.bytes = cells.max_bytes = Bytes{4096};
  Launch launch;
  launch.task = "a";
  launch.domain = rect_of_extents({2, 3});
  launch.count = 1;
  launch.requirements = {cells};
  program.launches = {launch};
  program.launches.push_back({"task", std::nullopt, 1, {}, {}, 0});
  return program;
}

Machine small_machine() {
  Machine machine;
  machine.name = "small";
  machine.nodes = 2;
  machine.processors = {{ProcessorKind::Cpu, 1, ""}, {ProcessorKind::Gpu, 2, ""}};
  machine.memories = {{MemoryKind::System, 1, Bytes{1 << 20}, {ProcessorKind::Cpu}, ""},
                      {MemoryKind::FrameBuffer, 1, Bytes{1 << 20}, {ProcessorKind::Gpu}, ""}};
  return machine;
}

/// Everything the server sent is framed JSON-RPC.
void check_output(MessageReader& reader) {
  while (const auto item = reader.next()) {
    const auto* text = std::get_if<std::string>(&*item);
    CASTRA_CHECK(text != nullptr, "the server frames what it sends");
    const Json message = Json::parse(*text, nullptr, false);
    CASTRA_CHECK(message.is_object() && message.value("jsonrpc", "") == "2.0",
                 "the server sends JSON-RPC");
    const bool answer =
        message.contains("id") && message.contains("result") != message.contains("error");
    CASTRA_CHECK(answer || message.contains("method"), "an answer or a notification");
  }
}

}  // namespace

void exercise_server(std::string_view text) {
  Server server({small_program(), small_machine()});
  MessageReader sent;
  const bool raw = text.starts_with("Content-Length");
  if (!raw) {
    const Json initialize = {
        {"jsonrpc", "2.0"}, {"id", 0}, {"method", "initialize"}, {"params", Json::object()}};
    sent.feed(server.feed(framed(initialize.dump())));
  }
  while (!text.empty() && !server.ended()) {
    const std::size_t end =
        raw ? std::min(kPiece, text.size()) : std::min(text.find('\n'), text.size());
    const std::string_view piece = text.substr(0, end);
    sent.feed(server.feed(raw ? std::string(piece) : framed(piece)));
    text.remove_prefix(std::min(text.size(), raw ? end : end + 1));
    check_output(sent);
  }
  check_output(sent);
}

namespace {

/// A member somewhere in a message, chosen evenly along the way down.
Json* some_member(Json& message, Rng& rng) {
  Json* at = &message;
  while (at->is_structured() && !at->empty() && rng.below(5) != 0) {
    auto member = at->begin();
    std::advance(member, static_cast<std::ptrdiff_t>(rng.below(at->size())));
    at = &*member;
  }
  return at;
}

void change_member(Json& value, Rng& rng) {
  if (value.is_string() && rng.below(4) != 0) {
    value = lang::mutate_tokens(value.get_ref<const std::string&>(), kMaxShuffledText, rng);
  } else if (value.is_number_integer() && rng.below(4) != 0) {
    constexpr std::int64_t kSteps[] = {-1, 1, 10, 100, -1000};
    const std::int64_t now = value.is_number_unsigned() ? 0 : value.get<std::int64_t>();
    value = (now % 1000000) + kSteps[rng.below(std::size(kSteps))];
    if (rng.below(2) == 0) value = rng.below(80);
  } else if (value.is_structured() && !value.empty() && rng.below(2) == 0) {
    auto member = value.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(rng.below(value.size())));
    value.erase(member);
  } else {
    const Json values[] = {nullptr,        -1, 4294967296, true, "", "a", Json::array(),
                           Json::object(), 0.5};
    value = values[rng.below(std::size(values))];
  }
}

std::string change_message(const std::string& line, Rng& rng) {
  Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded()) return lang::mutate_tokens(line, kMaxShuffledText, rng);
  change_member(*some_member(message, rng), rng);
  return dump(message);
}

}  // namespace

std::string mutate_messages(std::string_view text, std::size_t max_size, Rng& rng) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  for (std::uint64_t edits = 1 + rng.below(3); edits > 0; --edits) {
    const std::size_t at = rng.below(lines.size());
    const std::size_t other = rng.below(lines.size());
    switch (rng.below(6)) {
      case 0:
        if (lines.size() > 1) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1: {
        const std::string copy = lines[other];
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), copy);
        break;
      }
      case 2:
        std::swap(lines[at], lines[other]);
        break;
      default:
        lines[at] = change_message(lines[at], rng);
    }
  }
  std::string mutated = join(lines, "\n");
  mutated.resize(std::min(mutated.size(), max_size));
  return mutated;
}

}  // namespace castra::server
