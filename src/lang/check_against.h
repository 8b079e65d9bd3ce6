#pragma once

#include <cstdint>

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/diagnostic.h"

namespace castra::lang {

/// Everything that can be said of a mapping with knowledge of a recorded program, of a machine, or
/// of both; either may be null. Errors are what cannot work; warnings are what will not do what was
/// written, or waste the machine. Cost: mostly one
/// evaluation per point of the recorded launches, up to kPointBudget points together; larger ones
/// are analysed by ranges instead.
void check_against(const Policy& policy, const Program* program, const Machine* machine,
                   DiagnosticSink& sink);

inline constexpr std::int64_t kPointBudget = std::int64_t{4} << 20;

/// Compares a mapping with a recorded program: unknown task and region names, argument positions
/// and regions that a named task does not have, variants that are missing, maps for the other kind
/// of launch, collected arguments that are written.
void check_against_program(const Policy& policy, const Program& program, DiagnosticSink& sink);

/// Compares the rules with a machine: processor and memory kinds it does not have, memories that
/// the rule's processors cannot address.
void check_against_machine(const Policy& policy, const Machine& machine, DiagnosticSink& sink);

/// Evaluates the index map of every index launch of the program on the machine, for the first kind
/// of the task's preference list that the machine has and the task has a variant for. A failing
/// point is an error; one per function.
void check_launches(const Policy& policy, const Program& program, const Machine& machine,
                    DiagnosticSink& sink);

/// Binds the policy to the program on the machine and reports every reason why it cannot run there,
/// failing index functions included, at the rule; and how evenly it uses the machine.
void check_runs(const Policy& policy, const Program& program, const Machine& machine,
                DiagnosticSink& sink);

}  // namespace castra::lang
