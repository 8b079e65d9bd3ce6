#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "mapping/layout.h"
#include "mapping/steal_scope.h"
#include "program/program.h"

namespace castra {

/// The statement of a mapping program that decided something; line 0 means the fallback decided.
struct DecidedBy {
  int line = 0;
  std::string text;
};

/// What a mapping decides for one argument of one task on the kind the task runs on.
struct ArgumentDecision {
  int index = 0;
  std::optional<std::vector<MemoryKind>>
      memories;  ///< to try in order; none: left to the program's mapper
  DecidedBy memories_by;
  std::optional<Layout> layout;  ///< for the first memory of the list that exists here
  DecidedBy layout_by;           ///< the strongest of its rules
  bool collected = false;        ///< its instances may be freed after the task, if only read
  DecidedBy collected_by = {};
};

template <typename T>
struct RuledValue {
  T value;
  DecidedBy by;
};

struct TaskDecision {
  std::string task;
  ProcessorKind kind = ProcessorKind::Cpu;
  bool kind_decided = false;  ///< false: `kind` is what the default mapper would take
  DecidedBy kind_by;
  std::vector<ProcessorKind> listed;  ///< the rule's whole list
  std::vector<ArgumentDecision> arguments;
  /// Nothing: no statement decides.
  std::optional<RuledValue<std::int64_t>> instance_limit = std::nullopt;
  std::optional<RuledValue<bool>> replicated = std::nullopt;
  std::optional<RuledValue<StealScope>> steals = std::nullopt;  ///< by processors of `kind`
};

/// Owner of each point of one launch shape; none: left to the program's mapper.
struct LaunchDecision {
  std::string task;
  Rect domain;
  std::optional<std::vector<std::vector<int>>>
      processors;  ///< per point, row-major: node, then processors
  DecidedBy by;
  std::string failure;        ///< not empty: the index function fails here, and why
  std::string function = {};  ///< that fails: canonical text of all that it uses
  bool skipped = false;       ///< too many points to evaluate; `processors` is empty
};

/// Where a task goes that is launched singly; none: left to the program's mapper, or not known.
struct SingleDecision {
  std::string task;
  std::optional<std::vector<int>> processors;  ///< node, then processors
  DecidedBy by;
  std::string failure;       ///< not empty: the function fails here, and why
  bool depends_run = false;  ///< on where the task and those above it run: known then only
  std::string function;      ///< if it fails or depends: canonical text of all that it uses
};

/// A mapping program resolved for one Program on one Machine, as plain values. Two programs that
/// decide the same have the same fingerprint, however they are written.
struct Mapping {
  std::vector<TaskDecision> tasks;           ///< in Program::tasks order, launched tasks only
  std::vector<LaunchDecision> launches;      ///< in Program::launches order, index launches only
  std::vector<SingleDecision> singles = {};  ///< in Program::launches order, single launches only

  /// Canonical text of all decisions (not of the rules behind them): equality and hash key.
  std::string fingerprint() const;
};

enum class FaultKind : std::uint8_t {
  NoVariant,          ///< no listed kind has both a processor and a variant
  UnreachableMemory,  ///< no listed memory is visible from the processors
  VirtualArgument,    ///< VIRTUAL where an instance is needed
  TooLarge,           ///< one argument alone fits none of its memories
  TooMuchAtOnce,      ///< what one point needs at once does not fit together
  Placement,          ///< the index function fails
  Layout,             ///< the task's variant was registered with another layout
};

/// One way in which a mapping cannot work; line 0 if no rule of the program is behind it.
struct Fault {
  FaultKind kind = FaultKind::Placement;
  std::string text;
  std::string help;  ///< what to write instead, if that is known
  DecidedBy by;
  std::string task;
};

/// What verify() says, with the rules and what to do about it.
std::vector<Fault> find_faults(const Mapping& mapping, const Program& program,
                               const Machine& machine);

/// Layouts the mapping asks for that every variant of the task's kind was registered against: the
/// variant's layout is used instead.
std::vector<Fault> find_layout_conflicts(const Mapping& mapping, const Program& program);

/// Every way in which a mapping cannot work on this machine for this program, one sentence each,
/// naming task, argument and rule; empty if legal. Checks: a listed processor kind exists and has a
/// variant; some listed memory exists, is visible from the kind and could hold the argument's
/// largest point; what one point needs at once fits (find_overflows); index functions stay inside
/// the machine for every recorded domain; VIRTUAL only for inner variants. Costs no run; what it
/// passes can still run out of memory by instances of several points or launches.
std::vector<std::string> verify(const Mapping& mapping, const Program& program,
                                const Machine& machine);

}  // namespace castra
