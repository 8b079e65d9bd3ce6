#pragma once

#include <utility>
#include <vector>

#include "lang/ast.h"

namespace castra::lang {

/// Calls `visit` for the expressions directly below one, null ones left out, in a fixed order.
template <typename Visit>
void for_each_child(const Expr& expr, Visit&& visit) {
  static_assert(std::variant_size_v<decltype(expr.node)> == 17, "list the children of a new node");
  const auto add = [&](const ExprPtr& child) {
    if (child) visit(*child);
  };
  std::visit(
      [&](const auto& node) {
        if constexpr (requires { node.callee; }) add(node.callee);
        if constexpr (requires { node.object; }) add(node.object);
        if constexpr (requires { node.condition; }) add(node.condition);
        if constexpr (requires { node.body; }) add(node.body);
        if constexpr (requires { node.range; }) add(node.range);
        if constexpr (requires { node.operand; }) add(node.operand);
        if constexpr (requires { node.left; }) add(node.left);
        if constexpr (requires { node.right; }) add(node.right);
        if constexpr (requires { node.yes; }) add(node.yes);
        if constexpr (requires { node.no; }) add(node.no);
        if constexpr (requires { node.low; }) add(node.low);
        if constexpr (requires { node.high; }) add(node.high);
        const auto add_all = [&](const std::vector<ExprPtr>& list) {
          for (const ExprPtr& child : list) add(child);
        };
        if constexpr (requires { node.items; }) add_all(node.items);
        if constexpr (requires { node.arguments; }) add_all(node.arguments);
        if constexpr (requires { node.indices; }) add_all(node.indices);
      },
      expr.node);
}

/// Calls `visit` for these expressions and all below them. Needs no stack in proportion to the
/// tree.
template <typename Visit>
void for_each_expression(std::vector<const Expr*> left, Visit&& visit) {
  while (!left.empty()) {
    const Expr& expr = *left.back();
    left.pop_back();
    visit(expr);
    for_each_child(expr, [&](const Expr& child) { left.push_back(&child); });
  }
}

/// The same for every expression of a function.
template <typename Visit>
void for_each_expression(const FunctionDef& function, Visit&& visit) {
  std::vector<const Expr*> left;
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node))
      left.push_back(assign->value.get());
    if (const auto* result = std::get_if<ReturnStmt>(&statement.node))
      left.push_back(result->value.get());
  }
  for_each_expression(std::move(left), visit);
}

}  // namespace castra::lang
