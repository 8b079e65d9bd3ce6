#pragma once

#include <string>

#include "lang/ast.h"

namespace castra::lang {

/// Canonical text: one statement per line, functions indented by two, no comments, the fewest
/// parentheses with which every Profile reads it alike. Parsing it gives the same tree. A tree with
/// BadExpr prints something for people only.
std::string print(const Ast& ast);
std::string print(const Statement& statement);
std::string print(const Expr& expr);

/// A task or region name as a mapping writes it: in quotes unless it is a plain word.
std::string name_as_written(const std::string& name);
/// The same in quotes, which are always right.
std::string quoted_name(const std::string& name);

/// The tree itself, one parenthesised form per statement, without locations: equal dumps mean equal
/// trees.
std::string dump(const Ast& ast);

}  // namespace castra::lang
