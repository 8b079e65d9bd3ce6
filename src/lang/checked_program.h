#pragma once

#include <map>
#include <set>
#include <string>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "machine/kinds.h"

namespace castra::lang {

/// A program after checking, whether it has errors or not: the tree and the names. Movable; nodes
/// and definitions keep their addresses. For types see infer_types().
struct CheckedProgram {
  Ast ast;
  Symbols symbols;
  /// Of functions that a rule names: the kinds they can place on, by reachable_kinds(). Missing or
  /// empty: not known, or not followed in a program of very many functions.
  std::map<std::string, std::set<ProcessorKind>, std::less<>> kinds;
};

}  // namespace castra::lang
