#include "mapping/mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace castra {

std::string Mapping::fingerprint() const {
  std::string out;
  for (const TaskDecision& task : tasks) {
    out += fmt::format("task {} {}\n", task.task, task.kind_decided ? to_string(task.kind) : "-");
    for (const ArgumentDecision& argument : task.arguments) {
      out += fmt::format("  {} [", argument.index);
      if (!argument.memories) out += "-";
      for (MemoryKind memory : argument.memories.value_or(std::vector<MemoryKind>{})) {
        out += fmt::format("{} ", to_string(memory));
      }
      out += fmt::format("] {}\n", argument.layout ? to_string(*argument.layout) : "-");
      if (argument.collected) out += "  collected\n";
    }
    // Absent where nothing is decided, as in most programs.
    if (task.instance_limit) out += fmt::format("  limit {}\n", task.instance_limit->value);
    if (task.replicated) out += fmt::format("  replicated {}\n", task.replicated->value);
    if (task.steals) out += fmt::format("  steals {}\n", to_string(task.steals->value));
  }
  for (const LaunchDecision& launch : launches) {
    out += fmt::format("launch {} {}", launch.task, to_string(launch.domain));
    if (!launch.processors) out += " -";
    for (const auto& point : launch.processors.value_or(std::vector<std::vector<int>>{})) {
      out += fmt::format(" {}", fmt::join(point, "."));
    }
    out += "\n";
  }
  for (const SingleDecision& single : singles) {
    if (single.processors) {
      out += fmt::format("single {} {}\n", single.task, fmt::join(*single.processors, "."));
    } else if (single.depends_run || !single.failure.empty()) {
      out += fmt::format("single {} by\n{}\n", single.task, single.function);
    }
  }
  return out;
}

}  // namespace castra
