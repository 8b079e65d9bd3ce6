#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "program/index_space.h"
#include "support/units.h"

namespace castra {

enum class Privilege : std::uint8_t { None, Read, ReadWrite, WriteDiscard, Reduce };
std::string_view to_string(Privilege privilege);  ///< "NONE" "RO" "RW" "WD" "REDUCE"
std::optional<Privilege> parse_privilege(std::string_view word);

struct Field {
  std::uint32_t id = 0;
  std::string name;  ///< empty if the program attached none
  Bytes size;
  bool operator==(const Field&) const = default;
};

/// One region requirement of a launch, as the mapper sees it.
struct Requirement {
  int index = 0;  ///< position in the task's list, the number a mapping may use
  Privilege privilege = Privilege::None;
  std::int64_t reduction = 0;  ///< Legion reduction operator id; 0 unless privilege is Reduce
  /// Attached names a mapping may use, most specific first: the region or partition passed, then
  /// the parent partition, then the parent region. No duplicates; empty if nothing has a name.
  std::vector<std::string> names;
  std::vector<Field> fields;
  int dimensions = 1;
  Bytes bytes;      ///< over all points of the launch, privilege fields only
  Bytes max_bytes;  ///< of the largest point
  /// `bytes` of the smallest of the launches counted together, which otherwise keep the largest of
  /// each; nothing if not recorded.
  std::optional<Bytes> least_bytes = std::nullopt;
  bool operator==(const Requirement&) const = default;
};

struct TaskVariant {
  std::uint32_t id = 0;
  ProcessorKind processor = ProcessorKind::Cpu;
  bool leaf = false;
  bool inner = false;
  /// Layouts the variant was registered with, by argument, in the mapping language's words:
  /// "SOA F_order". No entry for an argument it leaves open.
  std::map<int, std::string> layouts = {};
  bool operator==(const TaskVariant&) const = default;
};

struct Task {
  std::uint32_t id = 0;
  std::string name;
  std::vector<TaskVariant> variants;  ///< sorted by id
  bool has_variant(ProcessorKind kind) const;
  bool operator==(const Task&) const = default;
};

/// One shape of launch: the same task with the same domain and the same requirements (up to bytes),
/// launched `count` times. A single task has no domain.
struct Launch {
  std::string task;
  std::optional<Rect> domain;  ///< bounding rectangle of an index launch
  std::int64_t count = 0;
  std::vector<Requirement> requirements;
  Nanoseconds total_time;  ///< summed over recorded points; 0 if not profiled
  std::int64_t timed_points = 0;
  bool operator==(const Launch&) const = default;
};

/// What a program does, independent of any mapping: version 0 of the program file, written by
/// `castra record`. Launches are in order of first appearance.
struct Program {
  static constexpr int kVersion = 0;
  std::vector<std::string> command;
  Machine machine;          ///< as Realm reported it in the recorded run
  std::vector<Task> tasks;  ///< sorted by name
  std::vector<Launch> launches;

  const Task* find_task(std::string_view name) const;
  bool operator==(const Program&) const = default;
};

}  // namespace castra
