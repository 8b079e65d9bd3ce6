#include "lang/rule_targets.h"

namespace castra::lang::detail {

std::string target_text(const Target& target) {
  if (target.any()) return "*";
  if (const auto* position = std::get_if<int>(&target.what)) return std::to_string(*position);
  if (const auto* kind = std::get_if<ProcessorKind>(&target.what))
    return std::string(to_string(*kind));
  return *target.name();
}

std::string target_key(const Target& target) {
  return std::to_string(target.what.index()) + target_text(target) + '\n';
}

void TaskKinds::note(const TaskStmt& statement) {
  for (const Target& task : statement.tasks) {
    std::set<ProcessorKind>& kinds = task.any() ? of_any_.emplace_back() : of_task_[*task.name()];
    for (const auto& kind : statement.processors) {
      kinds.insert(kind.value);
      all_.insert(kind.value);
    }
  }
}

std::optional<std::set<ProcessorKind>> TaskKinds::of(const Target& task) const {
  if (const std::string* name = task.name()) {
    const auto known = of_task_.find(*name);
    if (known != of_task_.end()) return known->second;
  } else if (!of_any_.empty()) {
    return all_;  // of any task
  }
  if (of_any_.empty()) return std::nullopt;
  return of_any_.back();
}

}  // namespace castra::lang::detail
