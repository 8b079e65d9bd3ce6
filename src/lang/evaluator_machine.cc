#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "lang/builtins.h"
#include "lang/evaluator_impl.h"
#include "lang/printer.h"

/// Calls, machine transforms and machine indexing.
namespace castra::lang {
namespace {

constexpr std::size_t kMemoEntries = 4096;
constexpr std::int64_t kMaxSetSize = 4096;

std::string_view ordinal(std::size_t index) {
  constexpr std::array<std::string_view, 6> kWords = {"first",  "second", "third",
                                                      "fourth", "fifth",  "sixth"};
  return index < kWords.size() ? kWords[index] : "last";
}

std::string arguments_text(std::size_t count) {
  return count == 0 ? "no argument" : counted(count, "argument");
}

bool is_integers(const Value& value) {
  const Tuple* tuple = value.tuple();
  return tuple != nullptr && std::ranges::all_of(*tuple, [](const Value& item) {
           return item.as<std::int64_t>() != nullptr;
         });
}

}  // namespace

Value Evaluator::call_expression(const Expr& expr, const CallExpr& node) {
  if (const auto* member = node.callee->as<MemberExpr>())
    return call_member(expr, *member, node.arguments);
  const auto* callee = node.callee->as<NameExpr>();
  if (callee == nullptr) return fail(Finding::NotCallable, node.callee->span, "this value");
  std::vector<Value> arguments;
  if (!items(node.arguments, arguments)) return {};
  if (callee->name == "Machine") return call_machine(expr, arguments);
  const auto found = symbols_.functions.find(callee->name);
  if (found == symbols_.functions.end()) {
    if (const BuiltinInfo* builtin = find_builtin(callee->name))
      return call_builtin(expr, *builtin, arguments);
    return fail(Finding::UndefinedFunction, node.callee->span, callee->name);
  }
  return call_function(expr, *found->second, std::move(arguments));
}

Value Evaluator::call_function(const Expr& expr, const FunctionDef& function,
                               std::vector<Value> arguments) {
  if (arguments.size() != function.parameters.size()) {
    return fail(Finding::WrongArity, expr.span, function.name.value,
                arguments_text(function.parameters.size()), arguments.size());
  }
  Frame frame;
  frame.function = &function;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!fits(expr, function.parameters[i], arguments[i])) return {};
    frame.names.emplace_back(function.parameters[i].name.value, std::move(arguments[i]));
  }
  Frame* const outer = std::exchange(frame_, &frame);
  Value result = run_body(function);
  frame_ = outer;
  return result;
}

/// Whether an argument is of the parameter's declared type; reports if not.
bool Evaluator::fits(const Expr& expr, const Parameter& parameter, const Value& argument) {
  bool right = true;
  std::string_view needed;
  switch (parameter.type) {
    case ParameterType::Untyped:
      break;
    case ParameterType::Int:
      needed = "an integer";
      right = argument.as<std::int64_t>() != nullptr;
      break;
    case ParameterType::Bool:
      needed = "a truth value";
      right = argument.as<bool>() != nullptr;
      break;
    case ParameterType::Tuple:
      needed = "a tuple";
      right = argument.tuple() != nullptr || argument.as<MachinePoint>() != nullptr;
      break;
    case ParameterType::IPoint:
    case ParameterType::ISpace:
      needed = "a tuple of integers";
      right = is_integers(argument) || argument.as<MachinePoint>() != nullptr;
      break;
    case ParameterType::MSpace:
      needed = "a machine";
      right = argument.machine() != nullptr;
      break;
    case ParameterType::Task:
      needed = "a task";
      right = argument.as<const LaunchPoint*>() != nullptr;
      break;
  }
  if (right) return true;
  wrong_value(expr, fmt::format("parameter `{}`", parameter.name.value), needed, argument);
  return false;
}

Value Evaluator::call_machine(const Expr& expr, const std::vector<Value>& arguments) {
  const auto* kind = arguments.size() == 1 ? arguments.front().as<ProcessorKind>() : nullptr;
  if (kind == nullptr) {
    const Value found = arguments.size() == 1 ? arguments.front() : Value();
    return wrong_value(expr, "`Machine`", "a processor kind, as in `Machine(GPU)`", found);
  }
  if (machine_.nodes == 0 || machine_.count(*kind) == 0) saw_empty_machine_ = true;
  MemoEntry& entry = memo_[{nullptr, "Machine", {static_cast<std::int64_t>(*kind)}}];
  if (!entry.to) {
    entry.to = std::make_shared<const MachineSpace>(
        MachineSpace::base(*kind, machine_.nodes, machine_.count(*kind)));
  }
  return Value(entry.to);
}

