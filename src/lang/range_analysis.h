#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lang/ast.h"
#include "lang/bounds.h"
#include "lang/diagnostics.h"
#include "lang/machine_space.h"
#include "lang/symbols.h"
#include "machine/machine.h"
#include "program/index_space.h"

namespace castra::lang {

class AbstractValue;
using AbstractTuple = std::vector<AbstractValue>;

/// A grid of processors whose sizes may be unknown; `exact` if none is.
struct AbstractSpace {
  ProcessorKind kind = ProcessorKind::Cpu;
  std::vector<Number> sizes;
  std::optional<MachineSpace> exact;
  int transforms = 0;
};

/// A truth value that may be either or both, and what follows from each.
struct Truth {
  bool may_hold = true;
  bool may_fail = true;
  Facts if_true, if_false;
};

struct NoValue {};   ///< evaluation always fails
struct AnyValue {};  ///< nothing is known
struct AbstractTask {};
struct AbstractWildcard {};
/// Some processor, or with `several` some processors; `on_one_node` if those are.
struct AbstractPoint {
  std::optional<ProcessorKind> kind;
  bool several = false;
  bool on_one_node = true;
};

/// All values that an expression may have.
class AbstractValue {
 public:
  using Data = std::variant<AnyValue, NoValue, Number, Truth, std::shared_ptr<const AbstractTuple>,
                            std::shared_ptr<const AbstractSpace>, AbstractPoint, AbstractTask,
                            ProcessorKind, MemoryKind, AbstractWildcard>;
  AbstractValue() = default;
  template <typename T>
    requires std::is_constructible_v<Data, T&&> && (!std::is_same_v<std::decay_t<T>, AbstractValue>)
  AbstractValue(T&& data) : data_(std::forward<T>(data)) {}  // NOLINT(google-explicit-constructor)
  static AbstractValue tuple(AbstractTuple items) {
    return {std::make_shared<const AbstractTuple>(std::move(items))};
  }

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  bool none() const { return as<NoValue>() != nullptr; }
  bool any() const { return as<AnyValue>() != nullptr; }
  const AbstractTuple* tuple() const {
    const auto* pointer = as<std::shared_ptr<const AbstractTuple>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }
  const AbstractSpace* space() const {
    const auto* pointer = as<std::shared_ptr<const AbstractSpace>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }

 private:
  Data data_;
};

/// Something that may go wrong, or certainly does.
struct RangeFailure {
  Finding finding;
  SourceSpan span;
  std::string text;  ///< "index 0 of `m` can be 4..9, outside 0..3"
  std::string function;
};

struct RangeReport {
  AbstractValue value;
  std::vector<RangeFailure> failures;  ///< one per place and finding, in order of evaluation
  /// False: something was beyond the analysis, so that failures may be missing.
  bool complete = true;
  /// The function asks for processors that the machine does not have, so it stays inactive there.
  bool inactive = false;
  int steps = 0;  ///< taken, for those who bound the work on many functions

  bool always_fails() const { return value.none() && !inactive; }
  /// Evaluation gives a processor at every point of every launch looked at.
  bool safe() const;
};

/// Evaluates an index function over all points of all launches at once: every number is a range
/// with what is known of it (abstract interpretation). Sound: a value that evaluation computes at
/// some point is among those found here, and a function reported safe fails nowhere, budgets of
/// evaluation aside. All that under the profile of the symbols. Bounded in time whatever the
/// function.
class RangeAnalysis {
 public:
  /// Launches of `dimensions` dimensions that start at 0 and have up to 16 Mi points. Without a
  /// machine its sizes are unknown, but not 0.
  static RangeReport over_launches(const Symbols& symbols, const FunctionDef& function,
                                   const std::optional<MachineShape>& machine, int dimensions);
  /// One launch domain, which may be too large to evaluate.
  static RangeReport over_domain(const Symbols& symbols, const FunctionDef& function,
                                 const MachineShape& machine, const Rect& domain);
  /// Single tasks, wherever they and their ancestors run. Without a machine as above.
  static RangeReport over_single_tasks(const Symbols& symbols, const FunctionDef& function,
                                       const std::optional<MachineShape>& machine);
};

}  // namespace castra::lang
