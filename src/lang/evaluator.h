#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/symbols.h"
#include "lang/value.h"
#include "machine/machine.h"
#include "support/diagnostic.h"

namespace castra::lang {

/// What one evaluation may cost before it is stopped with a diagnostic.
struct EvaluationBudget {
  std::int64_t steps_per_call = 100000;   ///< of one entry call
  std::int64_t steps_total = 50'000'000;  ///< of all calls; raised by the caller with the domain
  int depth = 1000;                       ///< nested expressions and calls together
  std::size_t tuple_items = 4096;
};

/// Evaluates functions of one program on one machine. Pure: the result depends on the arguments
/// only; global variables and transforms are computed once and kept for the life of the evaluator.
/// Not thread-safe; make one per thread, they share nothing but the program.
class Evaluator {
 public:
  Evaluator(const Symbols& symbols, const MachineShape& machine, const EvaluationBudget& budget);

  /// Calls a function with one task. Nothing means failure: see error(). Precondition: the function
  /// has one parameter.
  Value call(const FunctionDef& function, const LaunchPoint& point);

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
    std::vector<std::pair<std::string_view, Value>> names;

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
  Value wrong_value(const Expr& expr, std::string_view user, std::string_view needed,
                    const Value& found);
  bool spend(const Expr& expr, std::int64_t steps);
  std::int64_t in_range(std::int64_t value) const {
    return symbols_.profile.wrapping_int32 ? static_cast<std::int32_t>(value) : value;
  }

  Value run_body(const FunctionDef& function);
  Value evaluate(const Expr& expr);
  Value evaluate_node(const Expr& expr);
  Value name(const Expr& expr, const NameExpr& node);
  Value global(const Expr& expr, const std::string& name, const AssignStmt& definition);
  Value tuple(const Expr& expr, const TupleExpr& node);
  Value comprehension(const ComprehensionExpr& node);
  Value unary(const Expr& expr, const UnaryExpr& node);
  Value binary(const Expr& expr, const BinaryExpr& node);
  Value logical(const BinaryExpr& node);
  Value equality(const Expr& expr, BinaryOperator op, const Value& left, const Value& right);
  bool equal(const Expr& expr, const Value& left, const Value& right);
  Value arithmetic(const Expr& expr, const BinaryExpr& node, const Value& left, const Value& right);
  std::optional<std::int64_t> combine(const Expr& expr, const BinaryExpr& node, std::int64_t left,
                                      std::int64_t right);
  Value conditional(const ConditionalExpr& node);
  Value call_expression(const Expr& expr, const CallExpr& node);
  Value call_function(const Expr& expr, const FunctionDef& function, std::vector<Value> arguments);
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
};

}  // namespace castra::lang
