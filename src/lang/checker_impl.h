#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/builtins.h"
#include "lang/checked_program.h"
#include "lang/diagnostics.h"
#include "lang/program_types.h"
#include "lang/symbols.h"
#include "lang/types.h"
#include "lang/uses.h"

/// Private to the checker's files: checker.cc (statements, functions), checker_expressions.cc,
/// checker_calls.cc, checker_members.cc, checker_rules.cc.
namespace castra::lang::detail {

/// "2 are": how many arguments there are, for messages.
inline std::string given(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "is" : "are");
}

/// The value of an integer literal, or of one with a minus before it.
inline std::optional<std::int64_t> literal(const Expr& expr) {
  if (const auto* integer = expr.as<IntegerExpr>()) return integer->value;
  const auto* unary = expr.as<UnaryExpr>();
  if (unary == nullptr || unary->op != UnaryOperator::Negate) return std::nullopt;
  const auto* integer = unary->operand->as<IntegerExpr>();
  return integer == nullptr ? std::nullopt : std::optional(-integer->value);
}

/// Names and types of expressions, functions and global variables.
///
/// Every function is checked once with its parameters as declared, and that check reports. What a
/// call yields is found by going through the function again with the types of the arguments,
/// silently, once for every different combination: so a helper of machines gives points of the
/// right kind to each caller. `infer_all` does the same for the whole program from the functions
/// that rules name, and writes down what it sees.
class ExpressionChecker {
 public:
  ExpressionChecker(const CheckedProgram& program, DiagnosticSink& sink);

  /// Checks every function and global variable once and reports.
  void check_all();
  /// Reports nothing. To be called on a checker of its own.
  ProgramTypes infer_all(const Uses& uses);
  /// What a function returns for parameters as declared.
  Type result_of(const FunctionDef& function);
  /// The same for every value that its `?` choose from, each where it stands.
  std::vector<std::pair<SourceSpan, Type>> results_of(const FunctionDef& function);

 private:
  /// Whether a tuple may be unpacked here: in lists.
  enum class Place : std::uint8_t { Value, Item };
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
  /// A function gone through with certain types of its parameters.
  struct Instance {
    std::vector<Type> parameters;
    Type result{Type::Tag::Never, {}, {}, nullptr};  ///< while running: what is assumed
    bool running = true;
    bool consulted = false;  ///< its result was asked for while it was running
  };

  void check_function(const FunctionDef& function);
  void check_parameters(const FunctionDef& function, Scope& scope);
  static std::vector<Type> declared(const FunctionDef& function);
  Type instantiate(const FunctionDef& function, std::vector<Type> parameters);
  Type body_type(const FunctionDef& function, const std::vector<Type>& parameters);
  /// Goes through a function silently; calls `at_result` for what it returns.
  template <typename AtResult>
  void go_through(const FunctionDef& function, const std::vector<Type>& parameters,
                  AtResult at_result);
  void forget_instances(std::size_t from);
  void infer_function(const FunctionDef& function, FunctionTypes& info);
  Type type_of_global(const std::string& name, const AssignStmt& definition);
  void check_print(const PrintStmt& print);

  bool quiet() const { return quiet_ > 0; }
  void report(Diagnostic diagnostic) {
    if (!quiet()) sink_.report(std::move(diagnostic));
  }
  Type mismatch(SourceSpan span, std::string_view user, std::string_view needed, const Type& found,
                std::string help = {});

  Type type_of(const Expr& expr, Place place = Place::Value);
  Type type_of_node(const Expr& expr, Place place);
  void record(const Expr& expr, const Type& type);
  Type name(const Expr& expr, const NameExpr& node);
  void report_undefined(const Expr& expr, const std::string& name);
  Type tuple(const TupleExpr& node);
  Type comprehension(const ComprehensionExpr& node);
  Type unary(const Expr& expr, const UnaryExpr& node, Place place);
  Type binary(const Expr& expr);
  Type operation(const Expr& expr, const BinaryExpr& node, const Type& left, const Type& right);
  Type conditional(const Expr& expr, const ConditionalExpr& node);
  Type call(const Expr& expr, const CallExpr& node);
  Type call_function(const Expr& expr, const CallExpr& node, const FunctionDef& function);
  Type call_machine(const Expr& expr, const CallExpr& node);
  Type call_builtin(const Expr& expr, const CallExpr& node, const BuiltinInfo& builtin);
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

  const Ast& ast_;
  const Symbols& symbols_;
  DiagnosticSink& sink_;
  Scope* scope_ = nullptr;
  std::map<std::string, Result, std::less<>> globals_;
  std::map<const FunctionDef*, std::vector<std::unique_ptr<Instance>>> instances_;
  std::vector<const FunctionDef*> instance_log_;  ///< whose instance was made when
  std::set<std::pair<std::string, const FunctionDef*>> undefined_;  ///< reported once per function
  int depth_ = 0;
  int quiet_ = 0;
  ProgramTypes* types_ = nullptr;  ///< where infer_all() writes
  std::int64_t work_left_ = 0;     ///< expressions that instances may still visit
};

/// Global variables that certainly read themselves while they are computed, directly or through
/// functions.
void check_circles(const Symbols& symbols, DiagnosticSink& sink);
/// Unused names, names that hide others, recursion without an end. Precondition: the program has no
/// syntax errors, else what was left out would seem unused.
void check_uses(const CheckedProgram& program, const Uses& uses, DiagnosticSink& sink);
/// Evaluates every global variable that depends on no machine, and reports those that fail.
void check_constants(const CheckedProgram& program, DiagnosticSink& sink);

/// Duplicate definitions.
void check_definitions(const Ast& ast, const Symbols& symbols, DiagnosticSink& sink);
class TaskKinds;
/// The member of a layout that a constraint sets.
std::string_view member_of(const LayoutConstraint& constraint);
/// Rules for `*` where more specific ones always decide. Precondition: no syntax errors.
void check_shadows(const CheckedProgram& program, const TaskKinds& kinds, DiagnosticSink& sink);
/// Duplicate, redundant and never-matching rules, entry functions, lists, statements without
/// effect. `whole`: the program has no syntax errors.
void check_rules(const CheckedProgram& program, ExpressionChecker& expressions, bool whole,
                 DiagnosticSink& sink);

}  // namespace castra::lang::detail