Value Evaluator::call_member(const Expr& expr, const MemberExpr& member,
                             const std::vector<ExprPtr>& argument_list) {
  const Value object = evaluate(*member.object);
  if (error_) return {};
  std::vector<Value> arguments;
  if (!items(argument_list, arguments)) return {};
  const std::string& word = member.member.value;
  if (const auto* task = object.as<const LaunchPoint*>())
    return call_task_member(expr, member, **task, arguments);
  if (object.machine() != nullptr && find_transform(word) != nullptr)
    return transform(expr, word, object, arguments);
  const auto* point = object.as<MachinePoint>();
  if (word == "has" && (point != nullptr || object.machine() != nullptr)) {
    const auto* memory = arguments.size() == 1 ? arguments.front().as<MemoryKind>() : nullptr;
    if (memory == nullptr) {
      return wrong_value(expr, "`has`", "a memory kind",
                         arguments.empty() ? Value() : arguments.front());
    }
    return Value(kind_has(point != nullptr ? point->kind : object.machine()->kind(), *memory));
  }
  return fail(Finding::UnknownMember, member.member.span, describe(object), word);
}

Value Evaluator::transform(const Expr& expr, std::string_view op, const Value& object,
                           const std::vector<Value>& arguments) {
  const TransformInfo& info = *find_transform(op);
  if (arguments.size() != static_cast<std::size_t>(info.arguments)) {
    return fail(Finding::WrongArity, expr.span, op,
                arguments_text(static_cast<std::size_t>(info.arguments)), arguments.size());
  }
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Value argument = as_tuple(arguments[i]);
    const bool wants_tuple = info.tuple_last && i + 1 == arguments.size();
    const std::string use = fmt::format("the {} argument of `{}`", ordinal(i), op);
    if (!wants_tuple) {
      const auto* integer = argument.as<std::int64_t>();
      if (integer == nullptr) return wrong_value(expr, use, "an integer", argument);
      numbers.push_back(*integer);
      continue;
    }
    const Tuple* tuple = argument.tuple();
    if (tuple == nullptr)
      return wrong_value(expr, use, "a tuple of integers such as `task.ispace`", argument);
    for (const Value& item : *tuple) {
      const auto* integer = item.as<std::int64_t>();
      if (integer == nullptr) return wrong_value(expr, use, "a tuple of integers", item);
      numbers.push_back(*integer);
    }
  }
  const auto& from = *object.as<std::shared_ptr<const MachineSpace>>();
  if (memo_.size() > kMemoEntries) memo_.clear();
  const MemoKey key{from.get(), info.name, numbers};
  if (const auto known = memo_.find(key); known != memo_.end()) return Value(known->second.to);
  if (!spend(expr, 100)) return {};
  auto space = apply(*from, op, numbers);
  if (!space) {
    Diagnostic d = diagnose(Finding::BadTransform, expr.span, space.error().message);
    d.help = space.error().help;
    return fail(std::move(d));
  }
  auto result = std::make_shared<const MachineSpace>(std::move(*space));
  memo_.emplace(key, MemoEntry{from, result});
  return Value(result);
}

MachineSpace::Transformed Evaluator::apply(const MachineSpace& space, std::string_view op,
                                           const std::vector<std::int64_t>& n) {
  const std::span<const std::int64_t> extents =
      std::span(n).subspan(std::min<std::size_t>(1, n.size()));
  if (op == "merge") return space.merge(n[0], n[1]);
  if (op == "split") return space.split(n[0], n[1], symbols_.profile.split_drops_remainder);
  if (op == "swap") return space.swap(n[0], n[1]);
  if (op == "slice") return space.slice(n[0], n[1], n[2]);
  if (op == "reverse") return space.reverse(n[0]);
  if (op == "balance_split") return space.balance_split(n[0], n[1]);
  if (op == "greedy_split") return space.greedy_split(n[0], extents);
  return space.auto_split(n[0], extents);
}

