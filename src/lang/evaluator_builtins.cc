#include <algorithm>

#include "lang/builtins.h"
#include "lang/evaluator_impl.h"
#include "support/check.h"

/// The functions every program has.
namespace castra::lang {
namespace {

std::string expected_arguments(const BuiltinInfo& builtin) {
  if (builtin.most < 0)
    return counted(static_cast<std::size_t>(builtin.least), "argument") + " or more";
  if (builtin.least == builtin.most)
    return counted(static_cast<std::size_t>(builtin.least), "argument");
  return fmt::format("{} to {} arguments", builtin.least, builtin.most);
}

}  // namespace

Value Evaluator::call_builtin(const Expr& expr, const BuiltinInfo& builtin,
                              const std::vector<Value>& arguments) {
  const int given = static_cast<int>(arguments.size());
  if (given < builtin.least || (builtin.most >= 0 && given > builtin.most)) {
    Diagnostic d =
        diagnose(Finding::WrongArity, expr.span, builtin.name, expected_arguments(builtin),
                 fmt::format("{} {}", given, given == 1 ? "is" : "are"));
    d.help = fmt::format("write `{}`", builtin.form);
    return fail(std::move(d));
  }
  switch (builtin.builtin) {
    case Builtin::Min:
    case Builtin::Max:
      return extreme(expr, builtin, arguments);
    case Builtin::Abs:
      return absolute(expr, arguments.front());
    case Builtin::CeilDiv:
      return ceil_div(expr, arguments);
    case Builtin::Range:
      return range(expr, arguments);
    case Builtin::Len: {
      const Value value = as_tuple(arguments.front());
      if (const MachineSpace* machine = value.machine())
        return Value::integer(machine->dimensions());
      if (const Tuple* tuple = value.tuple())
        return Value::integer(static_cast<std::int64_t>(tuple->size()));
      return wrong_value(expr, "`len`", "a tuple or a machine", value);
    }
    case Builtin::Sum:
      return sum(expr, arguments.front());
    case Builtin::All:
    case Builtin::Any:
      return quantified(expr, builtin, arguments.front());
  }
  CASTRA_CHECK(false, "unknown builtin");
}

/// Of one argument, the extreme of its elements; of several, element by element as the operators.
Value Evaluator::extreme(const Expr& expr, const BuiltinInfo& builtin,
                         const std::vector<Value>& arguments) {
  const bool least = builtin.builtin == Builtin::Min;
  const auto better = [&](std::int64_t a, std::int64_t b) -> std::optional<std::int64_t> {
    return least ? std::min(a, b) : std::max(a, b);
  };
  const bool alone = arguments.size() == 1;
  const Value whole = as_tuple(arguments.front());
  const Tuple* tuple = whole.tuple();
  if (alone && tuple == nullptr) {
    return wrong_value(expr, fmt::format("`{}`", builtin.name), "several values or a tuple", whole);
  }
  if (alone && tuple->empty()) return fail(Finding::EmptyTuple, expr.span, builtin.name);
  const std::vector<Value>& values = alone ? *tuple : arguments;
  Value result = values.front();
  if (values.size() == 1 && result.as<std::int64_t>() == nullptr)
    return wrong_value(expr, fmt::format("`{}`", builtin.name), "tuples of integers", result);
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!spend(expr, 1)) return {};
    result = elementwise(expr, builtin.name, result, values[i], better);
    if (error_) return {};
  }
  return result;
}

Value Evaluator::absolute(const Expr& expr, const Value& value) {
  return elementwise(expr, "abs", value, Value::integer(0),
                     [&](std::int64_t a, std::int64_t) -> std::optional<std::int64_t> {
                       std::int64_t result = a;
                       if (a < 0 && __builtin_sub_overflow(std::int64_t{0}, a, &result)) {
                         fail(Finding::Overflow, expr.span, fmt::format("abs({})", a));
                         return std::nullopt;
                       }
                       return result;
                     });
}

Value Evaluator::ceil_div(const Expr& expr, const std::vector<Value>& arguments) {
  return elementwise(expr, "ceil_div", arguments[0], arguments[1],
                     [&](std::int64_t a, std::int64_t b) -> std::optional<std::int64_t> {
                       if (b == 0) {
                         fail(Finding::DivisionByZero, expr.span, "division");
                         return std::nullopt;
                       }
                       std::int64_t result = 0;
                       if (b == -1) {
                         if (!__builtin_sub_overflow(std::int64_t{0}, a, &result)) return result;
                         fail(Finding::Overflow, expr.span, fmt::format("ceil_div({}, {})", a, b));
                         return std::nullopt;
                       }
                       const bool up = a % b != 0 && (a < 0) == (b < 0);
                       return a / b + (up ? 1 : 0);
                     });
}

/// range(end), range(begin, end), range(begin, end, step): as in Python.
Value Evaluator::range(const Expr& expr, const std::vector<Value>& arguments) {
  std::vector<std::int64_t> bounds;
  for (const Value& argument : arguments) {
    const auto* integer = argument.as<std::int64_t>();
    if (integer == nullptr) return wrong_value(expr, "`range`", "integers", argument);
    bounds.push_back(*integer);
  }
  const std::int64_t begin = bounds.size() == 1 ? 0 : bounds[0];
  const std::int64_t end = bounds.size() == 1 ? bounds[0] : bounds[1];
  const std::int64_t step = bounds.size() == 3 ? bounds[2] : 1;
  if (step == 0) return fail(Finding::BadRange, expr.span);
  Tuple items;
  for (std::int64_t at = begin; step > 0 ? at < end : at > end;) {
    if (items.size() >= budget_.tuple_items)
      return fail(Finding::TupleTooLong, expr.span, budget_.tuple_items);
    items.push_back(Value::integer(at));
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  if (!spend(expr, static_cast<std::int64_t>(items.size()))) return {};
  return Value::tuple(std::move(items));
}

Value Evaluator::sum(const Expr& expr, const Value& value) {
  const Value whole = as_tuple(value);
  const Tuple* tuple = whole.tuple();
  if (tuple == nullptr) return wrong_value(expr, "`sum`", "a tuple of integers", whole);
  if (!spend(expr, static_cast<std::int64_t>(tuple->size()))) return {};
  std::int64_t total = 0;
  for (const Value& item : *tuple) {
    const auto* integer = item.as<std::int64_t>();
    if (integer == nullptr) return wrong_value(expr, "`sum`", "a tuple of integers", item);
    if (__builtin_add_overflow(total, *integer, &total))
      return fail(Finding::Overflow, expr.span, "sum");
  }
  return Value::integer(total);
}

Value Evaluator::quantified(const Expr& expr, const BuiltinInfo& builtin, const Value& value) {
  const bool all = builtin.builtin == Builtin::All;
  const std::string use = fmt::format("`{}`", builtin.name);
  const Tuple* tuple = value.tuple();
  if (tuple == nullptr) return wrong_value(expr, use, "a tuple of truth values", value);
  if (!spend(expr, static_cast<std::int64_t>(tuple->size()))) return {};
  bool result = all;
  for (const Value& item : *tuple) {
    const bool* truth = item.as<bool>();
    if (truth == nullptr) return wrong_value(expr, use, "a tuple of truth values", item);
    result = all ? result && *truth : result || *truth;
  }
  return Value(result);
}

}  // namespace castra::lang
