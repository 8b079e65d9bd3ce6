#include "lang/evaluator.h"

#include <algorithm>

#include "lang/builtins.h"
#include "lang/diagnostics.h"
#include "lang/printer.h"
#include "support/check.h"

namespace castra::lang {
namespace {

std::string_view operator_use(BinaryOperator op) { return to_string(op); }

Value as_tuple(const Value& value) {
  if (const auto* point = value.as<MachinePoint>()) {
    return Value::tuple(
        {Value::integer(point->processor.node), Value::integer(point->processor.index)});
  }
  return value;
}

}  // namespace

Evaluator::Evaluator(const Symbols& symbols, const MachineShape& machine,
                     const EvaluationBudget& budget)
    : symbols_(symbols), machine_(machine), budget_(budget), total_left_(budget.steps_total) {}

Value Evaluator::call(const FunctionDef& function, const LaunchPoint& point) {
  CASTRA_CHECK(function.parameters.size() == 1, "an entry function has one parameter");
  error_.reset();
  steps_left_ = budget_.steps_per_call;
  depth_ = 0;
  Frame frame;
  frame.function = &function;
  frame.names.emplace_back(function.parameters.front().name.value, Value(&point));
  frame_ = &frame;
  Value result = run_body(function);
  frame_ = nullptr;
  return result;
}

Value Evaluator::fail(Diagnostic diagnostic) {
  if (error_) return {};
  error_ = std::move(diagnostic);
  error_values_.clear();
  error_function_.clear();
  if (frame_ == nullptr) return {};
  if (frame_->function != nullptr) error_function_ = frame_->function->name.value;
  for (const auto& [name, value] : frame_->names) {
    if (value.as<const LaunchPoint*>() != nullptr) continue;
    if (error_values_.size() > 200) break;
    if (!error_values_.empty()) error_values_ += ", ";
    error_values_ += fmt::format("{} = {}", name, to_string(value));
  }
  return {};
}

Value Evaluator::wrong_value(const Expr& expr, std::string_view user, std::string_view needed,
                             const Value& found) {
  return fail(diagnose(Finding::WrongValue, expr.span, user, needed, describe(found)));
}

bool Evaluator::spend(const Expr& expr, std::int64_t steps) {
  steps_left_ -= steps;
  total_left_ -= steps;
  if (steps_left_ >= 0 && total_left_ >= 0) return true;
  const std::int64_t limit = steps_left_ < 0 ? budget_.steps_per_call : budget_.steps_total;
  Diagnostic d = diagnose(Finding::OutOfSteps, expr.span, limit);
  d.help = "check that every recursion ends";
  fail(std::move(d));
  return false;
}

bool Evaluator::Frame::knows(std::string_view name) const {
  return std::ranges::any_of(names, [name](const auto& known) { return known.first == name; });
}

Value Evaluator::run_body(const FunctionDef& function) {
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      Value value = evaluate(*assign->value);
      if (error_) return {};
      if (symbols_.profile.rebinding || !frame_->knows(assign->name.value))
        frame_->names.emplace_back(assign->name.value, std::move(value));
    } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
      return evaluate(*result->value);
    }
  }
  return fail(diagnose(Finding::NoReturn, function.name.span, function.name.value));
}

Value Evaluator::evaluate(const Expr& expr) {
  if (error_ || !spend(expr, 1)) return {};
  if (depth_ >= budget_.depth) {
    Diagnostic d = diagnose(Finding::TooDeepCalls, expr.span);
    d.help = "check that every recursion ends";
    return fail(std::move(d));
  }
  ++depth_;
  Value value = evaluate_node(expr);
  --depth_;
  return value;
}

Value Evaluator::evaluate_node(const Expr& expr) {
  if (const auto* node = expr.as<IntegerExpr>()) return Value::integer(in_range(node->value));
  if (const auto* node = expr.as<NameExpr>()) return name(expr, *node);
  if (const auto* node = expr.as<BinaryExpr>()) return binary(expr, *node);
  if (const auto* node = expr.as<MemberExpr>()) return member(expr, *node);
  if (const auto* node = expr.as<IndexExpr>()) return index(expr, *node);
  if (const auto* node = expr.as<CallExpr>()) return call_expression(expr, *node);
  if (const auto* node = expr.as<SliceExpr>()) return slice(*node);
  if (const auto* node = expr.as<UnaryExpr>()) return unary(expr, *node);
  if (const auto* node = expr.as<TupleExpr>()) return tuple(expr, *node);
  if (const auto* node = expr.as<ConditionalExpr>()) return conditional(*node);
  if (const auto* node = expr.as<ComprehensionExpr>()) return comprehension(*node);
  if (const auto* node = expr.as<BoolExpr>()) return Value(node->value);
  if (const auto* node = expr.as<ProcessorExpr>()) return Value(node->kind);
  if (const auto* node = expr.as<MemoryExpr>()) return Value(node->kind);
  if (expr.as<WildcardExpr>() != nullptr) return Value(Wildcard{});
  CASTRA_CHECK(false, "a program with syntax errors is never evaluated");
}

