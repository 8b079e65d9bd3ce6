#include "lang/diagnostics.h"
#include "lang/evaluator_impl.h"
#include "lang/printer.h"

/// Unary and binary operators.
namespace castra::lang {
namespace {

std::optional<bool> compare(BinaryOperator op, std::int64_t left, std::int64_t right) {
  switch (op) {
    case BinaryOperator::Less:
      return left < right;
    case BinaryOperator::LessEqual:
      return left <= right;
    case BinaryOperator::Greater:
      return left > right;
    case BinaryOperator::GreaterEqual:
      return left >= right;
    default:
      return std::nullopt;
  }
}

/// Values that are equal or not as a whole. Nothing: not of one such kind.
std::optional<bool> simply_equal(const Value& a, const Value& b) {
  if (const auto* x = a.as<std::int64_t>(); x != nullptr && b.as<std::int64_t>() != nullptr)
    return *x == *b.as<std::int64_t>();
  if (const auto* x = a.as<bool>(); x != nullptr && b.as<bool>() != nullptr)
    return *x == *b.as<bool>();
  if (a.text() != nullptr && b.text() != nullptr) return *a.text() == *b.text();
  if (const auto* x = a.as<ProcessorKind>(); x != nullptr && b.as<ProcessorKind>() != nullptr)
    return *x == *b.as<ProcessorKind>();
  if (const auto* x = a.as<MemoryKind>(); x != nullptr && b.as<MemoryKind>() != nullptr)
    return *x == *b.as<MemoryKind>();
  return std::nullopt;
}

}  // namespace

Value Evaluator::unary(const Expr& expr, const UnaryExpr& node) {
  if (node.op == UnaryOperator::Unpack) return fail(Finding::BadUnpack, expr.span);
  const Value value = as_tuple(evaluate(*node.operand));
  if (error_) return {};
  if (node.op == UnaryOperator::Not) {
    const bool* truth = value.as<bool>();
    if (truth == nullptr) return wrong_value(expr, "`!`", "a truth value", value);
    return Value(!*truth);
  }
  const auto negated = [&](const Value& operand) -> Value {
    const auto* integer = operand.as<std::int64_t>();
    if (integer == nullptr)
      return wrong_value(expr, "`-`", "an integer or a tuple of integers", operand);
    std::int64_t result = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, *integer, &result)) {
      return fail(Finding::Overflow, expr.span, fmt::format("-({})", *integer));
    }
    return Value::integer(in_range(result));
  };
  const Tuple* tuple = value.tuple();
  if (tuple == nullptr) return negated(value);
  Tuple result;
  for (const Value& item : *tuple) {
    result.push_back(negated(item));
    if (error_ || !spend(expr, 1)) return {};
  }
  return Value::tuple(std::move(result));
}

/// A chain of operators is evaluated along its left operands: it costs steps but no depth.
Value Evaluator::binary(const Expr& expr) {
  const LeftSpine spine(expr);
  Value value = evaluate(spine.first_operand());
  for (std::size_t i = spine.size(); i-- > 0;) {
    if (error_) return {};
    if (i > 0 && !spend(spine.expr(i), 1)) return {};  // the outermost is paid already
    value = apply(spine.expr(i), spine[i], value);
  }
  return value;
}

Value Evaluator::apply(const Expr& expr, const BinaryExpr& node, const Value& left) {
  if (node.op == BinaryOperator::And || node.op == BinaryOperator::Or) return logical(node, left);
  const Value right = evaluate(*node.right);
  return error_ ? Value() : apply(expr, node, left, right);
}

Value Evaluator::apply(const Expr& expr, const BinaryExpr& node, const Value& left,
                       const Value& right) {
  switch (node.op) {
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual:
      return equality(expr, node.op, left, right);
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      return comparison(expr, node, left, right);
    default:
      return elementwise(expr, to_string(node.op), left, right,
                         [&](std::int64_t a, std::int64_t b) { return combine(expr, node, a, b); });
  }
}

