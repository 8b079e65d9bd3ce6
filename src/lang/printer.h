#pragma once

#include <string>

#include "lang/ast.h"

namespace castra::lang {

/// Canonical text: one statement per line, functions indented by two, no comments, the fewest
/// parentheses. Parsing it gives the same tree. A tree with BadExpr prints something for people
/// only.
std::string print(const Ast& ast);
std::string print(const Statement& statement);
std::string print(const Expr& expr);

/// The tree itself, one parenthesised form per statement, without locations: equal dumps mean equal
/// trees.
std::string dump(const Ast& ast);

}  // namespace castra::lang
