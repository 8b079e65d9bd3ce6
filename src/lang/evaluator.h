#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/builtins.h"
#include "lang/symbols.h"
#include "lang/value.h"
#include "machine/machine.h"
#include "support/diagnostic.h"

namespace castra::lang {

template <typename... Args>
class FindingWith;

/// What one evaluation may cost before it is stopped with a diagnostic.
struct EvaluationBudget {
  std::int64_t steps_per_call = 100000;   ///< of one entry call
  std::int64_t steps_total = 50'000'000;  ///< of all calls; raised by the caller with the domain
  int depth = 1000;                       ///< nested expressions and calls together
  std::size_t tuple_items = 4096;
  std::size_t printed_lines = 1000;   ///< of all calls together; further ones are only counted
  std::size_t printed_bytes = 65536;  ///< of all calls together
};

/// Evaluates functions of one program on one machine: the readable reference that everything faster
/// is compared with. Pure: the result depends on the arguments only; global variables and
/// transforms are computed once and kept for the life of the evaluator. Not thread-safe; make one
/// per thread, they share nothing but the program.
class Evaluator {
 public:
  Evaluator(const Symbols& symbols, const MachineShape& machine, const EvaluationBudget& budget);

  /// Calls a function with one task. Nothing means failure: see error(). Precondition: the function
  /// has one parameter.
  Value call(const FunctionDef& function, const LaunchPoint& point);
  /// The value of a global variable. Nothing means failure: see error().
  Value variable(const std::string& name);
  /// Evaluates the prints outside functions. False means failure: see error().
  bool run_prints();

  /// What `print` wrote so far, a line each, and how many lines the budget left out.
  const std::vector<std::string>& printed() const { return printed_; }
  std::size_t printed_left_out() const { return printed_left_out_; }

  using Names = std::vector<std::pair<std::string_view, Value>>;
  /// Evaluates one expression of a function where the names it uses, or more, have these values and
  /// `depth` expressions have begun: for an engine that runs the rest of the function otherwise.
  Value evaluate(const FunctionDef& function, Names names, const Expr& expr, int depth);
  /// By the last call, or evaluation of one expression.
  std::int64_t steps_spent() const { return budget_.steps_per_call - steps_left_; }
  /// By all calls so far.
  std::int64_t total_steps() const { return budget_.steps_total - total_left_; }

  /// The failure of the last call, without the function and point (the caller knows them).
  const std::optional<Diagnostic>& error() const { return error_; }
  /// "`ip` = (8), `x` = 3": parameters and variables of the function that failed.
  const std::string& error_values() const { return error_values_; }
  const std::string& error_function() const { return error_function_; }
  /// Whether a Machine(KIND) without any processors was asked for so far.
  bool saw_empty_machine() const { return saw_empty_machine_; }

 private:
  struct Frame {
    const FunctionDef* function = nullptr;
    Names names;

    bool knows(std::string_view name) const;
  };
  enum class Progress : std::uint8_t { Running, Done };
  struct Global {
    Progress progress = Progress::Running;
    Value value;
  };
  using MemoKey = std::tuple<const MachineSpace*, std::string_view, std::vector<std::int64_t>>;
  struct MemoEntry {
    std::shared_ptr<const MachineSpace> from;  ///< keeps the key's address taken
    std::shared_ptr<const MachineSpace> to;
  };

  Value fail(Diagnostic diagnostic);
  /// Never inlined, as the other functions so marked: the frames of the recursion stay small.
  template <typename... Args>
  [[gnu::noinline]] Value fail(std::type_identity_t<FindingWith<Args...>> finding, SourceSpan span,
                               const Args&... args);
  Value wrong_value(const Expr& expr, std::string_view user, std::string_view needed,
                    const Value& found);
  bool spend(const Expr& expr, std::int64_t steps);
  std::int64_t in_range(std::int64_t value) const {
    return symbols_.profile.wrapping_int32 ? static_cast<std::int32_t>(value) : value;
  }

