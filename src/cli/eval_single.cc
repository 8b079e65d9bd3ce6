#include "cli/eval_single.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/command.h"
#include "lang/diagnostics.h"
#include "lang/policy.h"
#include "support/text.h"

namespace castra::cli {
namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "GPU:0:3", on a processor that the machine has.
Result<lang::RunningTask> parse_place(std::string name, std::string_view option,
                                      std::string_view text, const MachineShape& machine) {
  const auto parts = split(text, ':');
  const auto kind = parse_processor_kind(std::string(parts.front()));
  const auto node = parts.size() == 3 ? number(parts[1]) : std::nullopt;
  const auto index = parts.size() == 3 ? number(parts[2]) : std::nullopt;
  if (!kind || !node || !index) {
    return failure(fmt::format("`{} {}` names no processor", option, text),
                   "write KIND:NODE:PROCESSOR, for example GPU:0:3");
  }
  if (*node < 0 || *node >= machine.nodes || *index < 0 || *index >= machine.count(*kind)) {
    return failure(
        fmt::format("the machine has no {} {} on a node {}", to_string(*kind), *index, *node),
        fmt::format("it has {} with {} each, counted from 0",
                    lang::counted(static_cast<std::size_t>(machine.nodes), "node"),
                    machine.count(*kind)));
  }
  return lang::RunningTask{std::move(name), *kind, *node, *index};
}

/// "main:CPU:0:0"; the name may hold colons.
Result<lang::RunningTask> parse_parent(std::string_view text, const MachineShape& machine) {
  std::size_t colon = text.size();
  for (int i = 0; i < 3 && colon != std::string_view::npos && colon > 0; ++i)
    colon = text.rfind(':', colon - 1);
  if (colon == std::string_view::npos || colon == 0) {
    return failure(fmt::format("`--parent {}` names no task and its processor", text),
                   "write NAME:KIND:NODE:PROCESSOR, for example main:CPU:0:0");
  }
  return parse_place(std::string(text.substr(0, colon)), "--parent", text.substr(colon + 1),
                     machine);
}

int show(const SingleTaskOptions& options, const lang::Policy& policy,
         const std::optional<lang::SinglePlacement>& placed) {
  if (options.json) {
    nlohmann::ordered_json json = {{"task", options.task}, {"placement", nullptr}};
    if (placed) {
      json["placement"] = {{"kind", to_string(placed->kind)},
                           {"node", placed->processors.node},
                           {"processors", placed->processors.processors},
                           {"rule", {{"line", placed->rule.line}, {"text", placed->rule.text}}}};
    }
    print_json(json);
    return kOk;
  }
  if (!placed) {
    fmt::print("{}: no rule places it here; the program's own mapper does\n", options.task);
    return kOk;
  }
  fmt::print("{}", render_table({"task", "node", std::string(to_string(placed->kind)), "rule"},
                                {{options.task, std::to_string(placed->processors.node),
                                  fmt::format("{}", fmt::join(placed->processors.processors, ",")),
                                  fmt::format("{}:{}: {}", policy.source().name(),
                                              placed->rule.line, placed->rule.text)}}));
  return kOk;
}

}  // namespace

int eval_single(const SingleTaskOptions& options, const std::string& file, const Reading& reading,
                const MachineShape& machine) {
  const auto where = parse_place(options.task, "--on", options.on, machine);
  if (!where) return fail(where.error(), kUsage);
  std::vector<lang::RunningTask> ancestors;
  for (const std::string& text : options.parents) {
    auto parent = parse_parent(text, machine);
    if (!parent) return fail(parent.error(), kUsage);
    ancestors.push_back(std::move(*parent));
  }
  const auto policy = compile_mapping(file, reading, options.json);
  if (!policy) return policy.error();
  lang::PlaceLog log;
  const auto placed =
      (*policy)->place_single({*where, ancestors, options.region_bytes}, machine, &log);
  print_log((*policy)->source(), log);
  if (!placed) return wrong_program((*policy)->source(), placed.error(), options.json);
  return show(options, **policy, *placed);
}

}  // namespace castra::cli
