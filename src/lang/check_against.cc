#include "lang/check_against.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "lang/bind.h"
#include "lang/check_against_impl.h"
#include "lang/checked_program.h"

namespace castra::lang {
namespace {

detail::Subject subject_of(const Policy& policy) {
  const CheckedProgram& program = policy.program();
  return {policy, program.ast, program.symbols};
}

/// check_launches on a tree that is there already.
void try_launches(const detail::Subject& subject, const Program& program, const Machine& machine,
                  DiagnosticSink& sink) {
  std::set<std::pair<std::string, SourceSpan>> failed;
  std::int64_t budget = kPointBudget;
  for (const Launch& launch : program.launches) {
    const Task* task = program.find_task(launch.task);
    if (!launch.domain || task == nullptr || !volume_within(*launch.domain, budget)) continue;
    const auto kind = detail::chosen_kind(subject.policy, *task, machine);
    if (!kind) continue;
    budget -= launch.domain->volume();
    const std::vector<std::int64_t> bytes = region_bytes(launch);
    auto result =
        subject.policy.place({launch.task, *kind, *launch.domain, bytes}, machine.shape(), nullptr);
    if (result || !failed.emplace(result.error().code, result.error().span).second) continue;
    detail::suggest_dimension(subject, result.error());
    sink.report(std::move(result.error()));
  }
}

}  // namespace

namespace detail {

std::optional<ProcessorKind> chosen_kind(const Policy& policy, const Task& task,
                                         const Machine& machine) {
  const auto decision = policy.processors(task.name);
  if (!decision) return std::nullopt;
  for (const ProcessorKind kind : decision->value) {
    if (machine.find(kind) != nullptr && task.has_variant(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace detail

void check_against(const Policy& policy, const Program* program, const Machine* machine,
                   DiagnosticSink& sink) {
  const detail::Subject subject = subject_of(policy);
  if (program != nullptr) detail::check_names(subject, *program, machine, sink);
  if (machine != nullptr) detail::check_memories(subject, *machine, sink);
  if (program != nullptr && machine != nullptr) {
    detail::check_fit(subject, *program, *machine, sink);
  } else if (program != nullptr) {
    try_launches(subject, *program, program->machine, sink);
  }
  detail::check_ranges(subject, program, machine, sink);
  if (program != nullptr) detail::check_decisions(subject, *program, sink);
}

void check_against_program(const Policy& policy, const Program& program, DiagnosticSink& sink) {
  detail::check_names(subject_of(policy), program, nullptr, sink);
}

void check_against_machine(const Policy& policy, const Machine& machine, DiagnosticSink& sink) {
  detail::check_memories(subject_of(policy), machine, sink);
}

void check_launches(const Policy& policy, const Program& program, const Machine& machine,
                    DiagnosticSink& sink) {
  try_launches(subject_of(policy), program, machine, sink);
}

void check_runs(const Policy& policy, const Program& program, const Machine& machine,
                DiagnosticSink& sink) {
  detail::check_fit(subject_of(policy), program, machine, sink);
}

}  // namespace castra::lang