  void begin();
  Value run_body(const FunctionDef& function);
  bool run_print(const PrintStmt& print);
  Value evaluate(const Expr& expr);
  Value evaluate_node(const Expr& expr);
  [[gnu::noinline]] Value too_deep(const Expr& expr);
  Value name(const Expr& expr, const NameExpr& node);
  Value global(const Expr& expr, const std::string& name, const AssignStmt& definition);
  Value tuple(const TupleExpr& node);
  Value comprehension(const ComprehensionExpr& node);
  bool keeps(const ComprehensionExpr& node);
  Value unary(const Expr& expr, const UnaryExpr& node);
  Value binary(const Expr& expr);
  Value apply(const Expr& expr, const BinaryExpr& node, const Value& left);
  [[gnu::noinline]] Value apply(const Expr& expr, const BinaryExpr& node, const Value& left,
                                const Value& right);
  Value logical(const BinaryExpr& node, const Value& left);
  Value equality(const Expr& expr, BinaryOperator op, const Value& left, const Value& right);
  bool equal(const Expr& expr, const Value& left, const Value& right);
  Value comparison(const Expr& expr, const BinaryExpr& node, const Value& left, const Value& right);
  std::optional<std::int64_t> combine(const Expr& expr, const BinaryExpr& node, std::int64_t left,
                                      std::int64_t right);
  /// Calls `combine` for the integers, or for every pair of elements of two tuples of one length,
  /// or for the integer and every element. `use` names the operator in messages. `combine` gives
  /// nothing after a failure.
  template <typename Combine>
  Value elementwise(const Expr& expr, std::string_view use, const Value& left, const Value& right,
                    Combine&& combine);
  Value conditional(const ConditionalExpr& node);
  Value call_expression(const Expr& expr, const CallExpr& node);
  Value call_function(const Expr& expr, const FunctionDef& function, std::vector<Value> arguments);
  bool fits(const Expr& expr, const Parameter& parameter, const Value& argument);
  Value call_builtin(const Expr& expr, const BuiltinInfo& builtin,
                     const std::vector<Value>& arguments);
  Value extreme(const Expr& expr, const BuiltinInfo& builtin, const std::vector<Value>& arguments);
  Value absolute(const Expr& expr, const Value& value);
  Value ceil_div(const Expr& expr, const std::vector<Value>& arguments);
  Value range(const Expr& expr, const std::vector<Value>& arguments);
  Value sum(const Expr& expr, const Value& value);
  Value quantified(const Expr& expr, const BuiltinInfo& builtin, const Value& value);
  Value task_member(const MemberExpr& node, const LaunchPoint& task);
  Value call_task_member(const Expr& expr, const MemberExpr& member, const LaunchPoint& task,
                         const std::vector<Value>& arguments);
  Value task_processor(const MemberExpr& member, const LaunchPoint& task, const Value& machine);
  Value task_region_bytes(const MemberExpr& member, const LaunchPoint& task, std::int64_t argument);
  Value call_machine(const Expr& expr, const std::vector<Value>& arguments);
  Value call_member(const Expr& expr, const MemberExpr& member,
                    const std::vector<ExprPtr>& arguments);
  Value transform(const Expr& expr, std::string_view op, const Value& object,
                  const std::vector<Value>& arguments);
  MachineSpace::Transformed apply(const MachineSpace& space, std::string_view op,
                                  const std::vector<std::int64_t>& arguments);
  Value index(const Expr& expr, const IndexExpr& node);
  Value index_tuple(const Expr& expr, const Tuple& tuple, const std::vector<Value>& indices);
  Value index_machine(const Expr& expr, const IndexExpr& node, const MachineSpace& machine,
                      std::vector<Value> indices);
  Value alias(const Expr& expr, const MachineSpace& machine,
              const std::vector<std::int64_t>& position);
  Value collect(const Expr& expr, const MachineSpace& machine, const std::vector<Value>& indices);
  Value slice(const SliceExpr& node);
  Value member(const Expr& expr, const MemberExpr& node);
  [[gnu::noinline]] Value member_of(const Expr& expr, const MemberExpr& node, const Value& object);

  /// Evaluates a list in which tuples may be unpacked. False after a failure.
  bool items(const std::vector<ExprPtr>& list, std::vector<Value>& out);

  const Symbols& symbols_;
  const MachineShape machine_;
  const EvaluationBudget budget_;
  std::int64_t steps_left_ = 0;
  std::int64_t total_left_ = 0;
  int depth_ = 0;
  Frame* frame_ = nullptr;
  std::map<std::string_view, Global> globals_;
  std::map<MemoKey, MemoEntry> memo_;
  std::optional<Diagnostic> error_;
  std::string error_values_;
  std::string error_function_;
  bool saw_empty_machine_ = false;
  std::vector<std::string> printed_;
  std::size_t printed_bytes_ = 0;
  std::size_t printed_left_out_ = 0;
};

}  // namespace castra::lang
