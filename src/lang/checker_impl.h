#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/checked_program.h"
#include "lang/diagnostics.h"
#include "lang/symbols.h"
#include "lang/types.h"

/// Private to the checker's files: checker.cc (statements, functions), checker_expressions.cc,
/// checker_calls.cc, checker_rules.cc.
namespace castra::lang::detail {

/// The value of an integer literal.
inline std::optional<std::int64_t> literal(const Expr& expr) {
  if (const auto* integer = expr.as<IntegerExpr>()) return integer->value;
  return std::nullopt;
}

/// Names and types of expressions, functions and global variables.
class ExpressionChecker {
 public:
  ExpressionChecker(CheckedProgram& program, DiagnosticSink& sink);

  /// Checks every function and global variable once.
  void check_all();
  /// What a function returns; unknown while it is being checked (recursion).
  Type result_of(const FunctionDef& function);

 private:
  enum class Place : std::uint8_t { Value, Item, MachineIndex };
  struct Local {
    Type type;
    SourceSpan span;
  };
  struct Scope {
    const FunctionDef* function = nullptr;
    std::map<std::string, Local, std::less<>> locals;
  };
  struct Result {
    bool done = false;
    Type type;
  };

  void check_function(const FunctionDef& function);
  void check_parameters(const FunctionDef& function, Scope& scope);
  Type type_of_global(const std::string& name, const AssignStmt& definition);
  void check_print(const PrintStmt& print);

  void report(Diagnostic diagnostic) { sink_.report(std::move(diagnostic)); }
  Type mismatch(SourceSpan span, std::string_view user, std::string_view needed, const Type& found,
                std::string help = {});

  Type type_of(const Expr& expr, Place place = Place::Value);
  Type type_of_node(const Expr& expr, Place place);
  Type name(const Expr& expr, const NameExpr& node);
  void report_undefined(const Expr& expr, const std::string& name);
  Type tuple(const TupleExpr& node);
  Type comprehension(const ComprehensionExpr& node);
  Type unary(const Expr& expr, const UnaryExpr& node, Place place);
  Type binary(const Expr& expr, const BinaryExpr& node);
  Type conditional(const ConditionalExpr& node);
  Type call(const Expr& expr, const CallExpr& node);
  Type call_function(const Expr& expr, const CallExpr& node, const FunctionDef& function);
  Type call_machine(const Expr& expr, const CallExpr& node);
  void report_unknown_function(const CallExpr& node, const std::string& name);
  Type call_member(const CallExpr& node, const MemberExpr& member);
  Type call_transform(const CallExpr& node, const MemberExpr& member, const Type& machine);
  Type index(const Expr& expr, const IndexExpr& node);
  Type index_machine(const Expr& expr, const IndexExpr& node, const Type& machine);
  Type slice(const SliceExpr& node);
  Type member(const MemberExpr& node);
  Type unknown_member(const MemberExpr& node, const Type& object);
  void need(const Expr& expr, Type::Tag tag, std::string_view user, std::string_view needed);
  std::vector<Type> items(const std::vector<ExprPtr>& list, Place place);
  static bool has_unpack(const std::vector<ExprPtr>& list);

  CheckedProgram& program_;
  const Ast& ast_;
  const Symbols& symbols_;
  DiagnosticSink& sink_;
  Scope* scope_ = nullptr;
  std::map<std::string, Result, std::less<>> globals_;
  std::map<std::string, Result, std::less<>> functions_;
  std::set<std::pair<std::string, const FunctionDef*>> undefined_;  ///< reported once per function
  int depth_ = 0;
};

/// Duplicate definitions and rules, entry functions, lists, statements without effect.
void check_definitions(const Ast& ast, const Symbols& symbols, DiagnosticSink& sink);
void check_rules(const Ast& ast, const Symbols& symbols, ExpressionChecker& expressions,
                 DiagnosticSink& sink);

}  // namespace castra::lang::detail
