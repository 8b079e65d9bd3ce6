#include "lang/printer.h"

#include <fmt/format.h>

#include <type_traits>

#include "lang/parser_impl.h"
#include "lang/token.h"
#include "support/check.h"

namespace castra::lang {
namespace {

// Binding strength, loose to tight, as in the parser.
constexpr int kConditional = 0;
constexpr int kMultiply = 6;
constexpr int kUnary = 7;
constexpr int kPostfix = 8;

int strength(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Or:
      return 1;
    case BinaryOperator::And:
      return 2;
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual:
      return 3;
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      return 4;
    case BinaryOperator::Add:
    case BinaryOperator::Subtract:
      return 5;
    case BinaryOperator::Multiply:
    case BinaryOperator::Divide:
    case BinaryOperator::Remainder:
      return kMultiply;
  }
  CASTRA_CHECK(false, "unknown operator");
}

int strength(const Expr& expr) {
  if (expr.as<ConditionalExpr>() != nullptr) return kConditional;
  if (expr.as<WildcardExpr>() != nullptr)
    return kConditional;  // before an operator it would unpack
  if (const auto* binary = expr.as<BinaryExpr>()) return strength(binary->op);
  if (const auto* unary = expr.as<UnaryExpr>()) {
    return unary->op == UnaryOperator::Unpack ? kMultiply : kUnary;
  }
  return kPostfix;
}

std::string print_at(const Expr& expr, int at_least);

/// Before `for` or `if`, where a lone `*` at the end would unpack.
std::string print_before_word(const Expr& expr) {
  const std::string text = print_at(expr, kConditional);
  return text.ends_with('*') ? "(" + text + ")" : text;
}

std::string print_items(const std::vector<ExprPtr>& items) {
  std::string out;
  for (const ExprPtr& item : items) {
    if (!out.empty()) out += ", ";
    out += print_at(*item, kConditional);
  }
  return out;
}

/// A chain of operators of one strength, from the left, without calling itself for left operands.
std::string print_chain(const BinaryExpr& last) {
  const int level = strength(last.op);
  std::vector<const BinaryExpr*> chain = {&last};
  while (const auto* left = chain.back()->left->as<BinaryExpr>()) {
    if (strength(left->op) != level) break;
    chain.push_back(left);
  }
  std::string out = print_at(*chain.back()->left, level);
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    out += fmt::format(" {} {}", to_string((*link)->op), print_at(*(*link)->right, level + 1));
  }
  return out;
}

struct ExprPrinter {
  std::string operator()(const BadExpr&) const { return "<error>"; }
  std::string operator()(const IntegerExpr& e) const { return std::to_string(e.value); }
  std::string operator()(const BoolExpr& e) const { return e.value ? "True" : "False"; }
  std::string operator()(const TextExpr& e) const { return quote(e.value); }
  std::string operator()(const NameExpr& e) const { return e.name; }
  std::string operator()(const ProcessorExpr& e) const { return std::string(to_string(e.kind)); }
  std::string operator()(const MemoryExpr& e) const { return std::string(to_string(e.kind)); }
  std::string operator()(const WildcardExpr&) const { return "*"; }
  std::string operator()(const TupleExpr& e) const {
    return "(" + print_items(e.items) + (e.items.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const ComprehensionExpr& e) const {
    const std::string range = e.condition ? print_before_word(*e.range) : print(*e.range);
    return fmt::format("tuple({} for {} in {}{})", print_before_word(*e.body), e.variable.value,
                       range, e.condition ? " if " + print(*e.condition) : "");
  }
  std::string operator()(const UnaryExpr& e) const {
    return std::string(to_string(e.op)) + print_at(*e.operand, kUnary);
  }
  std::string operator()(const BinaryExpr& e) const { return print_chain(e); }
  std::string operator()(const ConditionalExpr& e) const {
    const bool nested = e.no->as<ConditionalExpr>() != nullptr;
    return fmt::format("{} ? {} : {}", print_at(*e.condition, kConditional + 1), print(*e.yes),
                       print_at(*e.no, nested ? kConditional + 1 : kConditional));
  }
  std::string operator()(const CallExpr& e) const {
    return fmt::format("{}({})", print_at(*e.callee, kPostfix), print_items(e.arguments));
  }
  std::string operator()(const IndexExpr& e) const {
    return fmt::format("{}[{}]", print_at(*e.object, kPostfix), print_items(e.indices));
  }
  std::string operator()(const SliceExpr& e) const {
    return fmt::format("{}[{}:{}]", print_at(*e.object, kPostfix), e.low ? print(*e.low) : "",
                       e.high ? print(*e.high) : "");
  }
  std::string operator()(const MemberExpr& e) const {
    return fmt::format("{}.{}", print_at(*e.object, kPostfix), e.member.value);
  }
};

std::string print_at(const Expr& expr, int at_least) {
  std::string text = std::visit(ExprPrinter{}, expr.node);
  return strength(expr) >= at_least ? text : "(" + text + ")";
}

std::string print(const Target& target) {
  return std::visit(
      [](const auto& what) -> std::string {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, Any>) {
          return "*";
        } else if constexpr (std::is_same_v<What, int>) {
          return std::to_string(what);
        } else if constexpr (std::is_same_v<What, ProcessorKind>) {
          return std::string(to_string(what));
        } else {
          return name_as_written(what);
        }
      },
      target.what);
}

