#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lang/ast.h"
#include "lang/policy.h"
#include "lang/symbols.h"
#include "machine/machine.h"
#include "mapping/mapping.h"
#include "program/program.h"
#include "support/diagnostic.h"

/// Private to the files that compare a mapping with a program and a machine: check_against.cc,
/// check_names.cc (rules and the program), check_decisions.cc (rules that decide nothing of it),
/// check_memories.cc (rules and the machine), check_fit.cc
/// (the bound mapping), check_ranges.cc (index functions without known launches).
namespace castra::lang::detail {

/// A policy and the tree it was made of.
struct Subject {
  const Policy& policy;
  const Ast& ast;
  const Symbols& symbols;
};

/// With a machine, what the bound mapping shows of processor kinds is left to check_fit.
void check_names(const Subject& subject, const Program& program, const Machine* machine,
                 DiagnosticSink& sink);
/// To be called last: leaves statements alone that a finding was made of.
void check_decisions(const Subject& subject, const Program& program, DiagnosticSink& sink);
void check_memories(const Subject& subject, const Machine& machine, DiagnosticSink& sink);
void check_fit(const Subject& subject, const Program& program, const Machine& machine,
               DiagnosticSink& sink);
/// Functions bound to launches that nobody recorded, or that are too large to try: every index
/// function, if there is no program. Without a machine its sizes are unknown too.
void check_ranges(const Subject& subject, const Program* program, const Machine* machine,
                  DiagnosticSink& sink);

/// The first kind of the task's list that the machine has and the task has a variant for.
std::optional<ProcessorKind> chosen_kind(const Policy& policy, const Task& task,
                                         const Machine& machine);

/// In `machine[..., x % machine.size[dimension], ...]`, an index that is taken modulo the size of
/// another dimension than its own.
struct WrongDimension {
  std::size_t index = 0;       ///< counted from 0
  std::int64_t dimension = 0;  ///< as written
  std::string machine;         ///< as written
  SourceSpan span;             ///< of the dimension
  bool alone = true;           ///< nothing else uses what is computed there
};
/// In the index expression of that span, in the order of the indices.
std::vector<WrongDimension> find_wrong_dimensions(const FunctionDef& function, SourceSpan index);

/// What repairs it, if it changes nothing else.
std::vector<FixIt> fixes_of(const WrongDimension& wrong);

/// Says in the help what to write for each, with their fixes.
void suggest_dimensions(const std::vector<WrongDimension>& wrong, Diagnostic& diagnostic);

/// Adds to a finding about an index outside a machine what can be said from its source: an index
/// taken modulo the size of another dimension, with the fix.
void suggest_dimension(const Subject& subject, Diagnostic& diagnostic);

}  // namespace castra::lang::detail
