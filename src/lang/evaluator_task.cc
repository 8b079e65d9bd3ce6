#include "lang/evaluator_impl.h"

/// What functions ask of a task.
namespace castra::lang {
namespace {

std::string named(const LaunchPoint& task) {
  return task.name.empty() ? "the task" : fmt::format("task `{}`", quoted_excerpt(task.name));
}

}  // namespace

Value Evaluator::task_member(const MemberExpr& node, const LaunchPoint& task) {
  const std::string& word = node.member.value;
  const SourceSpan span = node.member.span;
  if (word == "ipoint" || word == "ispace") {
    const auto& tuple = word == "ipoint" ? task.ipoint : task.ispace;
    if (tuple) return Value(tuple);
    Diagnostic d = diagnose(Finding::NotInSingleTask, span, "task." + word);
    d.help = launch_help(Finding::NotInSingleTask);
    return fail(std::move(d));
  }
  if (word == "name") {
    if (!task.name.empty()) return Value::text(task.name);
    return fail(Finding::NotKnown, span, "task.name");
  }
  if (word == "parent") {
    if (task.ipoint) {
      Diagnostic d = diagnose(Finding::NotInIndexLaunch, span, "task.parent");
      d.help = launch_help(Finding::NotInIndexLaunch);
      return fail(std::move(d));
    }
    if (task.parent != nullptr) return Value(task.parent);
    return fail(Finding::NoParent, span, named(task));
  }
  return fail(Finding::UnknownMember, span, "a task", word);
}

Value Evaluator::call_task_member(const Expr& expr, const MemberExpr& member,
                                  const LaunchPoint& task, const std::vector<Value>& arguments) {
  const std::string& word = member.member.value;
  const bool one = arguments.size() == 1;
  if (word == "processor") {
    if (!one || arguments.front().machine() == nullptr) {
      return wrong_value(expr, "`processor`", "a machine",
                         one ? arguments.front() : Value::tuple(arguments));
    }
    return task_processor(member, task, arguments.front());
  }
  if (word == "region_bytes") {
    const auto* argument = one ? arguments.front().as<std::int64_t>() : nullptr;
    if (argument == nullptr) {
      return wrong_value(expr, "`region_bytes`", "the position of an argument",
                         one ? arguments.front() : Value::tuple(arguments));
    }
    return task_region_bytes(member, task, *argument);
  }
  return fail(Finding::UnknownMember, member.member.span, "a task", word);
}

/// The place of the task's processor in the machine.
Value Evaluator::task_processor(const MemberExpr& member, const LaunchPoint& task,
                                const Value& machine_value) {
  const SourceSpan span = member.member.span;
  if (task.ipoint) {
    Diagnostic d = diagnose(Finding::NotInIndexLaunch, span, "task.processor");
    d.help = launch_help(Finding::NotInIndexLaunch);
    return fail(std::move(d));
  }
  if (!task.place) return fail(Finding::NotKnown, span, "task.processor");
  const MachineSpace& machine = *machine_value.machine();
  const TaskPlace& place = *task.place;
  std::optional<std::vector<std::int64_t>> index;
  if (place.kind == machine.kind() || symbols_.profile.processor_ignores_kind)
    index = machine.from_processor(place.processor);
  if (!index) {
    return fail(Finding::WrongProcessor, span, named(task),
                fmt::format("{} {} of node {}", to_string(place.kind), place.processor.index,
                            place.processor.node),
                fmt::format("the {}", to_string(machine_value)));
  }
  return Value::tuple(Tuple(index->begin(), index->end()));
}

Value Evaluator::task_region_bytes(const MemberExpr& member, const LaunchPoint& task,
                                   std::int64_t argument) {
  const SourceSpan span = member.member.span;
  const auto count = static_cast<std::int64_t>(task.region_bytes.size());
  if (argument < 0 || (count > 0 && argument >= count)) {
    return fail(Finding::NoSuchArgument, span, argument,
                counted(static_cast<std::size_t>(count), "argument"));
  }
  const std::int64_t bytes =
      count == 0 ? -1 : task.region_bytes[static_cast<std::size_t>(argument)];
  if (bytes >= 0) return Value::integer(bytes);
  Diagnostic d = diagnose(Finding::NotKnown, span, fmt::format("task.region_bytes({})", argument));
  d.help = "sizes come from the recorded program, or from the run";
  return fail(std::move(d));
}

}  // namespace castra::lang
