#pragma once

#include "lang/diagnostics.h"
#include "lang/evaluator.h"
#include "lang/length_help.h"

/// Private to the evaluator's files: evaluator.cc (names, control, tuples), evaluator_operators.cc,
/// evaluator_builtins.cc, evaluator_machine.cc, evaluator_task.cc.
namespace castra::lang {

template <typename... Args>
Value Evaluator::fail(std::type_identity_t<FindingWith<Args...>> finding, SourceSpan span,
                      const Args&... args) {
  return fail(diagnose<Args...>(finding, span, args...));
}

template <typename Combine>
Value Evaluator::elementwise(const Expr& expr, std::string_view use, const Value& left_value,
                             const Value& right_value, Combine&& combine) {
  const auto* a = left_value.as<std::int64_t>();
  const auto* b = right_value.as<std::int64_t>();
  if (a != nullptr && b != nullptr) {
    const std::optional<std::int64_t> result = combine(*a, *b);
    return result ? Value::integer(*result) : Value();
  }
  const Value left = as_tuple(left_value);
  const Value right = as_tuple(right_value);
  const Tuple* tuple_a = left.tuple();
  const Tuple* tuple_b = right.tuple();
  if ((a == nullptr && tuple_a == nullptr) || (b == nullptr && tuple_b == nullptr)) {
    return fail(Finding::WrongOperands, expr.span, use, describe(left_value),
                describe(right_value));
  }
  if (tuple_a != nullptr && tuple_b != nullptr && tuple_a->size() != tuple_b->size()) {
    Diagnostic d =
        diagnose(Finding::TupleLengths, expr.span, use, tuple_a->size(), tuple_b->size());
    d.help = length_help(expr, tuple_a->size(), tuple_b->size());
    return fail(std::move(d));
  }
  const std::size_t size = tuple_a != nullptr ? tuple_a->size() : tuple_b->size();
  if (!spend(expr, static_cast<std::int64_t>(size))) return {};
  Tuple result;
  result.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const auto* x = tuple_a != nullptr ? (*tuple_a)[i].as<std::int64_t>() : a;
    const auto* y = tuple_b != nullptr ? (*tuple_b)[i].as<std::int64_t>() : b;
    if (x == nullptr || y == nullptr) {
      const Value& wrong = x == nullptr ? (*tuple_a)[i] : (*tuple_b)[i];
      return wrong_value(expr, fmt::format("`{}`", use), "tuples of integers", wrong);
    }
    const std::optional<std::int64_t> item = combine(*x, *y);
    if (!item) return {};
    result.push_back(Value::integer(*item));
  }
  return Value::tuple(std::move(result));
}

}  // namespace castra::lang
