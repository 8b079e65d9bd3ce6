#include "machine/machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace castra {

MachineShape Machine::shape() const {
  MachineShape shape;
  shape.nodes = nodes;
  for (const ProcessorGroup& group : processors) {
    shape.set(group.kind, shape.count(group.kind) + group.per_node);
  }
  return shape;
}

const ProcessorGroup* Machine::find(ProcessorKind kind) const {
  const auto found =
      std::find_if(processors.begin(), processors.end(),
                   [kind](const ProcessorGroup& g) { return g.kind == kind && g.per_node > 0; });
  return found == processors.end() ? nullptr : &*found;
}

const MemoryGroup* Machine::find(MemoryKind kind) const {
  const auto found = std::find_if(memories.begin(), memories.end(), [kind](const MemoryGroup& g) {
    return g.kind == kind && g.per_node > 0;
  });
  return found == memories.end() ? nullptr : &*found;
}

bool Machine::visible(MemoryKind memory, ProcessorKind processor) const {
  return std::any_of(memories.begin(), memories.end(), [&](const MemoryGroup& group) {
    return group.kind == memory && group.per_node > 0 &&
           std::find(group.visible_from.begin(), group.visible_from.end(), processor) !=
               group.visible_from.end();
  });
}

std::vector<std::string> legion_options(const Machine& machine) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  std::vector<std::string> options;
  const auto mib = [](Bytes bytes) { return (bytes.value + kMiB - 1) / kMiB; };
  const auto add = [&options](const char* flag, std::uint64_t value) {
    options.emplace_back(flag);
    options.push_back(std::to_string(value));
  };
  if (const auto* cpus = machine.find(ProcessorKind::Cpu)) add("-ll:cpu", cpus->per_node);
  if (const auto* gpus = machine.find(ProcessorKind::Gpu)) add("-ll:gpu", gpus->per_node);
  if (const auto* system = machine.find(MemoryKind::System))
    add("-ll:csize", mib(system->capacity));
  if (const auto* frame = machine.find(MemoryKind::FrameBuffer))
    add("-ll:fsize", mib(frame->capacity));
  if (const auto* zero = machine.find(MemoryKind::ZeroCopy)) add("-ll:zsize", mib(zero->capacity));
  return options;
}

}  // namespace castra
