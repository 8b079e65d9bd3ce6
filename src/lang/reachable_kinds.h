#pragma once

#include <set>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "machine/kinds.h"

namespace castra::lang {

/// The processor kinds written in a function or in anything it may use: called functions and
/// global variables. A point it returns is of one of these kinds, as machines are made from written
/// kinds only. Empty for a function that never makes a machine. O(size of the program).
std::set<ProcessorKind> reachable_kinds(const Symbols& symbols, const FunctionDef& function);

}  // namespace castra::lang
