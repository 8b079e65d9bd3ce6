#pragma once

#include <map>
#include <string>

#include "lang/ast.h"

namespace castra::lang {

/// The top-level names of a program; pointers into its Ast. Of duplicates the first, as the checker
/// has reported the others.
struct Symbols {
  std::map<std::string, const FunctionDef*, std::less<>> functions;
  std::map<std::string, const AssignStmt*, std::less<>> variables;
};

}  // namespace castra::lang
