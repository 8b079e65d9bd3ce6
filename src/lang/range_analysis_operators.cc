#include <fmt/format.h>

#include <limits>

#include "lang/range_analysis_impl.h"

/// Unary and binary operators on ranges.
namespace castra::lang::detail {
namespace {

bool is_comparison(BinaryOperator op) {
  return op == BinaryOperator::Less || op == BinaryOperator::LessEqual ||
         op == BinaryOperator::Greater || op == BinaryOperator::GreaterEqual;
}

void append(Facts& facts, std::optional<Polynomial> fact) {
  if (fact) facts.push_back(std::move(*fact));
}

Facts both(Facts a, const Facts& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Truth certain(bool holds) { return {holds, !holds, {}, {}}; }

}  // namespace

AbstractValue AbstractEvaluator::unary(const Expr& expr, const UnaryExpr& node) {
  const AbstractValue value = as_tuple(evaluate(*node.operand));
  if (node.op == UnaryOperator::Unpack) return mistyped(value);
  if (node.op == UnaryOperator::Not) {
    const auto* truth = value.as<Truth>();
    if (truth == nullptr) return mistyped(value);
    return Truth{truth->may_fail, truth->may_hold, truth->if_false, truth->if_true};
  }
  return arithmetic(expr, BinaryOperator::Subtract, bounds_.constant(0), value);
}

AbstractValue AbstractEvaluator::logical(const BinaryExpr& node) {
  const bool is_and = node.op == BinaryOperator::And;
  const AbstractValue left_value = evaluate(*node.left);
  const auto* left_truth = left_value.as<Truth>();
  if (left_truth == nullptr) return mistyped(left_value);
  const Truth left = *left_truth;
  const bool needs_right = is_and ? left.may_hold : left.may_fail;
  const bool may_stop = is_and ? left.may_fail : left.may_hold;
  const bool eager = symbols_.profile.eager_logic;
  if (!needs_right && !eager) return left;
  const std::size_t before = bounds_.facts().size();
  const Facts& known = is_and ? left.if_true : left.if_false;
  if (!eager) bounds_.facts().insert(bounds_.facts().end(), known.begin(), known.end());
  const AbstractValue right_value = evaluate(*node.right);
  bounds_.facts().resize(before);
  if (right_value.none()) {
    // Evaluation only goes on where the right side was not needed.
    if (!may_stop || eager) return NoValue{};
    return Truth{!is_and, is_and, left.if_true, left.if_false};
  }
  const auto* right = right_value.as<Truth>();
  if (right == nullptr) return mistyped(right_value);
  if (!needs_right) return left;
  if (is_and) {
    return Truth{left.may_hold && right->may_hold,
                 left.may_fail || right->may_fail,
                 both(left.if_true, right->if_true),
                 {}};
  }
  return Truth{left.may_hold || right->may_hold,
               left.may_fail && right->may_fail,
               {},
               both(left.if_false, right->if_false)};
}

AbstractValue AbstractEvaluator::binary(const Expr& expr, const BinaryExpr& node) {
  if (node.op == BinaryOperator::And || node.op == BinaryOperator::Or) return logical(node);
  const AbstractValue left = as_tuple(evaluate(*node.left));
  if (left.none()) return left;
  const AbstractValue right = as_tuple(evaluate(*node.right));
  if (right.none()) return right;
  if (node.op == BinaryOperator::Equal || node.op == BinaryOperator::NotEqual) {
    auto truth = equal(left, right);
    if (!truth) return give_up();
    if (node.op == BinaryOperator::Equal) return *truth;
    return Truth{truth->may_fail, truth->may_hold, truth->if_false, truth->if_true};
  }
  if (is_comparison(node.op)) {
    const auto* a = left.as<Number>();
    const auto* b = right.as<Number>();
    if (a == nullptr || b == nullptr) return give_up();
    return compare(node.op, *a, *b);
  }
  return arithmetic(expr, node.op, left, right);
}

Truth AbstractEvaluator::compare(BinaryOperator op, const Number& a, const Number& b) {
  if (op == BinaryOperator::Greater) return compare(BinaryOperator::Less, b, a);
  if (op == BinaryOperator::GreaterEqual) return compare(BinaryOperator::LessEqual, b, a);
  const std::int64_t margin = op == BinaryOperator::Less ? 1 : 0;
  const bool holds = margin == 1 ? bounds_.less(a, b) : bounds_.not_greater(a, b);
  const bool fails = margin == 1 ? bounds_.not_greater(b, a) : bounds_.less(b, a);
  if (holds || fails) return certain(holds);
  Truth truth;
  append(truth.if_true, Bounds::fact(b, a, margin));
  append(truth.if_false, Bounds::fact(a, b, 1 - margin));
  return truth;
}

std::optional<Truth> AbstractEvaluator::equal(const AbstractValue& a, const AbstractValue& b) {
  if (const auto *x = a.as<Number>(), *y = b.as<Number>(); x != nullptr && y != nullptr) {
    if (x->value == y->value) return certain(true);
    if (!meet(x->range, y->range) || bounds_.less(*x, *y) || bounds_.less(*y, *x))
      return certain(false);
    Truth truth;
    append(truth.if_true, Bounds::fact(*x, *y, 0));
    append(truth.if_true, Bounds::fact(*y, *x, 0));
    if (bounds_.not_greater(*x, *y)) append(truth.if_false, Bounds::fact(*y, *x, 1));
    if (bounds_.not_greater(*y, *x)) append(truth.if_false, Bounds::fact(*x, *y, 1));
    return truth;
  }
  if (const auto *x = a.as<Truth>(), *y = b.as<Truth>(); x != nullptr && y != nullptr) {
    const bool x_known = x->may_hold != x->may_fail;
    const bool y_known = y->may_hold != y->may_fail;
    if (x_known && y_known) return certain(x->may_hold == y->may_hold);
    return Truth{};
  }
  const AbstractTuple* x = a.tuple();
  const AbstractTuple* y = b.tuple();
  if (x == nullptr || y == nullptr) return std::nullopt;
  if (x->size() != y->size()) return certain(false);
  Truth all = certain(true);
  for (std::size_t i = 0; i < x->size(); ++i) {
    const auto one = equal((*x)[i], (*y)[i]);
    if (!one) return std::nullopt;
    all = {all.may_hold && one->may_hold,
           all.may_fail || one->may_fail,
           both(all.if_true, one->if_true),
           {}};
  }
  return all;
}

/// What Profile::wrapping_int32 leaves of the result of an operator.
AbstractValue AbstractEvaluator::wrapped(const AbstractValue& value) {
  constexpr Interval k32Bits = {std::numeric_limits<std::int32_t>::min(),
                                std::numeric_limits<std::int32_t>::max()};
  const auto* number = value.as<Number>();
  if (!symbols_.profile.wrapping_int32 || number == nullptr) return value;
  const Interval& range = number->range;
  if (range.low >= k32Bits.low && range.high <= k32Bits.high) return value;
  if (range.single()) return bounds_.constant(static_cast<std::int32_t>(range.low));
  return bounds_.unknown(k32Bits);
}

AbstractValue AbstractEvaluator::combine(const Expr& expr, BinaryOperator op, const Number& a,
                                         const Number& b, std::string_view written) {
  const bool division = op == BinaryOperator::Divide || op == BinaryOperator::Remainder;
  if (division && !bounds_.nonzero(b)) {
    const std::string what = op == BinaryOperator::Divide ? "division" : "remainder";
    if (b.range.single()) return fail(Finding::DivisionByZero, expr.span, what + " by zero");
    may_fail(Finding::DivisionByZero, expr.span,
             fmt::format("{} by a number that can be 0 ({})", what, to_string(b.range)));
  }
  Bounds::Computed computed;
  switch (op) {
    case BinaryOperator::Add:
      computed = bounds_.add(a, b);
      break;
    case BinaryOperator::Subtract:
      computed = bounds_.subtract(a, b);
      break;
    case BinaryOperator::Multiply:
      computed = bounds_.multiply(a, b);
      break;
    case BinaryOperator::Divide:
      computed = bounds_.divide(a, b);
      break;
    case BinaryOperator::Remainder:
      computed = bounds_.remainder(a, b);
      break;
    default:
      return give_up();
  }
  if (computed.may_fail)
    may_fail(Finding::Overflow, expr.span,
             fmt::format("`{}` can give more than 64 bits hold",
                         written.empty() ? to_string(op) : written));
  if (!computed.value) return NoValue{};
  return *computed.value;
}

AbstractValue AbstractEvaluator::arithmetic(const Expr& expr, BinaryOperator op,
                                            const AbstractValue& left, const AbstractValue& right) {
  if (left.none() || right.none()) return NoValue{};
  const auto* a = left.as<Number>();
  const auto* b = right.as<Number>();
  if (a != nullptr && b != nullptr) return wrapped(combine(expr, op, *a, *b));
  const AbstractTuple* x = left.tuple();
  const AbstractTuple* y = right.tuple();
  if ((a == nullptr && x == nullptr) || (b == nullptr && y == nullptr)) return give_up();
  if (x != nullptr && y != nullptr && x->size() != y->size()) {
    return fail(Finding::TupleLengths, expr.span,
                fmt::format("`{}` combines tuples of {} and {} elements", to_string(op), x->size(),
                            y->size()));
  }
  const std::size_t size = x != nullptr ? x->size() : y->size();
  AbstractTuple result;
  for (std::size_t i = 0; i < size; ++i) {
    const Number* p = x != nullptr ? (*x)[i].as<Number>() : a;
    const Number* q = y != nullptr ? (*y)[i].as<Number>() : b;
    if (p == nullptr || q == nullptr) return give_up();
    result.push_back(wrapped(combine(expr, op, *p, *q)));
    if (result.back().none()) return NoValue{};
  }
  return AbstractValue::tuple(std::move(result));
}

}  // namespace castra::lang::detail