Value Evaluator::logical(const BinaryExpr& node, const Value& left) {
  const std::string use = fmt::format("`{}`", to_string(node.op));
  const bool* truth = left.as<bool>();
  if (truth == nullptr) return wrong_value(*node.left, use, "truth values", left);
  const bool decided = *truth == (node.op == BinaryOperator::Or);
  if (decided && !symbols_.profile.eager_logic) return left;
  Value right = evaluate(*node.right);
  if (error_) return {};
  if (right.as<bool>() == nullptr) return wrong_value(*node.right, use, "truth values", right);
  return decided ? left : right;
}

/// Tuples are equal if they have one length and all elements are; a tuple equals another value if
/// all its elements do.
bool Evaluator::equal(const Expr& expr, const Value& left, const Value& right) {
  if (error_ || !spend(expr, 1)) return false;
  const Value a = as_tuple(left);
  const Value b = as_tuple(right);
  const Tuple* tuple_a = a.tuple();
  const Tuple* tuple_b = b.tuple();
  if (tuple_a == nullptr && tuple_b == nullptr) {
    if (const auto same = simply_equal(a, b)) return *same;
    fail(Finding::WrongOperands, expr.span, "==", describe(left), describe(right));
    return false;
  }
  if (tuple_a != nullptr && tuple_b != nullptr && tuple_a->size() != tuple_b->size()) return false;
  const std::size_t size = tuple_a != nullptr ? tuple_a->size() : tuple_b->size();
  for (std::size_t i = 0; i < size; ++i) {
    const Value& x = tuple_a != nullptr ? (*tuple_a)[i] : a;
    const Value& y = tuple_b != nullptr ? (*tuple_b)[i] : b;
    if (!equal(expr, x, y)) return false;
  }
  return true;
}

Value Evaluator::equality(const Expr& expr, BinaryOperator op, const Value& left,
                          const Value& right) {
  const bool same = equal(expr, left, right);
  if (error_) return {};
  return Value(same == (op == BinaryOperator::Equal));
}

/// Of tuples: whether it holds for every pair of elements.
Value Evaluator::comparison(const Expr& expr, const BinaryExpr& node, const Value& left,
                            const Value& right) {
  bool holds = true;
  const Value value =
      elementwise(expr, to_string(node.op), left, right,
                  [&](std::int64_t a, std::int64_t b) -> std::optional<std::int64_t> {
                    holds = holds && *compare(node.op, a, b);
                    return 0;
                  });
  if (error_) return {};
  return Value(holds);
}

std::optional<std::int64_t> Evaluator::combine(const Expr& expr, const BinaryExpr& node,
                                               std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (node.op) {
    case BinaryOperator::Add:
      overflow = __builtin_add_overflow(left, right, &result);
      break;
    case BinaryOperator::Subtract:
      overflow = __builtin_sub_overflow(left, right, &result);
      break;
    case BinaryOperator::Multiply:
      overflow = __builtin_mul_overflow(left, right, &result);
      break;
    default:
      if (right == 0) {
        Diagnostic d = diagnose(Finding::DivisionByZero, node.right->span,
                                node.op == BinaryOperator::Divide ? "division" : "remainder");
        d.help = node.right->as<IntegerExpr>() != nullptr
                     ? std::string("divide by another number")
                     : fmt::format("`{}` is 0 here", print(*node.right));
        if (d.help.size() > 120) d.help = "the right operand is 0 here";
        fail(std::move(d));
        return std::nullopt;
      }
      if (right == -1) {
        overflow = node.op == BinaryOperator::Divide &&
                   __builtin_sub_overflow(std::int64_t{0}, left, &result);
        break;
      }
      result = node.op == BinaryOperator::Divide ? left / right : left % right;
  }
  if (!overflow) return in_range(result);
  fail(Finding::Overflow, expr.span, fmt::format("{} {} {}", left, to_string(node.op), right));
  return std::nullopt;
}

}  // namespace castra::lang
