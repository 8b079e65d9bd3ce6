#pragma once

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/diagnostic.h"

namespace castra::lang {

/// Compares a mapping with a recorded program: warns of task and region names, and of a named
/// task's argument positions, that the program does not have. Reads the policy's source again.
void check_against_program(const Policy& policy, const Program& program, DiagnosticSink& sink);

/// Compares the rules with a machine: warns of processor and memory kinds it does not have. Reads
/// the policy's source again, so its cost is that of parsing.
void check_against_machine(const Policy& policy, const Machine& machine, DiagnosticSink& sink);

/// Evaluates the index map of every index launch of the program on the machine, for the first kind
/// of the task's preference list that the machine has and the task has a variant for. A failing
/// point is an error; one per function.
void check_launches(const Policy& policy, const Program& program, const Machine& machine,
                    DiagnosticSink& sink);

/// Binds the policy to the program on the machine and reports every reason why it cannot run there,
/// failing index functions included, at the line of the rule.
void check_runs(const Policy& policy, const Program& program, const Machine& machine,
                DiagnosticSink& sink);

}  // namespace castra::lang
