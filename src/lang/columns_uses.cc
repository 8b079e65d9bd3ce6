#include "lang/columns_uses.h"

#include <algorithm>

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

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

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
  const auto child = [&](const ExprPtr& of) {
    if (of) include(used, add(*of));
  };
  const auto children = [&](const std::vector<ExprPtr>& of) {
    for (const ExprPtr& each : of) child(each);
  };
  std::visit(Overloaded{
                 [](const IntegerExpr&) {},
                 [](const BoolExpr&) {},
                 [](const TextExpr&) {},
                 [](const ProcessorExpr&) {},
                 [](const MemoryExpr&) {},
                 [](const WildcardExpr&) {},
                 [&](const NameExpr& node) { used.any.push_back(node.name); },
                 [&](const TupleExpr& node) { children(node.items); },
                 [&](const ComprehensionExpr& node) {
                   NamesUsed body = add(*node.body);
                   if (node.condition) include(body, add(*node.condition));
                   std::erase(body.any, node.variable.value);
                   std::erase(body.of_launch, node.variable.value);
                   include(used, body);
                   child(node.range);
                 },
                 [&](const UnaryExpr& node) { child(node.operand); },
                 [&](const BinaryExpr& node) {
                   child(node.left);
                   child(node.right);
                 },
                 [&](const ConditionalExpr& node) {
                   child(node.condition);
                   child(node.yes);
                   child(node.no);
                 },
                 [&](const CallExpr& node) {
                   if (node.callee->as<NameExpr>() == nullptr) child(node.callee);
                   children(node.arguments);
                 },
                 [&](const IndexExpr& node) {
                   child(node.object);
                   children(node.indices);
                 },
                 [&](const SliceExpr& node) {
                   child(node.object);
                   child(node.low);
                   child(node.high);
                 },
                 [&](const MemberExpr& node) {
                   const auto* name = node.object->as<NameExpr>();
                   if (name != nullptr && same_for_all_points(node.member.value)) {
                     used.of_launch.push_back(name->name);
                     add(*node.object);
                   } else {
                     child(node.object);
                   }
                 },
                 [&](const auto&) { used.unknown = true; },
             },
             expr.node);
  return uses_[&expr] = std::move(used);
}

}  // namespace castra::lang::columns
