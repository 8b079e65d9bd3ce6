#pragma once

#include <set>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "machine/kinds.h"

namespace castra::lang {

/// The processor kinds of the points a function may return: those of the machines that its returned
/// values are made from, followed through variables, calls and transforms. A machine of which only
/// sizes are read does not count. Where values cannot be followed (recursion, many nested calls),
/// every kind written in the function or in what it uses; never fewer than the function can return.
/// Empty for a function that returns no point. Bounded time.
std::set<ProcessorKind> reachable_kinds(const Symbols& symbols, const FunctionDef& function);

}  // namespace castra::lang
