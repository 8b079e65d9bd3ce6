#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "lang/owner_table.h"
#include "lang/profile.h"
#include "machine/machine.h"
#include "mapping/layout.h"
#include "mapping/steal_scope.h"
#include "program/index_space.h"
#include "program/trace.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

struct CheckedProgram;

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

/// Owner of every point of an index launch.
struct Placement {
  ProcessorKind kind = ProcessorKind::Cpu;
  OwnerTable points;  ///< row-major over the domain, last dimension fastest
  RuleRef rule;
};

/// What an index map may ask about a launch. `region_bytes`: size of every argument over the whole
/// launch, by position; empty, or a negative element, where it is not known.
struct LaunchQuery {
  std::string_view task;
  ProcessorKind kind = ProcessorKind::Cpu;  ///< on which the task runs
  Rect domain;
  std::span<const std::int64_t> region_bytes;
};

/// A task in the middle of a run: what SingleTaskMap functions see of a task and its ancestors.
struct RunningTask {
  std::string name;
  ProcessorKind kind = ProcessorKind::Cpu;
  int node = 0;
  int index = 0;  ///< of its processor among the node's processors of `kind`
};

/// `where` is the task itself, on the processor it would run on without the map; `ancestors` starts
/// with its parent and may be empty.
struct SingleQuery {
  RunningTask where;
  std::span<const RunningTask> ancestors;
  std::span<const std::int64_t> region_bytes;  ///< as in LaunchQuery
};

/// Where a single task goes.
struct SinglePlacement {
  ProcessorKind kind = ProcessorKind::Cpu;
  ProcessorSet processors;
  RuleRef rule;
};
using SinglePlaceResult = tl::expected<std::optional<SinglePlacement>, Diagnostic>;

/// What evaluating functions said besides its result. Nothing is written anywhere else.
struct PlaceLog {
  static constexpr std::size_t kMaxPrinted = 1000;
  std::vector<std::string> printed;  ///< lines of `print`, in order of evaluation
  std::size_t left_out = 0;          ///< lines beyond kMaxPrinted
  std::vector<Diagnostic> notes;     ///< maps that match but are inactive, and why
};

/// What became of a rule that matches a question.
enum class RuleEffect : std::uint8_t {
  Decides,
  Contributes,         ///< a Layout rule: sets a member no stronger rule sets
  Covered,             ///< a Layout rule: stronger rules set all its members
  LessSpecificTask,    ///< than the deciding rule: `*`, or a kind, where that names the task
  LessSpecificRegion,  ///< `*`, or a name further out, where that names the region
  LessSpecificKind,    ///< `*` where that names the processor or memory
  Earlier,             ///< as specific as the deciding rule, which stands later
  Later,               ///< the same where the first rule wins (Profile::first_rule_wins)
  Inactive,            ///< a map whose function places on other kinds of processor
};
/// "decides", "less specific task", ...: for tables.
std::string_view to_string(RuleEffect effect);

struct TracedRule {
  RuleRef rule;
  RuleEffect effect = RuleEffect::Decides;
};
/// Every rule that matches a question, strongest first. Layout: several may contribute. Empty: the
/// program says nothing, the wrapped mapper decides.
using RuleTrace = std::vector<TracedRule>;

/// Nothing: no rule applies, or the rule's machine has another kind of processor than the task was
/// given, or the machine has none of that kind (a mapping may travel). An error: the function
/// failed at a point (index outside the machine, division by zero, fuel); its message names
/// function, point and values.
using PlaceResult = tl::expected<std::optional<Placement>, Diagnostic>;

