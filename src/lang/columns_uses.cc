#include "lang/columns_uses.h"

#include <algorithm>

#include "lang/tree_walk.h"

namespace castra::lang::columns {
namespace {

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
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
  names_.reserve(32);  // enough for usual functions, as the next
  uses_.reserve(32);
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) add(*assign->value);
    if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) add(*result->value);
  }
  uses_.settle();
}

std::optional<NamesUsed> FunctionUses::find(const Expr& expr) const {
  const Entry* entry = uses_.find(expr);
  if (entry == nullptr) return std::nullopt;
  return NamesUsed{names(entry->any), names(entry->of_launch), entry->unknown};
}

std::span<const std::string_view> FunctionUses::names(Range range) const {
  return std::span(names_).subspan(range.begin, range.end - range.begin);
}

FunctionUses::Range FunctionUses::only(std::string_view name) {
  names_.push_back(name);
  const auto end = static_cast<std::uint32_t>(names_.size());
  return {end - 1, end};
}

FunctionUses::Range FunctionUses::joined(Range a, Range b) {
  const auto begin = static_cast<std::uint32_t>(names_.size());
  for (std::uint32_t i = b.begin; i < b.end; ++i) {
    if (!contains(names(a), names_[i])) names_.push_back(names_[i]);
  }
  const auto added = static_cast<std::uint32_t>(names_.size()) - begin;
  if (added == 0) return a;
  if (added == b.end - b.begin && a.begin == a.end) {
    names_.resize(begin);
    return b;
  }
  for (std::uint32_t i = a.begin; i < a.end; ++i) names_.push_back(names_[i]);
  return {begin, static_cast<std::uint32_t>(names_.size())};
}

FunctionUses::Range FunctionUses::without(Range range, std::string_view name) {
  if (!contains(names(range), name)) return range;
  const auto begin = static_cast<std::uint32_t>(names_.size());
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    if (names_[i] != name) names_.push_back(names_[i]);
  }
  return {begin, static_cast<std::uint32_t>(names_.size())};
}

FunctionUses::Entry FunctionUses::joined(const Entry& a, const Entry& b) {
  return {joined(a.any, b.any), joined(a.of_launch, b.of_launch), a.unknown || b.unknown};
}

/// Chains of binary operators lean to the left and may be long: they are walked, not recursed into.
FunctionUses::Entry FunctionUses::add(const Expr& expr) {
  if (expr.as<BinaryExpr>() == nullptr) return add_node(expr);
  const LeftSpine spine(expr);
  Entry used = add_node(spine.first_operand());
  for (std::size_t i = spine.size(); i-- > 0;) {
    used = joined(used, add(*spine[i].right));
    uses_.record(spine.expr(i), used);
  }
  return used;
}

FunctionUses::Entry FunctionUses::add_node(const Expr& expr) {
  Entry used;
  const auto child = [&](const Expr& of) { used = joined(used, add(of)); };
  if (expr.as<BadExpr>() != nullptr) {
    used.unknown = true;
  } else if (const auto* name = expr.as<NameExpr>()) {
    used.any = only(name->name);
  } else if (const auto* comprehension = expr.as<ComprehensionExpr>()) {
    used = add(*comprehension->body);
    if (comprehension->condition) child(*comprehension->condition);
    used.any = without(used.any, comprehension->variable.value);
    used.of_launch = without(used.of_launch, comprehension->variable.value);
    child(*comprehension->range);
  } else if (const auto* call = expr.as<CallExpr>()) {
    if (call->callee->as<NameExpr>() == nullptr) child(*call->callee);
    for (const ExprPtr& argument : call->arguments) child(*argument);
  } else if (const auto* member = launch_member(expr)) {
    used.of_launch = only(member->object->as<NameExpr>()->name);
    add(*member->object);
  } else {
    for_each_child(expr, child);
  }
  uses_.record(expr, used);
  return used;
}

}  // namespace castra::lang::columns
