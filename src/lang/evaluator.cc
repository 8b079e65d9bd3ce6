#include "lang/evaluator.h"

#include <algorithm>

#include "lang/builtins.h"
#include "lang/diagnostics.h"
#include "lang/evaluator_impl.h"
#include "lang/printer.h"
#include "support/check.h"

namespace castra::lang {
namespace {

/// The arguments in place of the `{}` of a format, from the left.
std::string filled_in(std::string_view format, const std::vector<Value>& arguments) {
  std::string line;
  std::size_t next = 0;
  for (std::size_t at = 0; at < format.size();) {
    const std::size_t place = format.find("{}", at);
    line += format.substr(at, place - at);
    if (place == std::string_view::npos) break;
    line += to_string(arguments[next++]);
    at = place + 2;
  }
  return line;
}

std::size_t places_in(std::string_view format) {
  std::size_t places = 0;
  for (std::size_t at = format.find("{}"); at != std::string_view::npos;
       at = format.find("{}", at + 2)) {
    ++places;
  }
  return places;
}

}  // namespace

Evaluator::Evaluator(const Symbols& symbols, const MachineShape& machine,
                     const EvaluationBudget& budget)
    : symbols_(symbols), machine_(machine), budget_(budget), total_left_(budget.steps_total) {}

Value Evaluator::call(const FunctionDef& function, const LaunchPoint& point) {
  CASTRA_CHECK(function.parameters.size() == 1, "an entry function has one parameter");
  begin();
  Frame frame;
  frame.function = &function;
  frame.names.emplace_back(function.parameters.front().name.value, Value(&point));
  frame_ = &frame;
  Value result = run_body(function);
  frame_ = nullptr;
  return result;
}

Value Evaluator::variable(const std::string& name) {
  const auto found = symbols_.variables.find(name);
  CASTRA_CHECK(found != symbols_.variables.end(), "a global variable of the program");
  begin();
  return global(*found->second->value, found->first, *found->second);
}

bool Evaluator::run_prints() {
  begin();
  for (const PrintStmt* print : symbols_.prints) {
    if (!run_print(*print)) return false;
  }
  return true;
}

void Evaluator::begin() {
  error_.reset();
  error_values_.clear();
  error_function_.clear();
  frame_ = nullptr;
  steps_left_ = budget_.steps_per_call;
  depth_ = 0;
}

Value Evaluator::evaluate(const FunctionDef& function, Names names, const Expr& expr, int depth) {
  begin();
  depth_ = depth;
  Frame frame{&function, std::move(names)};
  frame_ = &frame;
  Value result = evaluate(expr);
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
  return fail(Finding::WrongValue, expr.span, user, needed, describe(found));
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
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      if (!run_print(*print)) return {};
    }
  }
  return fail(Finding::NoReturn, function.name.span, function.name.value);
}

bool Evaluator::run_print(const PrintStmt& print) {
  std::vector<Value> arguments;
  if (!items(print.arguments, arguments)) return false;
  const std::size_t places = places_in(print.format.value);
  if (places != arguments.size()) {
    fail(Finding::WrongArity, print.format.span, "print", counted(places, "value") + " by its text",
         fmt::format("{} {}", arguments.size(), arguments.size() == 1 ? "is" : "are"));
    return false;
  }
  std::string line = filled_in(print.format.value, arguments);
  if (printed_.size() >= budget_.printed_lines ||
      printed_bytes_ + line.size() > budget_.printed_bytes) {
    ++printed_left_out_;
    return true;
  }
  printed_bytes_ += line.size();
  printed_.push_back(std::move(line));
  return true;
}

Value Evaluator::evaluate(const Expr& expr) {
  if (error_ || !spend(expr, 1)) return {};
  if (depth_ >= budget_.depth) return too_deep(expr);
  ++depth_;
  Value value = evaluate_node(expr);
  --depth_;
  return value;
}

Value Evaluator::too_deep(const Expr& expr) {
  Diagnostic d = diagnose(Finding::TooDeepCalls, expr.span);
  d.help = "check that every recursion ends";
  return fail(std::move(d));
}

