#pragma once

#include <vector>

#include "lang/symbols.h"

namespace castra::lang {

/// What an evaluation of a function may come to: the expressions of the function and of all
/// functions and global variables it may use, each once. A name that a parameter or a variable
/// hides is followed too, which only adds to them.
struct UsedCode {
  std::vector<const Expr*> expressions;  ///< parts before or after wholes; without those printed
  bool prints = false;                   ///< one of the functions prints
};

/// O(size of what is used); needs no stack in proportion to it.
UsedCode used_code(const Symbols& symbols, const FunctionDef& function);

}  // namespace castra::lang
