#pragma once

#include <cstdint>
#include <optional>

#include "lang/ast.h"
#include "lang/policy.h"
#include "lang/symbols.h"

namespace castra::lang {

/// Domains larger than this are refused: a table of them would not fit memory comfortably.
inline constexpr std::int64_t kMaxDomainPoints = std::int64_t{16} << 20;

/// Results and errors are the same; only the time differs.
enum class PlaceEngine : std::uint8_t {
  Automatic,
  Tree,     ///< point by point
  Columns,  ///< compiled, whatever the number of points
};

/// Evaluates an index function over every point of a domain. With a `kind`, nothing if the function
/// places all points on another kind; without one, whatever kind it places them on. A function
/// that can only place on other kinds is not evaluated, so it cannot fail. Nothing, too, if it
/// fails after asking for a machine without processors. The rule is left empty. Precondition: the
/// function takes one task and is checked.
/// What functions print goes to `log`, which may be null. The query's kind is not used. `steps`, if
/// given, bounds the work in steps of evaluation and is reduced by what was done; when none are
/// left the result is E0506, or what was found before.
PlaceResult place_points(const Symbols& symbols, const SourceFile& source,
                         const FunctionDef& function, std::optional<ProcessorKind> kind,
                         const LaunchQuery& query, const MachineShape& machine, PlaceLog* log,
                         PlaceEngine engine = PlaceEngine::Automatic,
                         std::int64_t* steps = nullptr);

/// The same for one point of a domain of any size, which no table is made of. Precondition: the
/// domain contains the point.
PlacePointResult place_point(const Symbols& symbols, const SourceFile& source,
                             const FunctionDef& function, std::optional<ProcessorKind> kind,
                             const LaunchQuery& query, const MachineShape& machine,
                             const Point& point, PlaceLog* log);

/// Evaluates a function for one single task. Nothing if it places the task on another kind, asks
/// for the place of an ancestor in a machine of another kind, or fails after asking for a machine
/// without processors. The rule is left empty. Preconditions and `log` as above.
SinglePlaceResult place_single(const Symbols& symbols, const SourceFile& source,
                               const FunctionDef& function, const SingleQuery& query,
                               const MachineShape& machine, PlaceLog* log);

bool takes_one_task(const FunctionDef& function);
/// "(IPoint p, int n)" as "an IPoint and an int": for messages about wrong parameters.
std::string parameters_text(const FunctionDef& function);

}  // namespace castra::lang
