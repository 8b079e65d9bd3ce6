#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lang/ast.h"
#include "support/source.h"

namespace castra::lang {

inline constexpr int kAstJsonVersion = 1;

/// The syntax tree as ast_schema() describes it: every node is an object whose `node` says what it
/// is. With `source`, statements say where they stand (`at`). Precondition: the tree has no
/// BadExpr, as after a parse without errors.
nlohmann::ordered_json ast_json(const Ast& ast, const SourceFile* source);

/// The JSON Schema (draft 2020-12) of ast_json(), made from the same description of the nodes.
std::string ast_schema();

}  // namespace castra::lang
