#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "support/source.h"

namespace castra::server {

enum class Role : std::uint8_t {
  Task,      ///< the name of a task, or `*` where one stands
  Region,    ///< the name or position of an argument, or `*` where one stands
  Function,  ///< defined by the program
  Variable,  ///< of the program or of a function
  Parameter,
  LoopVariable,  ///< of a comprehension
};

/// A name of the program at one place, or where one is expected.
struct Occurrence {
  SourceSpan span;
  Role role = Role::Task;
  std::string name;
  const lang::Statement* statement = nullptr;  ///< around it
  /// Where the name is defined; none for tasks, regions, and names that are not.
  std::optional<SourceSpan> definition;
};

/// All names of a program that parsed, by position. Pointers into `ast`. O(size of the tree).
std::vector<Occurrence> find_occurrences(const lang::Ast& ast);

/// The one that contains the offset or ends there; null if none does.
const Occurrence* occurrence_at(const std::vector<Occurrence>& occurrences, std::uint32_t offset);

}  // namespace castra::server
