#include "lang/function_inputs.h"

#include <string_view>
#include <unordered_set>
#include <vector>

#include "lang/builtins.h"

namespace castra::lang {
namespace {

bool of_values_only(std::string_view member) {
  return find_member(MemberOwner::Machine, member) != nullptr ||
         find_member(MemberOwner::Tuple, member) != nullptr || find_transform(member) != nullptr;
}

/// Walks with a list of what is left to see, so that long chains cost no stack.
class Walk {
 public:
  explicit Walk(const Symbols& symbols) : symbols_(symbols) {}

  FunctionInputs from(const FunctionDef& function) {
    inputs_.prints = !symbols_.prints.empty();
    enter(function);
    while (!left_.empty()) {
      const Expr& expr = *left_.back();
      left_.pop_back();
      std::visit([&](const auto& node) { see(node); }, expr.node);
    }
    return inputs_;
  }

 private:
  void enter(const FunctionDef& function) {
    if (!seen_.insert(&function).second) return;
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        add(assign->value);
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        add(result->value);
      } else {
        inputs_.prints = true;
      }
    }
  }

  void add(const ExprPtr& expr) {
    if (expr) left_.push_back(expr.get());
  }
  void add(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& expr : list) add(expr);
  }

  void see(const ProcessorExpr& node) { inputs_.machines.insert(node.kind); }
  /// A name that a parameter or variable hides is followed too, which only adds inputs.
  void see(const NameExpr& node) {
    if (const auto function = symbols_.functions.find(node.name);
        function != symbols_.functions.end())
      enter(*function->second);
    const auto variable = symbols_.variables.find(node.name);
    if (variable != symbols_.variables.end() && seen_.insert(variable->second).second)
      add(variable->second->value);
  }
  void see(const MemberExpr& node) {
    add(node.object);
    if (node.member.value == "ipoint") {
      inputs_.point = true;
    } else if (node.member.value == "ispace") {
      inputs_.extents = true;
    } else if (!of_values_only(node.member.value)) {
      inputs_.launch = true;
    }
  }
  void see(const TupleExpr& node) { add(node.items); }
  void see(const ComprehensionExpr& node) {
    add(node.body);
    add(node.range);
    add(node.condition);
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
  void see(const IntegerExpr& /*node*/) {}
  void see(const BoolExpr& /*node*/) {}
  void see(const TextExpr& /*node*/) {}
  void see(const MemoryExpr& /*node*/) {}
  void see(const WildcardExpr& /*node*/) {}
  /// A node added to the language since: it may read anything.
  template <typename T>
  void see(const T& /*node*/) {
    inputs_.launch = true;
    inputs_.prints = true;
  }

  const Symbols& symbols_;
  std::unordered_set<const void*> seen_;
  std::vector<const Expr*> left_;
  FunctionInputs inputs_;
};

}  // namespace

FunctionInputs function_inputs(const Symbols& symbols, const FunctionDef& function) {
  return Walk(symbols).from(function);
}

}  // namespace castra::lang
