#pragma once

#include <set>
#include <string>
#include <string_view>

#include "lang/checked_program.h"

namespace castra::lang {

/// Canonical text of a function and of all functions and global variables it may use, in the order
/// of the program: equal texts mean equal behaviour. Precondition: the program defines the
/// function.
std::string function_text(const CheckedProgram& program, std::string_view function);

/// What a function, or what it uses, asks of a task. Precondition as above.
struct TaskQuestions {
  /// Where the task or those above it run: `task.processor`, `task.parent`.
  bool run = false;
  /// The texts it writes, with which it may compare the task's name.
  std::set<std::string> texts;
};
TaskQuestions task_questions(const CheckedProgram& program, std::string_view function);

}  // namespace castra::lang
