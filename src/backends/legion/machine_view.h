#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "legion.h"
#include "machine/machine.h"
#include "program/trace.h"

namespace castra::legion {

std::optional<ProcessorKind> kind_of(Legion::Processor::Kind kind);
/// Kinds that the mapping language cannot name count as the nearest it can: dynamic and managed GPU
/// memory as frame buffer, everything else as system memory; they come after the genuine ones.
MemoryKind kind_of(Legion::Memory::Kind kind);
Legion::Processor::Kind legion_kind(ProcessorKind kind);

/// Realm's machine, read once, with names that do not depend on Realm's numbering. Immutable.
class MachineView {
 public:
  explicit MachineView(Legion::Machine machine);

  const Machine& machine() const { return machine_; }
  const MachineShape& shape() const { return shape_; }

  ProcessorName name(Legion::Processor processor) const;
  MemoryName name(Legion::Memory memory) const;

  /// Processors of a kind on one node, in Realm's order. Empty if there are none.
  const std::vector<Legion::Processor>& processors(ProcessorKind kind, int node) const;
  /// The memory of that kind that `processor` reaches fastest on its own node: a GPU's own frame
  /// buffer, not a peer's. NO_MEMORY if it reaches none.
  Legion::Memory memory(Legion::Processor processor, MemoryKind kind) const;

 private:
  using MemoryTable = std::array<Legion::Memory, kAllMemoryKinds.size()>;

  void read_processors(Legion::Machine machine);
  void read_memories(Legion::Machine machine);
  void read_affinities(Legion::Machine machine);
  void describe();

  Machine machine_;
  MachineShape shape_;
  std::map<std::pair<ProcessorKind, int>, std::vector<Legion::Processor>> processors_;
  std::map<std::pair<MemoryKind, int>, std::vector<Legion::Memory>> memories_;
  std::unordered_map<std::uint64_t, ProcessorName> processor_names_;
  std::unordered_map<std::uint64_t, MemoryName> memory_names_;
  std::unordered_map<std::uint64_t, MemoryTable> best_;
};

}  // namespace castra::legion