std::string print(const std::vector<Target>& targets) {
  std::string out;
  for (const Target& target : targets) {
    if (!out.empty()) out += ", ";
    out += print(target);
  }
  return out;
}

template <typename Kind>
std::string print(const std::vector<Located<Kind>>& kinds) {
  std::string out;
  for (const auto& kind : kinds) {
    if (!out.empty()) out += ", ";
    out += to_string(kind.value);
  }
  return out;
}

std::string print(const PrintStmt& s) {
  std::string out = "print(" + quote(s.format.value);
  if (!s.arguments.empty()) out += ", " + print_items(s.arguments);
  return out + ")";
}

std::string print(const AssignStmt& s) { return s.name.value + " = " + print(*s.value); }
std::string print(const ReturnStmt& s) { return "return " + print(*s.value); }

struct StatementPrinter {
  std::string operator()(const TaskStmt& s) const {
    return fmt::format("Task {} {};", print(s.tasks), print(s.processors));
  }
  std::string operator()(const RegionStmt& s) const {
    return fmt::format("Region {} {} {} {};", print(s.tasks), print(s.regions),
                       s.processor ? to_string(*s.processor) : "*", print(s.memories));
  }
  std::string operator()(const LayoutStmt& s) const {
    std::string out = fmt::format("Layout {} {} ", print(s.tasks), print(s.regions));
    if (const auto* memory = std::get_if<MemoryKind>(&s.place)) {
      out += to_string(*memory);
    } else if (const auto* processor = std::get_if<ProcessorKind>(&s.place)) {
      out += to_string(*processor);
    } else {
      out += "*";
    }
    for (const LayoutConstraint& constraint : s.constraints)
      out += " " + castra::to_string(constraint.part);
    return out + ";";
  }
  std::string operator()(const InstanceLimitStmt& s) const {
    return fmt::format("InstanceLimit {} {};", print(s.tasks), s.limit);
  }
  std::string operator()(const CollectMemoryStmt& s) const {
    return fmt::format("CollectMemory {} {};", print(s.tasks), print(s.regions));
  }
  std::string operator()(const MapStmt& s) const {
    return fmt::format("{} {} {};", s.single ? "SingleTaskMap" : "IndexTaskMap", print(s.targets),
                       s.function.value);
  }
  std::string operator()(const ControlReplicateStmt& s) const {
    return fmt::format("ControlReplicate {};", print(s.tasks));
  }
  std::string operator()(const TaskStealStmt& s) const {
    return fmt::format("TaskSteal {} {} {};", print(s.tasks),
                       s.processor ? to_string(*s.processor) : "*",
                       s.any_node ? "ANY_NODE" : "SAME_NODE");
  }
  std::string operator()(const LanguageStmt& s) const {
    return fmt::format("language {};", s.version);
  }
  std::string operator()(const FunctionDef& s) const {
    std::string parameters;
    for (const Parameter& parameter : s.parameters) {
      if (!parameters.empty()) parameters += ", ";
      if (parameter.type != ParameterType::Untyped)
        parameters += std::string(to_string(parameter.type)) + " ";
      parameters += parameter.name.value;
    }
    std::string out = fmt::format("def {}({}) {{\n", s.name.value, parameters);
    for (const FunctionStmt& statement : s.body) {
      out +=
          "  " + std::visit([](const auto& node) { return print(node); }, statement.node) + ";\n";
    }
    return out + "}";
  }
  std::string operator()(const AssignStmt& s) const { return print(s) + ";"; }
  std::string operator()(const PrintStmt& s) const { return print(s) + ";"; }
};

// The dump differs from the printed text only where trees differ: every operator is parenthesised.

std::string dump(const Expr& expr);

std::string dump_all(const std::vector<ExprPtr>& items) {
  std::string out;
  for (const ExprPtr& item : items) out += " " + dump(*item);
  return out;
}

struct ExprDumper {
  const Expr& whole;

