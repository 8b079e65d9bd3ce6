#include "lang/reachable_kinds.h"

#include <vector>

namespace castra::lang {
namespace {

/// Walks with lists of what is left to see instead of recursion, so that neither long expressions
/// nor long chains of functions cost stack.
class Walk {
 public:
  explicit Walk(const Symbols& symbols) : symbols_(symbols) {}

  std::set<ProcessorKind> from(const FunctionDef& function) {
    enter(function);
    while (!left_.empty()) {
      const Expr& expr = *left_.back();
      left_.pop_back();
      std::visit([&](const auto& node) { see(node); }, expr.node);
    }
    return kinds_;
  }

 private:
  void enter(const FunctionDef& function) {
    if (!seen_.insert(&function).second) return;
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) add(assign->value);
      if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) add(result->value);
    }
  }

  void add(const ExprPtr& expr) {
    if (expr) left_.push_back(expr.get());
  }
  void add(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& expr : list) add(expr);
  }

  void see(const ProcessorExpr& node) { kinds_.insert(node.kind); }
  /// A name that a parameter or variable hides is followed too, which only adds kinds.
  void see(const NameExpr& node) {
    if (const auto function = symbols_.functions.find(node.name);
        function != symbols_.functions.end())
      enter(*function->second);
    const auto variable = symbols_.variables.find(node.name);
    if (variable != symbols_.variables.end() && seen_.insert(variable->second).second)
      add(variable->second->value);
  }
  void see(const TupleExpr& node) { add(node.items); }
  void see(const ComprehensionExpr& node) {
    add(node.body);
    add(node.range);
  }
  void see(const UnaryExpr& node) { add(node.operand); }
  void see(const BinaryExpr& node) {
    add(node.left);
    add(node.right);
  }
  void see(const ConditionalExpr& node) {
    add(node.condition);
    add(node.yes);
    add(node.no);
  }
  void see(const CallExpr& node) {
    add(node.callee);
    add(node.arguments);
  }
  void see(const IndexExpr& node) {
    add(node.object);
    add(node.indices);
  }
  void see(const SliceExpr& node) {
    add(node.object);
    add(node.low);
    add(node.high);
  }
  void see(const MemberExpr& node) { add(node.object); }
  void see(const BadExpr& /*node*/) {}
  void see(const IntegerExpr& /*node*/) {}
  void see(const BoolExpr& /*node*/) {}
  void see(const MemoryExpr& /*node*/) {}
  void see(const WildcardExpr& /*node*/) {}

  const Symbols& symbols_;
  std::set<const void*> seen_;
  std::vector<const Expr*> left_;
  std::set<ProcessorKind> kinds_;
};

}  // namespace

std::set<ProcessorKind> reachable_kinds(const Symbols& symbols, const FunctionDef& function) {
  return Walk(symbols).from(function);
}

}  // namespace castra::lang