Value Evaluator::name(const Expr& expr, const NameExpr& node) {
  if (frame_ != nullptr) {
    for (auto entry = frame_->names.rbegin(); entry != frame_->names.rend(); ++entry) {
      if (entry->first == node.name) return entry->second;
    }
  }
  const auto found = symbols_.variables.find(node.name);
  if (found == symbols_.variables.end())
    return fail(diagnose(Finding::UndefinedName, expr.span, node.name));
  return global(expr, found->first, *found->second);
}

Value Evaluator::global(const Expr& expr, const std::string& name, const AssignStmt& definition) {
  const auto [entry, fresh] = globals_.try_emplace(name);
  if (!fresh) {
    if (entry->second.progress == Progress::Done) return entry->second.value;
    return fail(diagnose(Finding::LaterAssigned, expr.span, name));
  }
  Frame* const outer = std::exchange(frame_, nullptr);
  Value value = evaluate(*definition.value);
  frame_ = outer;
  if (error_) {
    globals_.erase(name);
    return {};
  }
  entry->second = {Progress::Done, value};
  return value;
}

bool Evaluator::items(const std::vector<ExprPtr>& list, std::vector<Value>& out) {
  for (const ExprPtr& item : list) {
    const auto* unpack = item->as<UnaryExpr>();
    if (unpack == nullptr || unpack->op != UnaryOperator::Unpack) {
      out.push_back(evaluate(*item));
    } else {
      const Value value = as_tuple(evaluate(*unpack->operand));
      if (error_) return false;
      const Tuple* tuple = value.tuple();
      if (tuple == nullptr) {
        wrong_value(*item, "unpacking `*`", "a tuple", value);
        return false;
      }
      if (!spend(*item, static_cast<std::int64_t>(tuple->size()))) return false;
      out.insert(out.end(), tuple->begin(), tuple->end());
    }
    if (error_) return false;
    if (out.size() > budget_.tuple_items) {
      fail(diagnose(Finding::TupleTooLong, item->span, budget_.tuple_items));
      return false;
    }
  }
  return true;
}

Value Evaluator::tuple(const Expr& expr, const TupleExpr& node) {
  Tuple values;
  if (!items(node.items, values)) return {};
  for (const Value& value : values) {
    if (value.as<Wildcard>() != nullptr) return fail(diagnose(Finding::BadWildcard, expr.span));
  }
  return Value::tuple(std::move(values));
}

Value Evaluator::comprehension(const ComprehensionExpr& node) {
  const Value range = as_tuple(evaluate(*node.range));
  if (error_) return {};
  const Tuple* elements = range.tuple();
  if (elements == nullptr)
    return wrong_value(*node.range, "the range of a comprehension", "a tuple", range);
  Frame global_frame;
  Frame* const outer = frame_;
  if (frame_ == nullptr) frame_ = &global_frame;
  Tuple values;
  for (const Value& element : *elements) {
    frame_->names.emplace_back(node.variable.value, element);
    values.push_back(evaluate(*node.body));
    if (error_) break;  // the frame is abandoned as it is, for the message
    frame_->names.pop_back();
  }
  frame_ = outer;
  if (error_) return {};
  return Value::tuple(std::move(values));
}

