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
    }
  }
  for (const LaunchDecision& launch : launches) {
    out += fmt::format("launch {} {}", launch.task, to_string(launch.domain));
    if (!launch.processors) out += " -";
    for (const auto& point : launch.processors.value_or(std::vector<std::vector<int>>{})) {
      out += fmt::format(" {}", fmt::join(point, "."));
    }
    out += "\n";
  }
  return out;
}

}  // namespace castra
