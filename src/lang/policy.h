#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "lang/profile.h"
#include "machine/machine.h"
#include "mapping/layout.h"
#include "program/index_space.h"
#include "program/trace.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// The statement that decided something.
struct RuleRef {
  SourceSpan span;  ///< of the whole statement, in Policy::source()
  int line = 0;
  std::string text;  ///< the statement as written, on one line
};

template <typename T>
struct Decision {
  T value;
  RuleRef rule;
};

/// One argument of one task. `regions` are the names a mapping may use for it, most specific first
/// (Requirement::names); `argument` is its position. Both ways of naming are tried at once.
struct ArgumentQuery {
  std::string_view task;
  int argument = 0;
  std::span<const std::string> regions;
  ProcessorKind processor = ProcessorKind::Cpu;
};

/// The memories to try, in order.
struct MemoryDecision : Decision<std::vector<MemoryKind>> {
  /// False: only the first of them that exists is tried, however full it is.
  bool fall_through = true;
};

struct LayoutDecision {
  Layout layout;
  std::vector<RuleRef> rules;  ///< that contributed a member, most specific first
};

/// The processors of one node any of which may run a point; more than one only where the mapping
/// wrote a wildcard. Never empty; ascending.
struct ProcessorSet {
  int node = 0;
  std::vector<int> processors;
  bool operator==(const ProcessorSet&) const = default;
};

/// Owner of every point of an index launch.
struct Placement {
  ProcessorKind kind = ProcessorKind::Cpu;
  std::vector<ProcessorSet> points;  ///< row-major over the domain, last dimension fastest
  RuleRef rule;
};

/// Nothing: no rule applies, or the rule's machine has another kind of processor than the task was
/// given, or the machine has none of that kind (a mapping may travel). An error: the function
/// failed at a point (index outside the machine, division by zero, fuel); its message names
/// function, point and values.
using PlaceResult = tl::expected<std::optional<Placement>, Diagnostic>;

/// A checked mapping program: rule tables and functions. Immutable, thread-safe, independent of any
/// application and machine. Every answer names the rule that gave it. More specific rules beat less
/// specific ones (named task over `*`, then named or numbered region over `*`, then named kind over
/// `*`); of equally specific ones the later statement wins.
/// A profile may have it otherwise.
class Policy {
 public:
  virtual ~Policy() = default;

  virtual const SourceFile& source() const = 0;
  /// How the program is read and to be obeyed.
  virtual const Profile& profile() const = 0;

  /// Preference list of `Task`; the first kind that the machine has and the task has a variant for.
  virtual std::optional<Decision<std::vector<ProcessorKind>>> processors(
      std::string_view task) const = 0;
  /// Of the most specific `Region` rule: the memories to try, in order, falling through when full.
  virtual std::optional<MemoryDecision> memories(const ArgumentQuery& query) const = 0;
  /// `Layout` rules merged member by member for an argument that lives in `memory`.
  virtual std::optional<LayoutDecision> layout(const ArgumentQuery& query,
                                               MemoryKind memory) const = 0;

  /// The function an `IndexTaskMap` rule binds to this task when it runs on `kind`: by task name,
  /// then by kind keyword, then by `*`.
  virtual std::optional<Decision<std::string>> index_map(std::string_view task,
                                                         ProcessorKind kind) const = 0;
  /// Evaluates that function for all points of `domain`. Cost: one evaluation per point; callers
  /// keep the table. The domain may be at most 16 Mi points.
  virtual PlaceResult place(std::string_view task, ProcessorKind kind, const Rect& domain,
                            const MachineShape& machine) const = 0;

  /// Names written in the program's rules, sorted, each with the first place it occurs: to be
  /// compared with a recorded program. `*` and kind keywords are left out.
  struct NameUse {
    std::string name;
    SourceSpan span;
  };
  virtual std::vector<NameUse> task_names() const = 0;
  virtual std::vector<NameUse> region_names() const = 0;

  /// Evaluates any one-parameter task function by name over a domain (`castra eval`), whether bound
  /// or not. Unknown name or wrong parameters: an error diagnostic.
  virtual PlaceResult evaluate(std::string_view function, const Rect& domain,
                               const MachineShape& machine) const = 0;
};

struct CompileOptions {
  Profile profile;
};

/// Parses and checks. Always reports everything it finds; gives a Policy only if there were no
/// errors. The Policy keeps `source` alive.
std::shared_ptr<const Policy> compile(std::shared_ptr<const SourceFile> source,
                                      DiagnosticSink& sink, const CompileOptions& options = {});

}  // namespace castra::lang