Value Evaluator::index_machine(const Expr& expr, const IndexExpr& node, const MachineSpace& machine,
                               std::vector<Value> indices) {
  std::string shown = print(*node.object);
  if (shown.size() > 60) shown = "the machine";
  if (indices.size() != machine.sizes().size()) {
    Diagnostic d = diagnose(
        Finding::WrongIndexCount, expr.span, counted(machine.sizes().size(), "dimension"),
        indices.size() == 1 ? describe(indices.front()) : counted(indices.size(), "index value"));
    d.help = indices.size() == 1 && indices.front().tuple() != nullptr
                 ? "unpack the tuple: write `*` before it"
                 : "give one index per dimension, as in `machine[node, processor]`";
    return fail(std::move(d));
  }
  if (symbols_.profile.minus_one_is_wildcard && indices.size() > 1) {
    for (Value& value : indices) {
      if (const auto* integer = value.as<std::int64_t>(); integer != nullptr && *integer == -1)
        value = Value(Wildcard{});
    }
  }
  const bool wild = std::ranges::any_of(
      indices, [](const Value& value) { return value.as<Wildcard>() != nullptr; });
  std::vector<std::int64_t> position;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i].as<Wildcard>() != nullptr) continue;
    const auto* integer = indices[i].as<std::int64_t>();
    if (integer == nullptr) {
      Value failed = wrong_value(expr, fmt::format("the {} index of `{}`", ordinal(i), shown),
                                 "an integer or `*`", indices[i]);
      if (error_->help.empty() && indices[i].tuple() != nullptr)
        error_->help = "unpack the tuple: write `*` before it";
      return failed;
    }
    const bool outside = *integer < 0 || *integer >= machine.sizes()[i];
    if (outside && (wild || !symbols_.profile.indices_may_alias)) {
      const std::string range = machine.sizes()[i] == 0
                                    ? "an empty dimension"
                                    : fmt::format("0..{}", machine.sizes()[i] - 1);
      Diagnostic d = diagnose(Finding::IndexOutsideMachine, expr.span, i, shown, *integer, range);
      d.help = fmt::format("end the {} index with `% {}.size[{}]`", ordinal(i), shown, i);
      if (*integer < 0)
        d.help =
            "machine indices cannot be negative; a lone `*` means all processors of a dimension";
      return fail(std::move(d));
    }
    position.push_back(*integer);
  }
  if (wild) return collect(expr, machine, indices);
  if (!machine.contains(position)) return alias(expr, machine, position);
  return Value(MachinePoint{machine.kind(), machine.to_processor(position)});
}

/// Profile::indices_may_alias: only the processor that the indices lead to must exist.
Value Evaluator::alias(const Expr& expr, const MachineSpace& machine,
                       const std::vector<std::int64_t>& position) {
  if (const auto processor = machine.aliased_processor(position))
    return Value(MachinePoint{machine.kind(), *processor});
  return fail(Finding::AliasOutsideMachine, expr.span,
              fmt::format("({})", fmt::join(position, ", ")),
              fmt::format("a {} machine of {}", to_string(machine.kind()),
                          fmt::join(machine.sizes(), "x")));
}

/// All processors that agree with the indices given. Cost: their number.
Value Evaluator::collect(const Expr& expr, const MachineSpace& machine,
                         const std::vector<Value>& indices) {
  std::vector<std::int64_t> position(indices.size(), 0);
  std::int64_t count = 1;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (const auto* integer = indices[i].as<std::int64_t>()) {
      position[i] = *integer;
    } else {
      count *= machine.sizes()[i];
    }
  }
  if (count > kMaxSetSize) return fail(Finding::TupleTooLong, expr.span, kMaxSetSize);
  if (!spend(expr, count)) return {};
  if (count == 0) {
    return fail(Finding::IndexOutsideMachine, expr.span, "`*`", print(expr), "a wildcard",
                "an empty dimension");
  }
  MachineSet set;
  set.kind = machine.kind();
  for (std::int64_t k = 0; k < count; ++k) {
    std::int64_t rest = k;
    for (std::size_t i = indices.size(); i-- > 0;) {
      if (indices[i].as<Wildcard>() == nullptr) continue;
      position[i] = rest % machine.sizes()[i];
      rest /= machine.sizes()[i];
    }
    set.processors.push_back(machine.to_processor(position));
  }
  std::sort(set.processors.begin(), set.processors.end());
  return Value(std::make_shared<const MachineSet>(std::move(set)));
}

}  // namespace castra::lang