Value Evaluator::unary(const Expr& expr, const UnaryExpr& node) {
  if (node.op == UnaryOperator::Unpack) return fail(diagnose(Finding::BadUnpack, expr.span));
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
      return fail(diagnose(Finding::Overflow, expr.span, fmt::format("-({})", *integer)));
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

Value Evaluator::binary(const Expr& expr, const BinaryExpr& node) {
  if (node.op == BinaryOperator::And || node.op == BinaryOperator::Or) return logical(node);
  const Value left = evaluate(*node.left);
  if (error_) return {};
  const Value right = evaluate(*node.right);
  if (error_) return {};
  if (node.op == BinaryOperator::Equal || node.op == BinaryOperator::NotEqual) {
    return equality(expr, node.op, left, right);
  }
  const auto* a = left.as<std::int64_t>();
  const auto* b = right.as<std::int64_t>();
  switch (node.op) {
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      break;
    default:
      return arithmetic(expr, node, left, right);
  }
  const std::string use = fmt::format("`{}`", operator_use(node.op));
  if (a == nullptr) return wrong_value(*node.left, use, "integers", left);
  if (b == nullptr) return wrong_value(*node.right, use, "integers", right);
  if (node.op == BinaryOperator::Less) return Value(*a < *b);
  if (node.op == BinaryOperator::LessEqual) return Value(*a <= *b);
  if (node.op == BinaryOperator::Greater) return Value(*a > *b);
  return Value(*a >= *b);
}

Value Evaluator::logical(const BinaryExpr& node) {
  const std::string use = fmt::format("`{}`", operator_use(node.op));
  const Value left = evaluate(*node.left);
  if (error_) return {};
  const bool* truth = left.as<bool>();
  if (truth == nullptr) return wrong_value(*node.left, use, "truth values", left);
  const bool decided = *truth == (node.op == BinaryOperator::Or);
  if (decided && !symbols_.profile.eager_logic) return left;
  Value right = evaluate(*node.right);
  if (error_) return {};
  if (right.as<bool>() == nullptr) return wrong_value(*node.right, use, "truth values", right);
  return decided ? left : right;
}

bool Evaluator::equal(const Expr& expr, const Value& left, const Value& right) {
  if (error_ || !spend(expr, 1)) return false;
  const Value a = as_tuple(left);
  const Value b = as_tuple(right);
  if (const auto* integer = a.as<std::int64_t>();
      integer != nullptr && b.as<std::int64_t>() != nullptr) {
    return *integer == *b.as<std::int64_t>();
  }
  if (const auto* truth = a.as<bool>(); truth != nullptr && b.as<bool>() != nullptr) {
    return *truth == *b.as<bool>();
  }
  if (a.tuple() != nullptr && b.tuple() != nullptr) {
    if (a.tuple()->size() != b.tuple()->size()) return false;
    for (std::size_t i = 0; i < a.tuple()->size(); ++i) {
      if (!equal(expr, (*a.tuple())[i], (*b.tuple())[i])) return false;
    }
    return true;
  }
  fail(diagnose(Finding::WrongOperands, expr.span, "==", describe(left), describe(right)));
  return false;
}

Value Evaluator::equality(const Expr& expr, BinaryOperator op, const Value& left,
                          const Value& right) {
  const bool same = equal(expr, left, right);
  if (error_) return {};
  return Value(same == (op == BinaryOperator::Equal));
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
        d.help = fmt::format("`{}` is 0 here", print(*node.right));
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
  fail(diagnose(Finding::Overflow, expr.span,
                fmt::format("{} {} {}", left, to_string(node.op), right)));
  return std::nullopt;
}

Value Evaluator::arithmetic(const Expr& expr, const BinaryExpr& node, const Value& left_value,
                            const Value& right_value) {
  const auto* a = left_value.as<std::int64_t>();
  const auto* b = right_value.as<std::int64_t>();
  if (a != nullptr && b != nullptr) {
    const auto result = combine(expr, node, *a, *b);
    return result ? Value::integer(*result) : Value();
  }
  const Value left = as_tuple(left_value);
  const Value right = as_tuple(right_value);
  const Tuple* tuple_a = left.tuple();
  const Tuple* tuple_b = right.tuple();
  if ((a == nullptr && tuple_a == nullptr) || (b == nullptr && tuple_b == nullptr)) {
    return fail(diagnose(Finding::WrongOperands, expr.span, operator_use(node.op),
                         describe(left_value), describe(right_value)));
  }
  if (tuple_a != nullptr && tuple_b != nullptr && tuple_a->size() != tuple_b->size()) {
    return fail(diagnose(Finding::TupleLengths, expr.span, operator_use(node.op), tuple_a->size(),
                         tuple_b->size()));
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
      return wrong_value(expr, fmt::format("`{}`", operator_use(node.op)), "tuples of integers",
                         wrong);
    }
    const auto item = combine(expr, node, *x, *y);
    if (!item) return {};
    result.push_back(Value::integer(*item));
  }
  return Value::tuple(std::move(result));
}

Value Evaluator::conditional(const ConditionalExpr& node) {
  const Value condition = evaluate(*node.condition);
  if (error_) return {};
  const bool* truth = condition.as<bool>();
  if (truth == nullptr)
    return wrong_value(*node.condition, "the condition of `?`", "a truth value", condition);
  return evaluate(*truth ? *node.yes : *node.no);
}

