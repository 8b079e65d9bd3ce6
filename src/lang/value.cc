#include "lang/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lang/diagnostics.h"

namespace castra::lang {
namespace {

constexpr std::size_t kShownItems = 8;

std::string items_text(const Tuple& tuple) {
  std::string out = "(";
  for (std::size_t i = 0; i < tuple.size(); ++i) {
    if (i > 0) out += ",";
    if (i == kShownItems) {
      out += "...";
      break;
    }
    // Nested tuples are summarised: shared ones could print exponentially long.
    out += tuple[i].tuple() != nullptr ? describe(tuple[i]) : to_string(tuple[i]);
  }
  return out + ")";
}

}  // namespace

Value as_tuple(const Value& value) {
  const auto* point = value.as<MachinePoint>();
  if (point == nullptr) return value;
  return Value::tuple(
      {Value::integer(point->processor.node), Value::integer(point->processor.index)});
}

std::string describe(const Value& value) {
  if (const auto* integer = value.as<std::int64_t>())
    return fmt::format("the integer {}", *integer);
  if (value.as<bool>() != nullptr) return "a truth value";
  if (const Tuple* tuple = value.tuple()) return fmt::format("a tuple of {}", tuple->size());
  if (const MachineSpace* machine = value.machine())
    return fmt::format("a {} machine", to_string(machine->kind()));
  if (value.as<MachinePoint>() != nullptr) return "a point of a machine";
  if (value.set() != nullptr) return "a set of points";
  if (value.as<const LaunchPoint*>() != nullptr) return "a task";
  if (value.as<ProcessorKind>() != nullptr) return "a processor kind";
  if (value.as<MemoryKind>() != nullptr) return "a memory kind";
  if (value.as<Wildcard>() != nullptr) return "the wildcard `*`";
  if (value.text() != nullptr) return "a text";
  return "nothing";
}

std::string to_string(const Value& value) {
  if (const auto* integer = value.as<std::int64_t>()) return std::to_string(*integer);
  if (const auto* truth = value.as<bool>()) return *truth ? "True" : "False";
  if (const Tuple* tuple = value.tuple()) return items_text(*tuple);
  if (const std::string* text = value.text()) return *text;
  if (const auto* kind = value.as<ProcessorKind>()) return std::string(to_string(*kind));
  if (const auto* kind = value.as<MemoryKind>()) return std::string(to_string(*kind));
  if (value.as<Wildcard>() != nullptr) return "*";
  if (const MachineSpace* machine = value.machine()) {
    return fmt::format("{} machine {}", to_string(machine->kind()),
                       fmt::join(machine->sizes(), "x"));
  }
  if (const auto* point = value.as<MachinePoint>()) {
    return fmt::format("({},{})", point->processor.node, point->processor.index);
  }
  return describe(value);
}

}  // namespace castra::lang
