#pragma once

#include <string>
#include <string_view>

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"
#include "server/document.h"

/// What a mapping decides, as Markdown.
namespace castra::server {

/// Text as a code span, on one line, whatever it contains.
std::string code(std::string_view text);

/// "3 nodes x 4 GPU".
std::string describe_machine(const Machine& machine, ProcessorKind kind);

/// Kinds, memories, layouts and index map of a task, each with the rule that decides it. With a
/// program, for the task's own arguments and launches; `*` and tasks it does not have are shown
/// without arguments. Costs an evaluation of the task's index map over its recorded launches.
std::string explain_task(const lang::Policy& policy, const Setting& setting,
                         const std::string& task);

/// The rules that bind a function, and where it puts the points of the recorded launches of these
/// tasks.
std::string explain_function(const lang::Policy& policy, const Setting& setting,
                             const std::string& function);

}  // namespace castra::server
