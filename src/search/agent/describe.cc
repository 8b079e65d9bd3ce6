#include "search/agent/describe.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.h"

namespace castra::search::agent {
namespace {

constexpr std::size_t kNamesShown = 12;
constexpr std::size_t kLinesShown = 200;

std::string shortened(const std::vector<std::string>& names) {
  if (names.size() <= kNamesShown) return join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kNamesShown);
  return fmt::format("{} and {} more", join(first, ", "), names.size() - kNamesShown);
}

std::string bounded(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < std::min(lines.size(), kLinesShown); ++i) out += lines[i] + "\n";
  if (lines.size() > kLinesShown) out += fmt::format("({} more)\n", lines.size() - kLinesShown);
  return out;
}

std::string variants_of(const Program& program, const std::string& name) {
  const Task* task = program.find_task(name);
  if (task == nullptr) return "unknown";
  std::vector<std::string> kinds;
  for (const ProcessorKind kind : kAllProcessorKinds) {
    if (task->has_variant(kind)) kinds.emplace_back(to_string(kind));
  }
  return kinds.empty() ? "none" : join(kinds, ", ");
}

std::string describe(const Requirement& requirement) {
  std::vector<std::string> fields;
  for (const Field& field : requirement.fields) {
    fields.push_back(field.name.empty() ? std::to_string(field.id) : field.name);
  }
  return fmt::format("    argument {}: {} {}, {} in all points, {} at most in one; fields {}",
                     requirement.index,
                     requirement.names.empty() ? "(no name)" : join(requirement.names, " = "),
                     to_string(requirement.privilege), to_string(requirement.bytes),
                     to_string(requirement.max_bytes), shortened(fields));
}

/// What a choice is about, without its values: "  task t: ", "  argument 2 (rp_ghost) of t on GPU:
/// ".
std::string subject(const Choice& choice) {
  const std::string argument =
      choice.region.empty() ? fmt::format("argument {}", choice.argument)
                            : fmt::format("argument {} ({})", choice.argument, choice.region);
  switch (choice.kind) {
    case ChoiceKind::Processor:
      return fmt::format("processors of {}", choice.task);
    case ChoiceKind::Memory:
      return fmt::format("memories of {} of {} on {}", argument, choice.task,
                         to_string(choice.processor));
    case ChoiceKind::Layout:
      return fmt::format("layout of {} of {}", argument, choice.task);
    case ChoiceKind::IndexMap:
      return fmt::format("placement of {} on {}", choice.task, to_string(choice.processor));
  }
  return "";
}

}  // namespace

std::string describe_program(const Program& program) {
  std::vector<std::string> lines;
  if (!program.command.empty()) lines.push_back("Command: " + join(program.command, " "));
  for (const Launch& launch : program.launches) {
    const std::string shape = launch.domain
                                  ? fmt::format("index launch over {}", to_string(*launch.domain))
                                  : "single task";
    std::string line = fmt::format("  {}: {}, {} times, runs on {}", launch.task, shape,
                                   launch.count, variants_of(program, launch.task));
    if (launch.timed_points > 0) {
      const Nanoseconds mean{launch.total_time.value / launch.timed_points};
      line += fmt::format(", {} per point when recorded", to_string(mean));
    }
    lines.push_back(line);
    for (const Requirement& requirement : launch.requirements)
      lines.push_back(describe(requirement));
  }
  return bounded(lines);
}

std::string describe_machine(const Machine& machine) {
  std::vector<std::string> lines;
  if (machine.nodes > 1) lines.push_back(fmt::format("  {} nodes, each with:", machine.nodes));
  for (const ProcessorGroup& group : machine.processors) {
    if (group.per_node > 0)
      lines.push_back(fmt::format("  {} x {}", group.per_node, to_string(group.kind)));
  }
  for (const MemoryGroup& group : machine.memories) {
    std::vector<std::string> seen_by;
    for (const ProcessorKind kind : group.visible_from) seen_by.emplace_back(to_string(kind));
    lines.push_back(fmt::format("  {} x {} of {}, addressable by {}", group.per_node,
                                to_string(group.kind), to_string(group.capacity),
                                join(seen_by, ", ")));
  }
  return bounded(lines);
}

std::string describe_choices(const std::vector<Choice>& choices) {
  std::vector<std::string> lines;
  for (const Choice& choice : choices) {
    lines.push_back("  " + subject(choice) + ": " + join(choice.values, " | "));
  }
  return bounded(lines);
}

std::string describe_objective(const Metric& metric) {
  if (metric.name == "time") return "Make the run's wall time (s) as small as possible.";
  const std::string unit = metric.unit.empty() ? "" : " (" + metric.unit + ")";
  return fmt::format("Make the run's {}{} as {} as possible.", metric.name, unit,
                     metric.maximize ? "large" : "small");
}

}  // namespace castra::search::agent
