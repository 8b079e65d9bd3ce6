#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "machine/kinds.h"
#include "support/result.h"
#include "support/units.h"

namespace castra {

/// What an index function sees of a machine: Machine(K) has sizes (nodes, per_node[K]).
/// A node here is one address space (rank). Every node has the same counts.
struct MachineShape {
  int nodes = 1;
  std::array<int, kAllProcessorKinds.size()> per_node{};  ///< indexed by ProcessorKind

  int count(ProcessorKind kind) const { return per_node[static_cast<std::size_t>(kind)]; }
  void set(ProcessorKind kind, int n) { per_node[static_cast<std::size_t>(kind)] = n; }
  bool operator==(const MachineShape&) const = default;
};

struct ProcessorGroup {
  ProcessorKind kind;
  int per_node = 0;
  std::string model;  ///< "Tesla P100", for people
  bool operator==(const ProcessorGroup&) const = default;
};

struct MemoryGroup {
  MemoryKind kind;
  int per_node = 1;  ///< one per node, or one per GPU for FBMEM, one per socket for SOCKMEM
  Bytes capacity;    ///< of each
  std::vector<ProcessorKind> visible_from;  ///< processors that may address it
  std::string source;                       ///< where the capacity comes from
  bool operator==(const MemoryGroup&) const = default;
};

/// A machine as a mapping and the runtime see it. Read from a *.machine.toml; rates and links are
/// later additions to the same file.
struct Machine {
  std::string name;
  std::string description;
  int nodes = 1;
  std::vector<ProcessorGroup> processors;
  std::vector<MemoryGroup> memories;

  MachineShape shape() const;
  /// First group of that kind, if the machine has one with a positive count.
  const ProcessorGroup* find(ProcessorKind kind) const;
  const MemoryGroup* find(MemoryKind kind) const;
  bool visible(MemoryKind memory, ProcessorKind processor) const;
  bool operator==(const Machine&) const = default;
};

/// Reads the text of a machine file. Unknown keys, wrong types, negative or absurd counts (over 64
/// processors of a kind per node, Legion's limit; over 1024 nodes) are errors naming `name` and
/// line.
Result<Machine> parse_machine(const std::string& text, const std::string& name);

/// `name_or_path`: a built-in name ("p100x4", file in share/castra/machines) or a path to a file
/// (anything with a '/' or ending in .toml). Fails with the list of built-in names when unknown.
Result<Machine> load_machine(const std::string& name_or_path, const std::string& share_directory);

/// Built-in names in `share_directory`/machines, sorted.
std::vector<std::string> builtin_machines(const std::string& share_directory);

/// The Legion command-line options that make a run look like this machine (one node):
/// -ll:cpu -ll:gpu -ll:csize -ll:fsize -ll:zsize. Sizes in MiB, rounded up: to Legion, 0 means
/// none.
std::vector<std::string> legion_options(const Machine& machine);

}  // namespace castra
