#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/profile.h"

namespace castra::lang {

/// The top-level names of a program, and how it is to be read; pointers into its Ast. Of duplicates
/// the first, as the checker has reported the others.
struct Symbols {
  std::map<std::string, const FunctionDef*, std::less<>> functions;
  std::map<std::string, const AssignStmt*, std::less<>> variables;
  std::vector<const PrintStmt*> prints;       ///< outside functions, in order
  bool functions_print = false;               ///< some of them
  std::set<std::string, std::less<>> broken;  ///< Ast::broken
  Profile profile;
};

}  // namespace castra::lang
