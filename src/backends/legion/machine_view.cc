#include "backends/legion/machine_view.h"

#include <algorithm>
#include <set>

namespace castra::legion {
namespace {

bool is_genuine(Legion::Memory::Kind kind) {
  switch (kind) {
    case Legion::Memory::SYSTEM_MEM:
    case Legion::Memory::REGDMA_MEM:
    case Legion::Memory::SOCKET_MEM:
    case Legion::Memory::Z_COPY_MEM:
    case Legion::Memory::GPU_FB_MEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<ProcessorKind> kind_of(Legion::Processor::Kind kind) {
  switch (kind) {
    case Legion::Processor::LOC_PROC:
      return ProcessorKind::Cpu;
    case Legion::Processor::TOC_PROC:
      return ProcessorKind::Gpu;
    case Legion::Processor::OMP_PROC:
      return ProcessorKind::Omp;
    case Legion::Processor::IO_PROC:
      return ProcessorKind::Io;
    case Legion::Processor::PY_PROC:
      return ProcessorKind::Py;
    case Legion::Processor::PROC_SET:
      return ProcessorKind::Proc;
    default:
      return std::nullopt;
  }
}

Legion::Processor::Kind legion_kind(ProcessorKind kind) {
  switch (kind) {
    case ProcessorKind::Cpu:
      return Legion::Processor::LOC_PROC;
    case ProcessorKind::Gpu:
      return Legion::Processor::TOC_PROC;
    case ProcessorKind::Omp:
      return Legion::Processor::OMP_PROC;
    case ProcessorKind::Io:
      return Legion::Processor::IO_PROC;
    case ProcessorKind::Py:
      return Legion::Processor::PY_PROC;
    case ProcessorKind::Proc:
      return Legion::Processor::PROC_SET;
  }
  return Legion::Processor::NO_KIND;
}

MemoryKind kind_of(Legion::Memory::Kind kind) {
  switch (kind) {
    case Legion::Memory::GPU_FB_MEM:
    case Legion::Memory::GPU_DYNAMIC_MEM:
    case Legion::Memory::GPU_MANAGED_MEM:
      return MemoryKind::FrameBuffer;
    case Legion::Memory::Z_COPY_MEM:
      return MemoryKind::ZeroCopy;
    case Legion::Memory::SOCKET_MEM:
      return MemoryKind::Socket;
    case Legion::Memory::REGDMA_MEM:
      return MemoryKind::Registered;
    default:
      return MemoryKind::System;
  }
}

MachineView::MachineView(Legion::Machine machine) {
  read_processors(machine);
  read_memories(machine);
  read_affinities(machine);
  describe();
}

void MachineView::read_processors(Legion::Machine machine) {
  const Legion::Machine::ProcessorQuery query(machine);
  for (const Legion::Processor processor : query) {
    const auto kind = kind_of(processor.kind());
    if (!kind) continue;
    const int node = static_cast<int>(processor.address_space());
    auto& list = processors_[{*kind, node}];
    processor_names_[processor.id] = {*kind, node, static_cast<int>(list.size())};
    list.push_back(processor);
    machine_.nodes = std::max(machine_.nodes, node + 1);
  }
}

void MachineView::read_memories(Legion::Machine machine) {
  const Legion::Machine::MemoryQuery query(machine);
  for (const bool genuine : {true, false}) {
    for (const Legion::Memory memory : query) {
      if (is_genuine(memory.kind()) != genuine) continue;
      const MemoryKind kind = kind_of(memory.kind());
      const int node = static_cast<int>(memory.address_space());
      auto& list = memories_[{kind, node}];
      memory_names_[memory.id] = {kind, node, static_cast<int>(list.size())};
      list.push_back(memory);
    }
  }
}

void MachineView::read_affinities(Legion::Machine machine) {
  for (const auto& [key, list] : processors_) {
    for (const Legion::Processor processor : list) {
      MemoryTable& table = best_[processor.id];
      table.fill(Legion::Memory::NO_MEMORY);
      std::array<unsigned, kAllMemoryKinds.size()> bandwidth{};
      std::vector<Legion::ProcessorMemoryAffinity> affinities;
      machine.get_proc_mem_affinity(affinities, processor);
      for (const auto& affinity : affinities) {
        if (!is_genuine(affinity.m.kind()) || affinity.m.capacity() == 0 ||
            affinity.m.address_space() != processor.address_space()) {
          continue;
        }
        const auto slot = static_cast<std::size_t>(kind_of(affinity.m.kind()));
        if (table[slot].exists() && affinity.bandwidth <= bandwidth[slot]) continue;
        table[slot] = affinity.m;
        bandwidth[slot] = affinity.bandwidth;
      }
    }
  }
}

void MachineView::describe() {
  machine_.name = "realm";
  machine_.description = "as Realm reported it";
  for (const auto& [key, list] : processors_) {
    if (key.second != 0) continue;
    const int count = static_cast<int>(list.size());
    machine_.processors.push_back({key.first, count, ""});
    shape_.set(key.first, count);
  }
  shape_.nodes = machine_.nodes;
  for (const auto& [key, list] : memories_) {
    MemoryGroup group{key.first, 0, Bytes{0}, {}, "Realm"};
    for (const Legion::Memory memory : list) {
      if (!is_genuine(memory.kind()) || memory.capacity() == 0) continue;
      if (group.per_node++ == 0) group.capacity = Bytes{memory.capacity()};
    }
    if (key.second != 0 || group.per_node == 0) continue;
    std::set<ProcessorKind> visible;
    for (const auto& [processor, table] : best_) {
      if (table[static_cast<std::size_t>(key.first)].exists())
        visible.insert(processor_names_.at(processor).kind);
    }
    group.visible_from.assign(visible.begin(), visible.end());
    machine_.memories.push_back(std::move(group));
  }
}

ProcessorName MachineView::name(Legion::Processor processor) const {
  const auto found = processor_names_.find(processor.id);
  return found == processor_names_.end() ? ProcessorName{} : found->second;
}

MemoryName MachineView::name(Legion::Memory memory) const {
  const auto found = memory_names_.find(memory.id);
  return found == memory_names_.end() ? MemoryName{} : found->second;
}

const std::vector<Legion::Processor>& MachineView::processors(ProcessorKind kind, int node) const {
  static const std::vector<Legion::Processor> kNone;
  const auto found = processors_.find({kind, node});
  return found == processors_.end() ? kNone : found->second;
}

Legion::Memory MachineView::memory(Legion::Processor processor, MemoryKind kind) const {
  const auto found = best_.find(processor.id);
  return found == best_.end() ? Legion::Memory::NO_MEMORY
                              : found->second[static_cast<std::size_t>(kind)];
}

}  // namespace castra::legion
