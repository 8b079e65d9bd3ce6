#include "lang/columns_uses.h"

#include <algorithm>

#include "lang/tree_walk.h"

namespace castra::lang::columns {
namespace {

using Names = std::vector<std::string_view>;

void include(Names& into, const Names& from) {
  for (const std::string_view name : from) {
    if (std::find(into.begin(), into.end(), name) == into.end()) into.push_back(name);
  }
}

void include(NamesUsed& into, const NamesUsed& from) {
  include(into.any, from.any);
  include(into.of_launch, from.of_launch);
  into.unknown = into.unknown || from.unknown;
}

/// `name.member` that has one value for all points of a launch if the name is the task's.
const MemberExpr* launch_member(const Expr& expr) {
  const auto* member = expr.as<MemberExpr>();
  const bool named = member != nullptr && member->object->as<NameExpr>() != nullptr;
  return named && same_for_all_points(member->member.value) ? member : nullptr;
}

}  // namespace

bool same_for_all_points(std::string_view member) {
  return member == "ispace" || member == "name" || member == "region_bytes";
}

FunctionUses::FunctionUses(const FunctionDef& function) {
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) add(*assign->value);
    if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) add(*result->value);
  }
}

const NamesUsed* FunctionUses::find(const Expr& expr) const {
  const auto found = uses_.find(&expr);
  return found == uses_.end() ? nullptr : &found->second;
}

/// Chains of binary operators lean to the left and may be long: they are walked, not recursed into.
const NamesUsed& FunctionUses::add(const Expr& expr) {
  std::vector<const Expr*> chain = {&expr};
  while (const auto* binary = chain.back()->as<BinaryExpr>()) chain.push_back(binary->left.get());
  const NamesUsed* left = &add_node(*chain.back());
  chain.pop_back();
  for (; !chain.empty(); chain.pop_back()) {
    NamesUsed used = *left;
    include(used, add(*chain.back()->as<BinaryExpr>()->right));
    left = &(uses_[chain.back()] = std::move(used));
  }
  return *left;
}

const NamesUsed& FunctionUses::add_node(const Expr& expr) {
  NamesUsed used;
  const auto child = [&](const Expr& of) { include(used, add(of)); };
  if (expr.as<BadExpr>() != nullptr) {
    used.unknown = true;
  } else if (const auto* name = expr.as<NameExpr>()) {
    used.any.push_back(name->name);
  } else if (const auto* comprehension = expr.as<ComprehensionExpr>()) {
    NamesUsed body = add(*comprehension->body);
    if (comprehension->condition) include(body, add(*comprehension->condition));
    std::erase(body.any, comprehension->variable.value);
    std::erase(body.of_launch, comprehension->variable.value);
    include(used, body);
    child(*comprehension->range);
  } else if (const auto* call = expr.as<CallExpr>()) {
    if (call->callee->as<NameExpr>() == nullptr) child(*call->callee);
    for (const ExprPtr& argument : call->arguments) child(*argument);
  } else if (const auto* member = launch_member(expr)) {
    used.of_launch.push_back(member->object->as<NameExpr>()->name);
    add(*member->object);
  } else {
    for_each_child(expr, child);
  }
  return uses_[&expr] = std::move(used);
}

}  // namespace castra::lang::columns
