#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "lang/types.h"
#include "machine/kinds.h"

namespace castra::lang {

/// What the checker knows of every expression: what all uses of it have in common, over all calls
/// of the function it stands in. Nothing iterates over the table.
class TypeTable {
 public:
  /// Unknown for what was never inferred. Precondition: settled since the last record.
  const Type& of(const Expr& expr) const;
  /// Of several records of one expression what all agree on is kept.
  void record(const Expr& expr, const Type& type) { types_.emplace_back(&expr, type); }
  /// To be called after the last record.
  void settle();

 private:
  std::vector<std::pair<const Expr*, Type>> types_;  ///< by address once settled
};

struct FunctionInfo {
  std::vector<Type> parameters;  ///< as declared, made precise where all calls agree
  Type result;
  /// Local variables by name, loop variables left out.
  std::map<std::string, Type, std::less<>> locals;
  /// Of a function that a rule names: the kinds it can place on, by reachable_kinds(). Empty: not
  /// known, or not followed in a program of very many functions.
  std::set<ProcessorKind> kinds;
  bool recursive = false;  ///< may call itself, through others or not
};

/// A program after checking, whether it has errors or not: the tree, the names, the types. Movable;
/// nodes and definitions keep their addresses.
struct CheckedProgram {
  Ast ast;
  Symbols symbols;
  TypeTable types;
  std::map<std::string, FunctionInfo, std::less<>> functions;
  std::map<std::string, Type, std::less<>> variables;
};

}  // namespace castra::lang
