#pragma once

#include "lang/range_analysis.h"

/// Private to range_analysis.cc (statements, operators), range_analysis_machine.cc (calls and
/// machines).
namespace castra::lang::detail {

class AbstractEvaluator {
 public:
  AbstractEvaluator(const Symbols& symbols, std::optional<MachineShape> machine)
      : symbols_(symbols), machine_(std::move(machine)) {}

  Bounds& bounds() { return bounds_; }
  /// For the points of index launches.
  RangeReport run(const FunctionDef& function, AbstractTuple ipoint, AbstractTuple ispace);
  /// For single tasks.
  RangeReport run(const FunctionDef& function);

 private:
  static constexpr int kMaxSteps = 5000;
  static constexpr int kMaxDepth = 250;
  static constexpr int kMaxCalls = 40;
  static constexpr std::size_t kMaxItems = 256;

  using Scope = std::vector<std::pair<std::string_view, AbstractValue>>;

  /// What lies beyond the analysis.
  AbstractValue give_up() {
    report_.complete = false;
    return AnyValue{};
  }
  void may_fail(Finding finding, SourceSpan span, std::string text);
  AbstractValue fail(Finding finding, SourceSpan span, std::string text);
  /// Of a value of a type that the operation does not take: the checker reports what is certain.
  AbstractValue mistyped(const AbstractValue& value);

  AbstractValue run_body(const FunctionDef& function);
  AbstractValue evaluate(const Expr& expr);
  AbstractValue evaluate_node(const Expr& expr);
  AbstractValue name(const NameExpr& node);
  AbstractValue unary(const Expr& expr, const UnaryExpr& node);
  AbstractValue binary(const Expr& expr, const BinaryExpr& node);
  AbstractValue logical(const BinaryExpr& node);
  AbstractValue arithmetic(const Expr& expr, BinaryOperator op, const AbstractValue& left,
                           const AbstractValue& right);
  /// `written`: what the source has for the operator, if not that.
  AbstractValue combine(const Expr& expr, BinaryOperator op, const Number& a, const Number& b,
                        std::string_view written = {});
  AbstractValue wrapped(const AbstractValue& value);
  Truth compare(BinaryOperator op, const Number& a, const Number& b);
  std::optional<Truth> equal(const AbstractValue& a, const AbstractValue& b);
  AbstractValue conditional(const ConditionalExpr& node);
  AbstractValue comprehension(const ComprehensionExpr& node);
  AbstractValue index(const Expr& expr, const IndexExpr& node);
  AbstractValue index_tuple(const Expr& expr, const AbstractTuple& tuple,
                            const AbstractTuple& indices);
  AbstractValue slice(const SliceExpr& node);
  AbstractValue member(const Expr& expr, const MemberExpr& node);
  AbstractValue task_member(const MemberExpr& node);
  AbstractValue product_of(const Expr& expr, const std::vector<Number>& numbers);
  AbstractValue as_tuple(const AbstractValue& value);
  AbstractValue joined(const AbstractValue& a, const AbstractValue& b, const Facts& if_a,
                       const Facts& if_b);
  /// False: some item always fails (`failed`), or its length is not known.
  bool items(const std::vector<ExprPtr>& list, AbstractTuple& out, bool& failed);

  AbstractValue call(const Expr& expr, const CallExpr& node);
  AbstractValue call_function(const FunctionDef& function, AbstractTuple arguments);
  AbstractValue call_builtin(const Expr& expr, std::string_view name,
                             const AbstractTuple& arguments);
  AbstractValue ceil_div(const Expr& expr, const Number& a, const Number& b);
  AbstractValue call_machine(const AbstractTuple& arguments);
  AbstractValue call_member(const Expr& expr, const MemberExpr& member,
                            const std::vector<ExprPtr>& arguments);
  AbstractValue transform(const Expr& expr, std::string_view op, const AbstractSpace& space,
                          const std::vector<Number>& numbers, std::size_t extents);
  AbstractValue transform_exactly(const Expr& expr, std::string_view op, const AbstractSpace& space,
                                  const std::vector<Number>& numbers);
  AbstractValue transform_ranges(const Expr& expr, std::string_view op, const AbstractSpace& space,
                                 const std::vector<Number>& numbers, std::size_t extents);
  AbstractValue index_machine(const Expr& expr, const IndexExpr& node, const AbstractSpace& space,
                              const AbstractTuple& indices);
  /// What one index of a machine may be.
  struct IndexFit {
    bool wild = false;
    bool may_be_wild = false;
    bool inside = true;    ///< its dimension, or a wildcard
    bool outside = false;  ///< its dimension, and no wildcard
  };
  IndexFit fit(const AbstractValue& index, const Number& size, bool minus_one_is_wildcard);

  const Symbols& symbols_;
  const std::optional<MachineShape> machine_;
  Bounds bounds_;
  std::shared_ptr<const AbstractTuple> ipoint_;  ///< null, as the next, for single tasks
  std::shared_ptr<const AbstractTuple> ispace_;
  RangeReport report_;
  Scope* scope_ = nullptr;
  const FunctionDef* function_ = nullptr;
  std::map<const AssignStmt*, AbstractValue> globals_;
  std::map<ProcessorKind, std::shared_ptr<const AbstractSpace>> machines_;
  std::optional<Number> nodes_;
  int steps_ = 0;
  int depth_ = 0;
  int calls_ = 0;
};

}  // namespace castra::lang::detail