Value Evaluator::evaluate_node(const Expr& expr) {
  if (const auto* node = expr.as<IntegerExpr>()) return Value::integer(in_range(node->value));
  if (const auto* node = expr.as<NameExpr>()) return name(expr, *node);
  if (expr.as<BinaryExpr>() != nullptr) return binary(expr);
  if (const auto* node = expr.as<MemberExpr>()) return member(expr, *node);
  if (const auto* node = expr.as<IndexExpr>()) return index(expr, *node);
  if (const auto* node = expr.as<CallExpr>()) return call_expression(expr, *node);
  if (const auto* node = expr.as<SliceExpr>()) return slice(*node);
  if (const auto* node = expr.as<UnaryExpr>()) return unary(expr, *node);
  if (const auto* node = expr.as<TupleExpr>()) return tuple(*node);
  if (const auto* node = expr.as<ConditionalExpr>()) return conditional(*node);
  if (const auto* node = expr.as<ComprehensionExpr>()) return comprehension(*node);
  if (const auto* node = expr.as<BoolExpr>()) return Value(node->value);
  if (const auto* node = expr.as<TextExpr>()) return Value::text(node->value);
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
  if (found == symbols_.variables.end()) return fail(Finding::UndefinedName, expr.span, node.name);
  return global(expr, found->first, *found->second);
}

Value Evaluator::global(const Expr& expr, const std::string& name, const AssignStmt& definition) {
  const auto [entry, fresh] = globals_.try_emplace(name);
  if (!fresh) {
    if (entry->second.progress == Progress::Done) return entry->second.value;
    return fail(Finding::LaterAssigned, expr.span, name);
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
      fail(Finding::TupleTooLong, item->span, budget_.tuple_items);
      return false;
    }
  }
  return true;
}

Value Evaluator::tuple(const TupleExpr& node) {
  Tuple values;
  if (!items(node.items, values)) return {};
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
    if (keeps(node)) values.push_back(evaluate(*node.body));
    if (error_) break;  // the frame is abandoned as it is, for the message
    frame_->names.pop_back();
  }
  frame_ = outer;
  if (error_) return {};
  return Value::tuple(std::move(values));
}

/// Whether the filter of a comprehension lets the current element through.
bool Evaluator::keeps(const ComprehensionExpr& node) {
  if (!node.condition) return true;
  const Value value = evaluate(*node.condition);
  if (error_) return false;
  const bool* truth = value.as<bool>();
  if (truth == nullptr) {
    wrong_value(*node.condition, "the filter of a comprehension", "a truth value", value);
    return false;
  }
  return *truth;
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
  if (indices.size() == 1 && indices.front().as<Wildcard>() != nullptr)
    return fail(Finding::BadWildcard, expr.span);
  const auto* position = indices.size() == 1 ? indices.front().as<std::int64_t>() : nullptr;
  if (position == nullptr) {
    const Value found = indices.size() == 1 ? indices.front() : Value::tuple(indices);
    return wrong_value(expr, "the index of a tuple", "one integer", found);
  }
  const auto size = static_cast<std::int64_t>(tuple.size());
  const std::int64_t at = *position < 0 ? *position + size : *position;
  if (at >= 0 && at < size) return tuple[static_cast<std::size_t>(at)];
  return fail(Finding::IndexOutsideTuple, expr.span, *position, counted(tuple.size(), "element"));
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
  return error_ ? Value() : member_of(expr, node, object);
}

Value Evaluator::member_of(const Expr& expr, const MemberExpr& node, const Value& object) {
  const std::string& word = node.member.value;
  if (const auto* task = object.as<const LaunchPoint*>()) return task_member(node, **task);
  if (const MachineSpace* machine = object.machine()) {
    if (word == "size")
      return Value::tuple(Tuple(machine->sizes().begin(), machine->sizes().end()));
    if (word == "len") return Value::integer(machine->dimensions());
    if (word == "volume") return Value::integer(machine->volume());
    if (word == "nodes") return Value::integer(machine->nodes());
    if (word == "per_node") return Value::integer(machine->per_node());
    return fail(Finding::UnknownMember, node.member.span, "a machine", word);
  }
  const Tuple* tuple = object.tuple();
  if (tuple == nullptr)
    return fail(Finding::UnknownMember, node.member.span, describe(object), word);
  if (word == "size") return object;
  if (word == "len") return Value::integer(static_cast<std::int64_t>(tuple->size()));
  if (word != "volume") return fail(Finding::UnknownMember, node.member.span, "a tuple", word);
  std::int64_t volume = 1;
  for (const Value& item : *tuple) {
    const auto* integer = item.as<std::int64_t>();
    if (integer == nullptr) return wrong_value(expr, "`volume`", "a tuple of integers", item);
    if (__builtin_mul_overflow(volume, *integer, &volume)) {
      return fail(Finding::Overflow, expr.span, "volume");
    }
  }
  return Value::integer(volume);
}

}  // namespace castra::lang
