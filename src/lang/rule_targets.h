#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/ast.h"

/// Private to the files that compare the rules of a program with each other.
namespace castra::lang::detail {

/// As written, without quotes.
std::string target_text(const Target& target);
/// Distinguishes a task called "GPU" from the kind.
std::string target_key(const Target& target);

/// The kinds of processor that the Task rules of a program let its tasks run on.
class TaskKinds {
 public:
  void note(const TaskStmt& statement);
  /// Of a task, or of any task. Nothing: the rules do not say.
  std::optional<std::set<ProcessorKind>> of(const Target& task) const;

 private:
  std::map<std::string, std::set<ProcessorKind>> of_task_;
  std::vector<std::set<ProcessorKind>> of_any_;  ///< one for every `Task *`
  std::set<ProcessorKind> all_;
};

}  // namespace castra::lang::detail