/// Owner of one point of an index launch, as in its Placement.
struct PointPlacement {
  ProcessorKind kind = ProcessorKind::Cpu;
  ProcessorSet owner;
  RuleRef rule;
};
using PlacePointResult = tl::expected<std::optional<PointPlacement>, Diagnostic>;

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
  /// then by kind keyword, then by `*`. A rule whose function can only place on other kinds is
  /// passed over.
  virtual std::optional<Decision<std::string>> index_map(std::string_view task,
                                                         ProcessorKind kind) const = 0;
  /// Evaluates that function for all points of the domain. Cost: a few nanoseconds a point for most
  /// functions, less where the same owners were asked for before. The domain may be at most 16 Mi
  /// points. `log` may be null.
  virtual PlaceResult place(const LaunchQuery& query, const MachineShape& machine,
                            PlaceLog* log) const = 0;
  PlaceResult place(std::string_view task, ProcessorKind kind, const Rect& domain,
                    const MachineShape& machine) const {
    return place({task, kind, domain, {}}, machine, nullptr);
  }
  /// The same for one point of the domain, which may be of any size: for domains too large or too
  /// sparse for a table. Another point's failure is not this one's. Precondition: the domain
  /// contains the point.
  virtual PlacePointResult place_point(const LaunchQuery& query, const MachineShape& machine,
                                       const Point& point, PlaceLog* log) const = 0;
  PlacePointResult place_point(std::string_view task, ProcessorKind kind, const Rect& domain,
                               const MachineShape& machine, const Point& point) const {
    return place_point({task, kind, domain, {}}, machine, point, nullptr);
  }

  /// The same for `SingleTaskMap` and tasks launched singly.
  virtual std::optional<Decision<std::string>> single_map(std::string_view task,
                                                          ProcessorKind kind) const = 0;
  virtual SinglePlaceResult place_single(const SingleQuery& query, const MachineShape& machine,
                                         PlaceLog* log) const = 0;

  /// `InstanceLimit`: how many instances of this task (not of all limited tasks together) may be in
  /// flight on a node; 0 means any number.
  virtual std::optional<Decision<std::int64_t>> instance_limit(std::string_view task) const = 0;
  /// `CollectMemory`: the rule by which a read-only argument's instances may be freed after the
  /// task. Statements add up; the query's processor does not matter.
  virtual std::optional<RuleRef> collects(const ArgumentQuery& query) const = 0;
  /// `ControlReplicate`: if the program has such a statement, the tasks it names are replicated and
  /// no others; the rule of a `false` is the last statement.
  virtual std::optional<Decision<bool>> replicates(std::string_view task) const = 0;
  /// `TaskSteal`: from where processors of this kind may steal the task. Nothing: not decided.
  virtual std::optional<Decision<StealScope>> steals(std::string_view task,
                                                     ProcessorKind kind) const = 0;

  /// For each of the questions above, all rules that match it.
  virtual RuleTrace trace_processors(std::string_view task) const = 0;
  virtual RuleTrace trace_memories(const ArgumentQuery& query) const = 0;
  virtual RuleTrace trace_layout(const ArgumentQuery& query, MemoryKind memory) const = 0;
  virtual RuleTrace trace_index_map(std::string_view task, ProcessorKind kind) const = 0;
  virtual RuleTrace trace_single_map(std::string_view task, ProcessorKind kind) const = 0;
  virtual RuleTrace trace_instance_limit(std::string_view task) const = 0;
  virtual RuleTrace trace_collects(const ArgumentQuery& query) const = 0;
  virtual RuleTrace trace_replicates(std::string_view task) const = 0;
  virtual RuleTrace trace_steals(std::string_view task, ProcessorKind kind) const = 0;

  /// The tree, the names and the types it was made of; lives as long as the Policy.
  virtual const CheckedProgram& program() const = 0;

  /// Names written in the program's rules, sorted, each with the first place it occurs: to be
  /// compared with a recorded program. `*` and kind keywords are left out.
  struct NameUse {
    std::string name;
    SourceSpan span;
  };
  virtual std::vector<NameUse> task_names() const = 0;
  virtual std::vector<NameUse> region_names() const = 0;

  /// Evaluates any one-parameter task function by name over a domain (`castra eval`), whether bound
  /// or not, whatever kind it places on. An empty task name is not known to the function. Unknown
  /// function or wrong parameters: an error diagnostic. `log` may be null.
  virtual PlaceResult evaluate(std::string_view function, const LaunchQuery& query,
                               const MachineShape& machine, PlaceLog* log) const = 0;
  PlaceResult evaluate(std::string_view function, const Rect& domain,
                       const MachineShape& machine) const {
    return evaluate(function, {{}, ProcessorKind::Cpu, domain, {}}, machine, nullptr);
  }
};

struct CompileOptions {
  Profile profile;
};

/// Parses and checks. Always reports everything it finds; gives a Policy only if there were no
/// errors. The Policy keeps `source` alive.
std::shared_ptr<const Policy> compile(std::shared_ptr<const SourceFile> source,
                                      DiagnosticSink& sink, const CompileOptions& options = {});

}  // namespace castra::lang
