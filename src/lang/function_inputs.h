#pragma once

#include <set>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "machine/kinds.h"

namespace castra::lang {

/// What the result of an index function may depend on besides the program, by what is written in it
/// and in all it may use: called functions and global variables.
struct FunctionInputs {
  bool point = false;    ///< task.ipoint
  bool extents = false;  ///< task.ispace
  /// Anything else of the launch: its task's name, say, or what this analysis does not know.
  bool launch = false;
  bool prints = false;               ///< evaluating it has to be seen
  std::set<ProcessorKind> machines;  ///< whose counts it may ask for
};

/// O(size of the program).
FunctionInputs function_inputs(const Symbols& symbols, const FunctionDef& function);

}  // namespace castra::lang
