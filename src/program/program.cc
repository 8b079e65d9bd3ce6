#include "program/program.h"

#include <algorithm>

namespace castra {

std::string_view to_string(Privilege privilege) {
  switch (privilege) {
    case Privilege::None:
      return "NONE";
    case Privilege::Read:
      return "RO";
    case Privilege::ReadWrite:
      return "RW";
    case Privilege::WriteDiscard:
      return "WD";
    case Privilege::Reduce:
      return "REDUCE";
  }
  return "";
}

std::optional<Privilege> parse_privilege(std::string_view word) {
  for (const Privilege privilege : {Privilege::None, Privilege::Read, Privilege::ReadWrite,
                                    Privilege::WriteDiscard, Privilege::Reduce}) {
    if (word == to_string(privilege)) return privilege;
  }
  return std::nullopt;
}

bool Task::has_variant(ProcessorKind kind) const {
  return std::ranges::any_of(
      variants, [kind](const TaskVariant& variant) { return variant.processor == kind; });
}

const Task* Program::find_task(std::string_view name) const {
  const auto found = std::ranges::find(tasks, name, &Task::name);
  return found == tasks.end() ? nullptr : &*found;
}

}  // namespace castra
