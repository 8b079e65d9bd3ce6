#pragma once

#include <string>
#include <vector>

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/result.h"

namespace castra::cli {

/// What is explained: one argument of one task on one kind of processor.
struct Subject {
  std::string task;
  bool other_task = false;  ///< any task that no rule names; `task` is empty
  int argument = -1;        ///< -1: any position
  std::vector<std::string> regions;
  ProcessorKind kind = ProcessorKind::Cpu;

  std::string task_text() const;
  std::string argument_text() const;  ///< "argument 1, region r", "any argument"
};

/// One decision: what about, which value, the rules that gave it (none: left to the program's own
/// mapper), and all rules that match.
struct DecisionRow {
  std::string decision;
  std::string value;
  std::vector<lang::RuleRef> rules;
  lang::RuleTrace trace;
};

/// All decisions about a subject; first processors, index map, memories, layouts, then those of
/// which the program says something.
std::vector<DecisionRow> decisions(const lang::Policy& policy, const Subject& subject);

/// What a machine makes of the lists of a subject: which kinds and memories it lacks. One sentence
/// each.
std::vector<std::string> machine_notes(const lang::Policy& policy, const Subject& subject,
                                       const Machine& machine);

/// The arguments of a task in a program, in order of position, each from the first launch that has
/// it; fails, with the nearest name, if the program has no such task.
Result<std::vector<Requirement>> arguments_of(const Program& program, const std::string& task);

}  // namespace castra::cli
