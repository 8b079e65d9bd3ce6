#include "lang/used_code.h"

#include <unordered_set>
#include <variant>

#include "lang/tree_walk.h"

namespace castra::lang {
namespace {

class Walk {
 public:
  explicit Walk(const Symbols& symbols) : symbols_(symbols) {}

  UsedCode from(const FunctionDef& function) {
    used_.expressions.reserve(64);
    enter(function);
    for (std::size_t i = 0; i < used_.expressions.size(); ++i) {
      const Expr& expr = *used_.expressions[i];
      if (const auto* name = expr.as<NameExpr>()) follow(*name);
      for_each_child(expr, [&](const Expr& child) { used_.expressions.push_back(&child); });
    }
    return std::move(used_);
  }

 private:
  void enter(const FunctionDef& function) {
    if (!seen_.insert(&function).second) return;
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        used_.expressions.push_back(assign->value.get());
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        used_.expressions.push_back(result->value.get());
      } else {
        used_.prints = true;
      }
    }
  }

  void follow(const NameExpr& node) {
    const auto function = symbols_.functions.find(node.name);
    if (function != symbols_.functions.end()) enter(*function->second);
    const auto variable = symbols_.variables.find(node.name);
    if (variable != symbols_.variables.end() && seen_.insert(variable->second).second)
      used_.expressions.push_back(variable->second->value.get());
  }

  const Symbols& symbols_;
  std::unordered_set<const void*> seen_;
  UsedCode used_;
};

}  // namespace

UsedCode used_code(const Symbols& symbols, const FunctionDef& function) {
  return Walk(symbols).from(function);
}

}  // namespace castra::lang