  template <typename Leaf>
  std::string operator()(const Leaf& leaf) const {
    return ExprPrinter{}(leaf);
  }
  std::string operator()(const TupleExpr& e) const { return "(tuple" + dump_all(e.items) + ")"; }
  std::string operator()(const ComprehensionExpr& e) const {
    return fmt::format("(for {} {} {}{})", e.variable.value, dump(*e.range), dump(*e.body),
                       e.condition ? " " + dump(*e.condition) : "");
  }
  std::string operator()(const UnaryExpr& e) const {
    const std::string_view name = e.op == UnaryOperator::Unpack ? "unpack" : to_string(e.op);
    return fmt::format("({} {})", name, dump(*e.operand));
  }
  std::string operator()(const BinaryExpr&) const {
    const LeftSpine spine(whole);
    std::string out;
    for (std::size_t i = 0; i < spine.size(); ++i)
      out += fmt::format("({} ", to_string(spine[i].op));
    out += dump(spine.first_operand());
    for (std::size_t i = spine.size(); i-- > 0;) out += " " + dump(*spine[i].right) + ")";
    return out;
  }
  std::string operator()(const ConditionalExpr& e) const {
    return fmt::format("(? {} {} {})", dump(*e.condition), dump(*e.yes), dump(*e.no));
  }
  std::string operator()(const CallExpr& e) const {
    return fmt::format("(call {}{})", dump(*e.callee), dump_all(e.arguments));
  }
  std::string operator()(const IndexExpr& e) const {
    return fmt::format("(index {}{})", dump(*e.object), dump_all(e.indices));
  }
  std::string operator()(const SliceExpr& e) const {
    return fmt::format("(slice {} {} {})", dump(*e.object), e.low ? dump(*e.low) : "_",
                       e.high ? dump(*e.high) : "_");
  }
  std::string operator()(const MemberExpr& e) const {
    return fmt::format("(member {} {})", dump(*e.object), e.member.value);
  }
};

std::string dump(const Expr& expr) { return std::visit(ExprDumper{expr}, expr.node); }

std::string dump(const AssignStmt& s) {
  return fmt::format("(= {} {})", s.name.value, dump(*s.value));
}
std::string dump(const ReturnStmt& s) { return fmt::format("(return {})", dump(*s.value)); }
std::string dump(const PrintStmt& s) {
  return fmt::format("(print {}{})", quote(s.format.value), dump_all(s.arguments));
}

std::string dump(const Statement& statement) {
  if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
    std::string out = fmt::format("(def {} (", function->name.value);
    for (const Parameter& p : function->parameters)
      out += fmt::format(" {}:{}", p.name.value, to_string(p.type));
    out += " )";
    for (const FunctionStmt& s : function->body) {
      out += " " + std::visit([](const auto& node) { return dump(node); }, s.node);
    }
    return out + ")";
  }
  if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) return dump(*assign);
  if (const auto* printed = std::get_if<PrintStmt>(&statement.node)) return dump(*printed);
  return "(" + std::visit(StatementPrinter{}, statement.node) + ")";
}

}  // namespace

std::string name_as_written(const std::string& name) {
  return is_identifier(name) && !detail::is_reserved(name) ? name : quote(name);
}

std::string quoted_name(const std::string& name) { return quote(name); }

std::string print(const Expr& expr) { return print_at(expr, kConditional); }

std::string print(const Statement& statement) {
  return std::visit(StatementPrinter{}, statement.node);
}

std::string print(const Ast& ast) {
  std::string out;
  for (const Statement& statement : ast.statements) out += print(statement) + "\n";
  return out;
}

std::string dump(const Ast& ast) {
  std::string out;
  for (const Statement& statement : ast.statements) out += dump(statement) + "\n";
  return out;
}

LeftSpine::LeftSpine(const Expr& expr) {
  const Expr* at = &expr;
  while (const auto* binary = at->as<BinaryExpr>()) {
    if (size_ == kFew) many_.assign(few_.begin(), few_.end());
    if (size_ >= kFew) {
      many_.push_back(at);
    } else {
      few_[size_] = at;
    }
    ++size_;
    at = binary->left.get();
  }
}

std::string_view to_string(UnaryOperator op) {
  switch (op) {
    case UnaryOperator::Negate:
      return "-";
    case UnaryOperator::Not:
      return "!";
    case UnaryOperator::Unpack:
      return "*";
  }
  CASTRA_CHECK(false, "unknown operator");
}

std::string_view to_string(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Or:
      return "||";
    case BinaryOperator::And:
      return "&&";
    case BinaryOperator::Equal:
      return "==";
    case BinaryOperator::NotEqual:
      return "!=";
    case BinaryOperator::Less:
      return "<";
    case BinaryOperator::LessEqual:
      return "<=";
    case BinaryOperator::Greater:
      return ">";
    case BinaryOperator::GreaterEqual:
      return ">=";
    case BinaryOperator::Add:
      return "+";
    case BinaryOperator::Subtract:
      return "-";
    case BinaryOperator::Multiply:
      return "*";
    case BinaryOperator::Divide:
      return "/";
    case BinaryOperator::Remainder:
      return "%";
  }
  CASTRA_CHECK(false, "unknown operator");
}

std::string_view to_string(ParameterType type) {
  switch (type) {
    case ParameterType::Untyped:
      return "untyped";
    case ParameterType::Int:
      return "int";
    case ParameterType::Bool:
      return "bool";
    case ParameterType::Tuple:
      return "tuple";
    case ParameterType::IPoint:
      return "IPoint";
    case ParameterType::ISpace:
      return "ISpace";
    case ParameterType::MSpace:
      return "MSpace";
    case ParameterType::Task:
      return "Task";
  }
  CASTRA_CHECK(false, "unknown parameter type");
}

}  // namespace castra::lang
