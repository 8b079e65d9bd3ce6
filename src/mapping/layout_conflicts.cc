#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "mapping/mapping.h"
#include "support/text.h"

namespace castra {
namespace {

/// What two layouts say differently about the order of dimensions or fields, as "C_order" and
/// "F_order"; nothing if they can both hold.
struct Conflict {
  std::string asked;
  std::string demanded;
};

std::optional<Conflict> conflict(const Layout& asked, const std::string& demanded) {
  const std::vector<std::string_view> words = split(demanded, ' ');
  const auto says = [&](std::string_view word) {
    return std::ranges::find(words, word) != words.end();
  };
  const auto differs = [&](bool first_asked, const char* first,
                           const char* second) -> std::optional<Conflict> {
    const char* wanted = first_asked ? first : second;
    const char* other = first_asked ? second : first;
    if (!says(other)) return std::nullopt;
    return Conflict{wanted, other};
  };
  if (asked.dimensions) {
    if (auto found = differs(*asked.dimensions == DimensionOrder::F, "F_order", "C_order"))
      return found;
  }
  if (asked.fields) return differs(*asked.fields == FieldOrder::StructOfArrays, "SOA", "AOS");
  return std::nullopt;
}

/// Of the variants of a kind, if all of them conflict: the first one's.
std::optional<Conflict> conflict_of_all(const Task& task, ProcessorKind kind,
                                        const ArgumentDecision& argument) {
  std::optional<Conflict> first;
  for (const TaskVariant& variant : task.variants) {
    if (variant.processor != kind) continue;
    const auto demanded = variant.layouts.find(argument.index);
    if (demanded == variant.layouts.end()) return std::nullopt;
    auto found = conflict(*argument.layout, demanded->second);
    if (!found) return std::nullopt;
    if (!first) first = std::move(found);
  }
  return first;
}

/// The order of one dimension is no matter.
bool has_order(const Program& program, const std::string& task, int index) {
  return std::ranges::any_of(program.launches, [&](const Launch& launch) {
    return launch.task == task &&
           std::ranges::any_of(launch.requirements, [&](const Requirement& requirement) {
             return requirement.index == index &&
                    (requirement.dimensions > 1 || requirement.fields.size() > 1);
           });
  });
}

}  // namespace

std::vector<Fault> find_layout_conflicts(const Mapping& mapping, const Program& program) {
  std::vector<Fault> faults;
  for (const TaskDecision& decision : mapping.tasks) {
    const Task* task = program.find_task(decision.task);
    if (task == nullptr) continue;
    for (const ArgumentDecision& argument : decision.arguments) {
      if (!argument.layout || !has_order(program, decision.task, argument.index)) continue;
      const auto found = conflict_of_all(*task, decision.kind, argument);
      if (!found) continue;
      faults.push_back(
          {FaultKind::Layout,
           fmt::format("the {} variant of task `{}` was registered with {} for argument {}, but "
                       "the mapping asks for {}: the variant's is used",
                       to_string(decision.kind), decision.task, found->demanded, argument.index,
                       found->asked),
           fmt::format("write `Layout {} {} {} {};`", decision.task, argument.index,
                       to_string(decision.kind), found->demanded),
           argument.layout_by, decision.task});
    }
  }
  return faults;
}

}  // namespace castra
