#include "lang/uses.h"

#include <algorithm>
#include <utility>

namespace castra::lang {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Goes through one function or one value.
class UseWalk {
 public:
  explicit UseWalk(const Symbols& symbols) : symbols_(symbols) {}

  Use of(const FunctionDef& function) {
    for (const Parameter& parameter : function.parameters) known_.insert(parameter.name.value);
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        walk(*assign->value, true);
        known_.insert(assign->name.value);
      } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
        walk(print->arguments, true);
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        walk(*result->value, true);
        break;
      }
    }
    return std::move(use_);
  }

  Use of(const Expr& expr) {
    walk(expr, true);
    return std::move(use_);
  }

  Use of(const std::vector<ExprPtr>& list) {
    walk(list, true);
    return std::move(use_);
  }

 private:
  void walk(const std::vector<ExprPtr>& list, bool certain) {
    for (const ExprPtr& expr : list) walk(*expr, certain);
  }
  void walk(const ExprPtr& expr, bool certain) {
    if (expr) walk(*expr, certain);
  }

  void walk(const Expr& expr, bool certain) {
    std::visit([&](const auto& node) { see(expr, node, certain); }, expr.node);
  }

  void see(const Expr& /*expr*/, const NameExpr& node, bool /*certain*/) {
    if (known_.contains(node.name)) {
      use_.locals.insert(node.name);
    } else if (symbols_.variables.contains(node.name)) {
      use_.reads.insert(node.name);
    }
  }
  void see(const Expr& /*expr*/, const TupleExpr& node, bool certain) { walk(node.items, certain); }
  void see(const Expr& /*expr*/, const ComprehensionExpr& node, bool certain) {
    walk(node.range, certain);
    const bool fresh = known_.insert(node.variable.value).second;
    walk(node.condition, false);
    walk(node.body, false);
    if (!fresh) return;
    known_.erase(node.variable.value);
    use_.locals.erase(node.variable.value);
  }
  void see(const Expr& /*expr*/, const UnaryExpr& node, bool certain) {
    walk(node.operand, certain);
  }
  void see(const Expr& expr, const BinaryExpr& /*node*/, bool certain) {
    const LeftSpine spine(expr);
    // From the outermost inwards: everything left of && and || is certain, what is right is not.
    for (std::size_t i = 0; i < spine.size(); ++i) {
      const BinaryOperator op = spine[i].op;
      const bool logical = op == BinaryOperator::And || op == BinaryOperator::Or;
      walk(spine[i].right, certain && !logical);
    }
    walk(spine.first_operand(), certain);
  }
  void see(const Expr& /*expr*/, const ConditionalExpr& node, bool certain) {
    walk(node.condition, certain);
    walk(node.yes, false);
    walk(node.no, false);
  }
  void see(const Expr& /*expr*/, const CallExpr& node, bool certain) {
    const auto* callee = node.callee->as<NameExpr>();
    if (callee == nullptr) {
      walk(node.callee, certain);
    } else if (symbols_.functions.contains(callee->name)) {
      use_.calls.insert(callee->name);
      if (certain) use_.always.insert(callee->name);
    }
    walk(node.arguments, certain);
  }
  void see(const Expr& /*expr*/, const IndexExpr& node, bool certain) {
    walk(node.object, certain);
    walk(node.indices, certain);
  }
  void see(const Expr& /*expr*/, const SliceExpr& node, bool certain) {
    walk(node.object, certain);
    walk(node.low, certain);
    walk(node.high, certain);
  }
  void see(const Expr& /*expr*/, const MemberExpr& node, bool certain) {
    walk(node.object, certain);
  }
  template <typename Leaf>
  void see(const Expr& /*expr*/, const Leaf& /*leaf*/, bool /*certain*/) {}

  const Symbols& symbols_;
  Names known_;
  Use use_;
};

/// The nodes on a cycle of a graph: Tarjan's strongly connected components, without recursion.
class Cycles {
 public:
  using Edges = std::vector<std::vector<std::size_t>>;

