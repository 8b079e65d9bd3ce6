#include "lang/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lang/diagnostics.h"

namespace castra::lang {
namespace {

constexpr std::size_t kShownItems = 8;   ///< of one tuple or set
constexpr std::size_t kShownInAll = 64;  ///< shared tuples could print exponentially long

std::string text_of(const Value& value, std::size_t& left);

template <typename Items, typename Text>
std::string list_text(const Items& items, std::size_t& left, Text text) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ",";
    if (i == kShownItems || left == 0) return out + "...";
    --left;
    out += text(items[i]);
  }
  return out;
}

std::string text_of(const Processor& processor) {
  return fmt::format("({},{})", processor.node, processor.index);
}

std::string text_of(const Value& value, std::size_t& left) {
  if (const Tuple* tuple = value.tuple()) {
    const auto item = [&](const Value& v) { return text_of(v, left); };
    return "(" + list_text(*tuple, left, item) + ")";
  }
  if (const MachineSet* set = value.set()) {
    const auto item = [](const Processor& processor) { return text_of(processor); };
    return "{" + list_text(set->processors, left, item) + "}";
  }
  return to_string(value);
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
  if (value.tuple() != nullptr || value.set() != nullptr) {
    std::size_t left = kShownInAll;
    return text_of(value, left);
  }
  if (const std::string* text = value.text()) return *text;
  if (const auto* kind = value.as<ProcessorKind>()) return std::string(to_string(*kind));
  if (const auto* kind = value.as<MemoryKind>()) return std::string(to_string(*kind));
  if (value.as<Wildcard>() != nullptr) return "*";
  if (const MachineSpace* machine = value.machine()) {
    return fmt::format("{} machine {}", to_string(machine->kind()),
                       fmt::join(machine->sizes(), "x"));
  }
  if (const auto* point = value.as<MachinePoint>()) return text_of(point->processor);
  return describe(value);
}

}  // namespace castra::lang
