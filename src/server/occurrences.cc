#include "server/occurrences.h"

#include <algorithm>
#include <map>
#include <utility>

namespace castra::server {
namespace {

using namespace lang;  // the tree is walked from top to bottom

struct Definition {
  Role role;
  SourceSpan span;
};

class Collector {
 public:
  explicit Collector(const Ast& ast) : ast_(ast) {
    for (const Statement& statement : ast.statements) {
      if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
        globals_.try_emplace(function->name.value, Definition{Role::Function, function->name.span});
      } else if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        globals_.try_emplace(assign->name.value, Definition{Role::Variable, assign->name.span});
      }
    }
  }

  std::vector<Occurrence> run() {
    for (const Statement& statement : ast_.statements) {
      statement_ = &statement;
      std::visit([this](const auto& node) { visit(node); }, statement.node);
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Occurrence& a, const Occurrence& b) {
      return a.span.begin < b.span.begin;
    });
    return std::move(found_);
  }

 private:
  void add(SourceSpan span, Role role, std::string name,
           std::optional<SourceSpan> definition = {}) {
    found_.push_back({span, role, std::move(name), statement_, definition});
  }
  void define(const Identifier& name, Role role) { add(name.span, role, name.value, name.span); }

  void targets(const std::vector<Target>& list, Role role) {
    for (const Target& target : list) {
      if (const std::string* name = target.name()) {
        add(target.span, role, *name);
      } else if (const int* position = std::get_if<int>(&target.what)) {
        add(target.span, role, std::to_string(*position));
      } else if (target.any()) {
        add(target.span, role, "*");
      }
    }
  }

  void visit(const TaskStmt& node) { targets(node.tasks, Role::Task); }
  void visit(const RegionStmt& node) {
    targets(node.tasks, Role::Task);
    targets(node.regions, Role::Region);
  }
  void visit(const LayoutStmt& node) {
    targets(node.tasks, Role::Task);
    targets(node.regions, Role::Region);
  }
  void visit(const InstanceLimitStmt& node) { targets(node.tasks, Role::Task); }
  void visit(const CollectMemoryStmt& node) {
    targets(node.tasks, Role::Task);
    targets(node.regions, Role::Region);
  }
  void visit(const MapStmt& node) {
    targets(node.targets, Role::Task);
    const auto global = globals_.find(node.function.value);
    if (global == globals_.end()) {
      add(node.function.span, Role::Function, node.function.value);
    } else {
      add(node.function.span, global->second.role, node.function.value, global->second.span);
    }
  }
  void visit(const ControlReplicateStmt& node) { targets(node.tasks, Role::Task); }
  void visit(const TaskStealStmt& node) { targets(node.tasks, Role::Task); }
  void visit(const LanguageStmt&) {}
  void visit(const AssignStmt& node) {
    define(node.name, Role::Variable);
    expression(*node.value);
  }
  void visit(const PrintStmt& node) { list(node.arguments); }
  void visit(const FunctionDef& function) {
    define(function.name, Role::Function);
    for (const Parameter& parameter : function.parameters) {
      define(parameter.name, Role::Parameter);
      locals_.emplace_back(parameter.name.value, Definition{Role::Parameter, parameter.name.span});
    }
    for (const FunctionStmt& statement : function.body) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        visit(*assign);
        locals_.emplace_back(assign->name.value, Definition{Role::Variable, assign->name.span});
      } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
        expression(*result->value);
      } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
        visit(*print);
      }
    }
    locals_.clear();
  }

  void list(const std::vector<ExprPtr>& items) {
    for (const ExprPtr& item : items) expression(*item);
  }
  void optional(const ExprPtr& expr) {
    if (expr != nullptr) expression(*expr);
  }

  void name(const Expr& expr, const NameExpr& node) {
    const auto local = std::find_if(locals_.rbegin(), locals_.rend(), [&](const auto& definition) {
      return definition.first == node.name;
    });
    if (local != locals_.rend())
      return add(expr.span, local->second.role, node.name, local->second.span);
    const auto global = globals_.find(node.name);
    if (global != globals_.end())
      add(expr.span, global->second.role, node.name, global->second.span);
  }

  /// Recursion is bounded by the parser's bound on nesting.
  void expression(const Expr& expr) {
    if (const auto* word = expr.as<NameExpr>()) return name(expr, *word);
    if (const auto* tuple = expr.as<TupleExpr>()) return list(tuple->items);
    if (const auto* unary = expr.as<UnaryExpr>()) return expression(*unary->operand);
    if (const auto* binary = expr.as<BinaryExpr>()) {
      expression(*binary->left);
      return expression(*binary->right);
    }
    if (const auto* conditional = expr.as<ConditionalExpr>()) {
      expression(*conditional->condition);
      expression(*conditional->yes);
      return expression(*conditional->no);
    }
    if (const auto* call = expr.as<CallExpr>()) {
      expression(*call->callee);
      return list(call->arguments);
    }
    if (const auto* index = expr.as<IndexExpr>()) {
      expression(*index->object);
      return list(index->indices);
    }
    if (const auto* slice = expr.as<SliceExpr>()) {
      expression(*slice->object);
      optional(slice->low);
      return optional(slice->high);
    }
    if (const auto* member = expr.as<MemberExpr>()) return expression(*member->object);
    if (const auto* comprehension = expr.as<ComprehensionExpr>()) {
      expression(*comprehension->range);
      const Identifier& variable = comprehension->variable;
      define(variable, Role::LoopVariable);
      locals_.emplace_back(variable.value, Definition{Role::LoopVariable, variable.span});
      expression(*comprehension->body);
      optional(comprehension->condition);
      locals_.pop_back();
    }
  }

  const Ast& ast_;
  const Statement* statement_ = nullptr;
  std::map<std::string, Definition, std::less<>> globals_;
  std::vector<std::pair<std::string, Definition>> locals_;  ///< the last of a name hides the others
  std::vector<Occurrence> found_;
};

}  // namespace

std::vector<Occurrence> find_occurrences(const Ast& ast) { return Collector(ast).run(); }

const Occurrence* occurrence_at(const std::vector<Occurrence>& occurrences, std::uint32_t offset) {
  const Occurrence* touching = nullptr;
  for (const Occurrence& occurrence : occurrences) {
    if (occurrence.span.begin > offset) break;
    if (offset < occurrence.span.end) return &occurrence;
    if (offset == occurrence.span.end) touching = &occurrence;
  }
  return touching;
}

}  // namespace castra::server
