#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "machine/kinds.h"
#include "program/index_space.h"
#include "support/units.h"

namespace castra {

/// A processor or memory by kind and position, independent of Realm's numbering: `index` counts the
/// processors (memories) of that kind on that node in Realm's order.
struct ProcessorName {
  ProcessorKind kind = ProcessorKind::Cpu;
  int node = 0;
  int index = 0;
  auto operator<=>(const ProcessorName&) const = default;
};
struct MemoryName {
  MemoryKind kind = MemoryKind::System;
  int node = 0;
  int index = 0;
  auto operator<=>(const MemoryName&) const = default;
};
std::string to_string(const ProcessorName& name);  ///< "GPU 0.3": node.index
std::string to_string(const MemoryName& name);

/// One physical instance chosen for a requirement.
struct InstanceUse {
  MemoryName memory;
  Bytes bytes;           ///< of the whole instance
  std::string layout;    ///< "SOA F_order", "AOS C_order Align==128": as the language writes it
  bool created = false;  ///< by this mapping; false: an existing instance was reused
  std::uint64_t instance = 0;  ///< Realm instance id, to tell instances of one run apart
  bool operator==(const InstanceUse&) const = default;
};

struct ArgumentTrace {
  int index = 0;
  bool virtual_mapping = false;
  std::vector<InstanceUse> instances;
  bool operator==(const ArgumentTrace&) const = default;
};

/// One point task (or single task) that was mapped, and, if profiled, ran.
struct PointTrace {
  std::uint64_t launch = 0;  ///< unique id of the launch within the run, in order of first sight
  std::string task;
  std::optional<Point> point;           ///< none for a single task
  ProcessorName target;                 ///< first processor the mapper chose
  std::optional<ProcessorName> ran_on;  ///< from profiling
  Nanoseconds start;                    ///< on the run's clock; 0 if not profiled
  Nanoseconds end;
  std::vector<ArgumentTrace> arguments;
  bool by_policy = false;  ///< the overlay mapped it; false: the program's own mapper did
  bool operator==(const PointTrace&) const = default;
};

struct CopyTrace {
  MemoryName from;
  MemoryName to;
  Bytes bytes;
  Nanoseconds start;
  Nanoseconds end;
  bool operator==(const CopyTrace&) const = default;
};

/// What happened in one real run: which processor, memory and layout everything really got.
struct Trace {
  static constexpr int kVersion = 0;
  std::vector<PointTrace> points;  ///< in mapping order
  std::vector<CopyTrace> copies;   ///< in completion order; times and order vary from run to run
  bool operator==(const Trace&) const = default;
};

}  // namespace castra