Value Evaluator::index(const Expr& expr, const IndexExpr& node) {
  const Value object = as_tuple(evaluate(*node.object));
  if (error_) return {};
  std::vector<Value> indices;
  if (!items(node.indices, indices)) return {};
  if (const MachineSpace* machine = object.machine())
    return index_machine(expr, node, *machine, indices);
  if (const Tuple* tuple = object.tuple()) return index_tuple(expr, *tuple, indices);
  return wrong_value(*node.object, "`[...]`", "a tuple or a machine", object);
}

Value Evaluator::index_tuple(const Expr& expr, const Tuple& tuple,
                             const std::vector<Value>& indices) {
  const auto* position = indices.size() == 1 ? indices.front().as<std::int64_t>() : nullptr;
  if (position == nullptr) {
    const Value found = indices.size() == 1 ? indices.front() : Value::tuple(indices);
    return wrong_value(expr, "the index of a tuple", "one integer", found);
  }
  const auto size = static_cast<std::int64_t>(tuple.size());
  const std::int64_t at = *position < 0 ? *position + size : *position;
  if (at >= 0 && at < size) return tuple[static_cast<std::size_t>(at)];
  return fail(
      diagnose(Finding::IndexOutsideTuple, expr.span, *position, counted(tuple.size(), "element")));
}

Value Evaluator::slice(const SliceExpr& node) {
  Value object = as_tuple(evaluate(*node.object));
  if (error_) return {};
  if (const MachineSpace* machine = object.machine()) {
    object = Value::tuple(Tuple(machine->sizes().begin(), machine->sizes().end()));
  }
  const Tuple* tuple = object.tuple();
  if (tuple == nullptr) return wrong_value(*node.object, "a slice", "a tuple or a machine", object);
  const auto size = static_cast<std::int64_t>(tuple->size());
  const auto bound = [&](const ExprPtr& expr, std::int64_t missing) -> std::int64_t {
    if (!expr) return missing;
    const Value value = evaluate(*expr);
    if (error_) return 0;
    const auto* integer = value.as<std::int64_t>();
    if (integer == nullptr) {
      wrong_value(*expr, "the bound of a slice", "an integer", value);
      return 0;
    }
    if (*integer == 0 && symbols_.profile.slice_zero_is_end) return missing;
    const std::int64_t from_start = *integer < 0 ? *integer + size : *integer;
    return std::clamp<std::int64_t>(from_start, 0, size);
  };
  const std::int64_t low = bound(node.low, 0);
  const std::int64_t high = bound(node.high, size);
  if (error_) return {};
  if (low >= high) return Value::tuple({});
  return Value::tuple(Tuple(tuple->begin() + low, tuple->begin() + high));
}

Value Evaluator::member(const Expr& expr, const MemberExpr& node) {
  const Value object = as_tuple(evaluate(*node.object));
  if (error_) return {};
  const std::string& word = node.member.value;
  if (const auto* task = object.as<const LaunchPoint*>()) {
    if (word == "ipoint") return Value((*task)->ipoint);
    if (word == "ispace") return Value((*task)->ispace);
    if (word == "parent" || word == "processor") {
      Diagnostic d = diagnose(Finding::NotInIndexLaunch, node.member.span, "task." + word);
      d.help = "use `task.ipoint` and `task.ispace`, or bind the function with SingleTaskMap";
      return fail(std::move(d));
    }
    return fail(diagnose(Finding::UnknownMember, node.member.span, "a task", word));
  }
  if (const MachineSpace* machine = object.machine()) {
    if (word == "size")
      return Value::tuple(Tuple(machine->sizes().begin(), machine->sizes().end()));
    if (word == "len") return Value::integer(machine->dimensions());
    if (word == "volume") return Value::integer(machine->volume());
    return fail(diagnose(Finding::UnknownMember, node.member.span, "a machine", word));
  }
  const Tuple* tuple = object.tuple();
  if (tuple == nullptr)
    return fail(diagnose(Finding::UnknownMember, node.member.span, describe(object), word));
  if (word == "size") return object;
  if (word == "len") return Value::integer(static_cast<std::int64_t>(tuple->size()));
  if (word != "volume")
    return fail(diagnose(Finding::UnknownMember, node.member.span, "a tuple", word));
  std::int64_t volume = 1;
  for (const Value& item : *tuple) {
    const auto* integer = item.as<std::int64_t>();
    if (integer == nullptr) return wrong_value(expr, "`volume`", "a tuple of integers", item);
    if (__builtin_mul_overflow(volume, *integer, &volume)) {
      return fail(diagnose(Finding::Overflow, expr.span, "volume"));
    }
  }
  return Value::integer(volume);
}

}  // namespace castra::lang
