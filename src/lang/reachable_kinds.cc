#include "lang/reachable_kinds.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/used_code.h"

namespace castra::lang {
namespace {

using Kinds = std::set<ProcessorKind>;

/// Every kind written in a function or in anything it may use.
Kinds written_kinds(const Symbols& symbols, const FunctionDef& function) {
  Kinds kinds;
  for (const Expr* expr : used_code(symbols, function).expressions) {
    if (const auto* processor = expr->as<ProcessorExpr>()) kinds.insert(processor->kind);
  }
  return kinds;
}

/// Which kinds the value of an expression can carry: those of machines and points in it, and kinds
/// themselves, as `Machine(k)` may get one by name. Gives up instead of guessing.
class CarriedKinds {
 public:
  explicit CarriedKinds(const Symbols& symbols) : symbols_(symbols) {}

  /// Nothing if the function recurses or is too large to follow.
  std::optional<Kinds> from(const FunctionDef& function) {
    Kinds kinds = result_of(function, std::vector<Kinds>(function.parameters.size()));
    if (gave_up_) return std::nullopt;
    return kinds;
  }

 private:
  static constexpr int kMaxSteps = 20000;
  static constexpr int kMaxCalls = 32;
  using Scope = std::map<std::string_view, Kinds>;

  Kinds result_of(const FunctionDef& function, std::vector<Kinds> arguments) {
    if (calls_ >= kMaxCalls || arguments.size() != function.parameters.size()) return give_up();
    ++calls_;
    Scope scope;
    for (std::size_t i = 0; i < arguments.size(); ++i)
      scope[function.parameters[i].name.value] = std::move(arguments[i]);
    Scope* const outer = std::exchange(scope_, &scope);
    Kinds kinds;
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        scope[assign->name.value] = of(*assign->value);
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        kinds = of(*result->value);
        break;
      } else if (!std::holds_alternative<PrintStmt>(statement.node)) {
        kinds = give_up();
        break;
      }
    }
    scope_ = outer;
    --calls_;
    return kinds;
  }

  Kinds give_up() {
    gave_up_ = true;
    return {};
  }

  Kinds of(const Expr& expr) {
    if (gave_up_ || ++steps_ > kMaxSteps) return give_up();
    return std::visit([&](const auto& node) { return of(node); }, expr.node);
  }
  Kinds of(const std::vector<ExprPtr>& list) {
    Kinds kinds;
    for (const ExprPtr& item : list) kinds.merge(of(*item));
    return kinds;
  }
  Kinds of(const ProcessorExpr& node) { return {node.kind}; }
  Kinds of(const NameExpr& node) {
    if (scope_ != nullptr) {
      if (const auto local = scope_->find(node.name); local != scope_->end()) return local->second;
    }
    const auto variable = symbols_.variables.find(node.name);
    if (variable == symbols_.variables.end()) return {};
    if (const auto known = globals_.find(variable->second); known != globals_.end())
      return known->second;
    if (calls_ >= kMaxCalls) return give_up();
    ++calls_;
    Scope* const outer = std::exchange(scope_, nullptr);
    Kinds kinds = of(*variable->second->value);
    scope_ = outer;
    --calls_;
    return globals_[variable->second] = std::move(kinds);
  }
  Kinds of(const TupleExpr& node) { return of(node.items); }
  Kinds of(const ComprehensionExpr& node) {
    Scope global_scope;
    Scope inner = scope_ != nullptr ? *scope_ : global_scope;
    inner[node.variable.value] = of(*node.range);
    Scope* const outer = std::exchange(scope_, &inner);
    Kinds kinds = of(*node.body);
    scope_ = outer;
    return kinds;
  }
  /// Unpacking hands on what it unpacks; negation gives numbers and truth values.
  Kinds of(const UnaryExpr& node) {
    return node.op == UnaryOperator::Unpack ? of(*node.operand) : Kinds();
  }
  Kinds of(const BinaryExpr& /*node*/) { return {}; }
  Kinds of(const ConditionalExpr& node) {
    Kinds kinds = of(*node.yes);
    kinds.merge(of(*node.no));
    return kinds;
  }
  Kinds of(const CallExpr& node) {
    if (const auto* member = node.callee->as<MemberExpr>()) {
      // A transform keeps the kind of its machine; `task.processor(m)` gives a point of m.
      Kinds kinds = of(*member->object);
      kinds.merge(of(node.arguments));
      return kinds;
    }
    const auto* name = node.callee->as<NameExpr>();
    const auto function =
        name == nullptr ? symbols_.functions.end() : symbols_.functions.find(name->name);
    if (function == symbols_.functions.end()) return of(node.arguments);
    std::vector<Kinds> arguments;
    for (const ExprPtr& argument : node.arguments) {
      const auto* unpack = argument->as<UnaryExpr>();
      if (unpack != nullptr && unpack->op == UnaryOperator::Unpack) return give_up();
      arguments.push_back(of(*argument));
    }
    return result_of(*function->second, std::move(arguments));
  }
  Kinds of(const IndexExpr& node) { return of(*node.object); }
  Kinds of(const SliceExpr& node) { return of(*node.object); }
  Kinds of(const MemberExpr& node) {
    const std::string& word = node.member.value;
    if (word == "size" || word == "len" || word == "volume") return {};
    return of(*node.object);
  }
  Kinds of(const BadExpr& /*node*/) { return {}; }
  Kinds of(const IntegerExpr& /*node*/) { return {}; }
  Kinds of(const BoolExpr& /*node*/) { return {}; }
  Kinds of(const TextExpr& /*node*/) { return {}; }
  Kinds of(const MemoryExpr& /*node*/) { return {}; }
  Kinds of(const WildcardExpr& /*node*/) { return {}; }
  /// Any other kind of expression is not followed.
  template <typename Node>
  Kinds of(const Node& /*node*/) {
    return give_up();
  }

  const Symbols& symbols_;
  Scope* scope_ = nullptr;
  std::map<const AssignStmt*, Kinds> globals_;
  int steps_ = 0;
  int calls_ = 0;
  bool gave_up_ = false;
};

}  // namespace

std::set<ProcessorKind> reachable_kinds(const Symbols& symbols, const FunctionDef& function) {
  if (auto kinds = CarriedKinds(symbols).from(function)) return std::move(*kinds);
  return written_kinds(symbols, function);
}

}  // namespace castra::lang