  explicit Cycles(const Edges& edges)
      : edges_(edges), index_(edges.size(), 0), low_(edges.size(), 0), on_stack_(edges.size()) {}

  std::vector<bool> find() {
    cyclic_.assign(edges_.size(), false);
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (index_[node] == 0) search(node);
    }
    return std::move(cyclic_);
  }

 private:
  void enter(std::size_t node) {
    index_[node] = low_[node] = ++next_;
    stack_.push_back(node);
    on_stack_[node] = true;
    path_.emplace_back(node, 0);
  }

  void search(std::size_t root) {
    enter(root);
    while (!path_.empty()) {
      auto& [node, edge] = path_.back();
      if (edge < edges_[node].size()) {
        const std::size_t to = edges_[node][edge++];
        if (to == node) cyclic_[node] = true;
        if (index_[to] == 0) {
          enter(to);
        } else if (on_stack_[to]) {
          low_[node] = std::min(low_[node], index_[to]);
        }
        continue;
      }
      leave();
    }
  }

  void leave() {
    const std::size_t node = path_.back().first;
    path_.pop_back();
    if (!path_.empty()) low_[path_.back().first] = std::min(low_[path_.back().first], low_[node]);
    if (low_[node] != index_[node]) return;
    const bool several = stack_.back() != node;
    for (;;) {
      const std::size_t member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      if (several) cyclic_[member] = true;
      if (member == node) return;
    }
  }

  const Edges& edges_;
  std::vector<std::size_t> index_;
  std::vector<std::size_t> low_;
  std::vector<bool> on_stack_;
  std::vector<bool> cyclic_;
  std::vector<std::size_t> stack_;
  std::vector<std::pair<std::size_t, std::size_t>> path_;
  std::size_t next_ = 0;
};

template <typename Edge>
Names on_cycles(const std::map<std::string, Use, std::less<>>& functions, Edge Use::* edge) {
  const auto leaf = [&](const auto& function) { return (function.second.*edge).empty(); };
  if (std::all_of(functions.begin(), functions.end(), leaf)) return {};
  std::map<std::string_view, std::size_t> number;
  std::vector<std::string_view> names;
  for (const auto& [name, use] : functions) {
    number[name] = names.size();
    names.push_back(name);
  }
  Cycles::Edges edges(names.size());
  for (const auto& [name, use] : functions) {
    for (const std::string& callee : use.*edge) edges[number[name]].push_back(number[callee]);
  }
  const std::vector<bool> cyclic = Cycles(edges).find();
  Names result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (cyclic[i]) result.emplace(names[i]);
  }
  return result;
}

}  // namespace

Uses::Uses(const CheckedProgram& program) {
  const Symbols& symbols = program.symbols;
  const auto add = [this](const Use& use, std::string_view self) {
    for (const std::string& name : use.calls) {
      if (name != self) called_.insert(name);
    }
    for (const std::string& name : use.reads) {
      if (name != self) read_.insert(name);
    }
  };
  for (const auto& [name, function] : symbols.functions) {
    Use use = UseWalk(symbols).of(*function);
    add(use, name);
    functions_.emplace(name, std::move(use));
  }
  for (const auto& [name, definition] : symbols.variables)
    add(UseWalk(symbols).of(*definition->value), name);
  for (const PrintStmt* print : symbols.prints) add(UseWalk(symbols).of(print->arguments), {});
  for (const Statement& statement : program.ast.statements) {
    if (const auto* map = std::get_if<MapStmt>(&statement.node)) bound_.insert(map->function.value);
  }
  recursive_ = on_cycles(functions_, &Use::calls);
  endless_ = on_cycles(functions_, &Use::always);
}

const Use& Uses::of_function(std::string_view name) const {
  static const Use kNone;
  const auto found = functions_.find(name);
  return found == functions_.end() ? kNone : found->second;
}

}  // namespace castra::lang
