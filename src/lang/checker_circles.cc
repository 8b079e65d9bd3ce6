#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "lang/checker_impl.h"
#include "lang/tree_walk.h"

/// Global variables that can have no value, because computing it reads them again, through
/// functions too. Only what evaluation certainly reads counts: `a = g(0);` with `def g(int n) {
/// return n > 0 ? a : 7; }` is 7.
namespace castra::lang::detail {
namespace {

/// A global variable or a function, and what evaluating it always reads and calls.
struct Node {
  struct Edge {
    std::size_t to = 0;
    SourceSpan span;
  };
  std::string_view name;
  SourceSpan span;
  bool variable = false;
  std::vector<Edge> edges;  ///< at most one to each node
};

class Circles {
 public:
  explicit Circles(const Symbols& symbols) : symbols_(symbols) {
    for (const auto& [name, definition] : symbols.variables) {
      variables_.emplace(name, nodes_.size());
      nodes_.push_back({name, definition->name.span, true, {}});
    }
    for (const auto& [name, function] : symbols.functions) {
      functions_.emplace(name, nodes_.size());
      nodes_.push_back({name, function->name.span, false, {}});
    }
    for (const auto& [name, definition] : symbols.variables)
      read(variables_.at(name), *definition->value, {});
    const auto leaf = [](const Node& node) { return node.edges.empty(); };
    if (std::all_of(nodes_.begin(), nodes_.end(), leaf)) {
      nodes_.clear();  // no variable is on a circle
      return;
    }
    for (const auto& [name, function] : symbols.functions) read_body(*function);
  }

  void report(DiagnosticSink& sink) {
    const std::vector<bool> endless = never_finished();
    std::vector<bool> seen(nodes_.size(), false);
    for (std::size_t start = 0; start < nodes_.size() && nodes_[start].variable; ++start) {
      std::vector<std::size_t> path;  // the edge taken from node to node, from `start` on
      std::vector<std::size_t> nodes;
      std::size_t at = start;
      while (endless[at] && !seen[at]) {
        seen[at] = true;
        nodes.push_back(at);
        const auto& edges = nodes_[at].edges;
        std::size_t taken = 0;
        while (!endless[edges[taken].to]) ++taken;
        path.push_back(taken);
        at = edges[taken].to;
      }
      const auto repeated = std::find(nodes.begin(), nodes.end(), at);
      if (repeated == nodes.end()) continue;
      const auto first = static_cast<std::size_t>(repeated - nodes.begin());
      report_circle(std::span(nodes).subspan(first), std::span(path).subspan(first), sink);
    }
  }

 private:
  static constexpr std::size_t kMaxLabels = 4;
  using Names = std::set<std::string_view>;

  void read_body(const FunctionDef& function) {
    if (!function.complete) return;
    const std::size_t node = functions_.at(function.name.value);
    Names locals;
    for (const Parameter& parameter : function.parameters) locals.insert(parameter.name.value);
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        read(node, *assign->value, locals);
        locals.insert(assign->name.value);
      } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
        for (const ExprPtr& argument : print->arguments) read(node, *argument, locals);
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        return read(node, *result->value, locals);
      }
    }
  }

  void read(std::size_t node, const Expr& whole, const Names& locals) {
    std::vector<const Expr*> left = {&whole};
    const auto later = [&](const ExprPtr& expr) { left.push_back(expr.get()); };
    while (!left.empty()) {
      const Expr& expr = *left.back();
      left.pop_back();
      if (const auto* name = expr.as<NameExpr>()) {
        if (!locals.contains(name->name)) add(node, variables_, name->name, expr.span);
      } else if (const auto* conditional = expr.as<ConditionalExpr>()) {
        later(conditional->condition);
      } else if (const auto* comprehension = expr.as<ComprehensionExpr>()) {
        later(comprehension->range);
      } else if (const auto* binary = expr.as<BinaryExpr>();
                 binary != nullptr && !symbols_.profile.eager_logic &&
                 (binary->op == BinaryOperator::And || binary->op == BinaryOperator::Or)) {
        later(binary->left);
      } else if (const auto* call = expr.as<CallExpr>();
                 call != nullptr && call->callee->as<NameExpr>() != nullptr) {
        const std::string& callee = call->callee->as<NameExpr>()->name;
        if (callee != "Machine") add(node, functions_, callee, expr.span);
        for (const ExprPtr& argument : call->arguments) later(argument);
      } else {
        for_each_child(expr, [&](const Expr& child) { left.push_back(&child); });
      }
    }
  }

  void add(std::size_t from, const std::map<std::string_view, std::size_t>& nodes,
           const std::string& name, SourceSpan span) {
    const auto to = nodes.find(name);
    if (to != nodes.end() && known_.insert({from, to->second}).second)
      nodes_[from].edges.push_back({to->second, span});
  }

  /// What is left when, again and again, that is taken away which reads nothing that is left.
  std::vector<bool> never_finished() const {
    std::vector<std::vector<std::size_t>> readers(nodes_.size());
    std::vector<std::size_t> open(nodes_.size());
    std::vector<std::size_t> finished;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      open[node] = nodes_[node].edges.size();
      if (open[node] == 0) finished.push_back(node);
      for (const Node::Edge& edge : nodes_[node].edges) readers[edge.to].push_back(node);
    }
    std::vector<bool> endless(nodes_.size(), true);
    while (!finished.empty()) {
      const std::size_t node = finished.back();
      finished.pop_back();
      endless[node] = false;
      for (const std::size_t reader : readers[node]) {
        if (--open[reader] == 0) finished.push_back(reader);
      }
    }
    return endless;
  }

  /// The nodes of a circle, and which edge of each leads to the next.
  void report_circle(std::span<const std::size_t> circle, std::span<const std::size_t> taken,
                     DiagnosticSink& sink) const {
    std::size_t first = 0;
    while (first < circle.size() && !nodes_[circle[first]].variable) ++first;
    if (first == circle.size()) return;  // functions that call each other
    const Node& variable = nodes_[circle[first]];
    Diagnostic d = diagnose(Finding::CyclicVariable, variable.span, variable.name);
    for (std::size_t i = 0; i < circle.size(); ++i) {
      const std::size_t k = (first + i) % circle.size();
      const Node::Edge& edge = nodes_[circle[k]].edges[taken[k]];
      const bool last = i + 1 == circle.size();
      if (!last && i + 1 >= kMaxLabels) continue;
      const Node& to = nodes_[edge.to];
      const std::string_view does = to.variable ? "reads" : "calls";
      d.labels.push_back({edge.span, fmt::format("{} `{}`", does, to.name)});
    }
    d.help = "compute it from other values";
    sink.report(std::move(d));
  }

  const Symbols& symbols_;
  std::vector<Node> nodes_;  ///< variables first
  std::map<std::string_view, std::size_t> variables_;
  std::map<std::string_view, std::size_t> functions_;
  std::set<std::pair<std::size_t, std::size_t>> known_;  ///< edges
};

}  // namespace

void check_circles(const Symbols& symbols, DiagnosticSink& sink) { Circles(symbols).report(sink); }

}  // namespace castra::lang::detail
