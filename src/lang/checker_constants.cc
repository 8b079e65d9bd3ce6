#include <optional>

#include "lang/checker_impl.h"
#include "lang/evaluator.h"

namespace castra::lang::detail {
namespace {

/// Global variables are few and small; a text made to be slow is left to the budgets of evaluation.
constexpr int kMaxVariables = 1000;
constexpr std::int64_t kMaxSteps = 5000;

bool out_of_budget(const Diagnostic& error) {
  return error.code == info(Finding::OutOfSteps).code ||
         error.code == info(Finding::TooDeepCalls).code;
}

}  // namespace

void check_constants(const CheckedProgram& program, DiagnosticSink& sink) {
  EvaluationBudget budget;
  budget.steps_per_call = kMaxSteps;
  // On a machine without processors: whoever asks for one is known by it, and left out.
  const MachineShape none{0, {}};
  std::optional<Evaluator> evaluator;
  int checked = 0;
  std::set<SourceSpan> reported;
  for (const auto& [name, definition] : program.symbols.variables) {
    if (++checked > kMaxVariables) return;
    if (!evaluator || evaluator->saw_empty_machine())
      evaluator.emplace(program.symbols, none, budget);
    evaluator->variable(name);
    if (!evaluator->error() || evaluator->saw_empty_machine()) continue;
    Diagnostic error = *evaluator->error();
    if (out_of_budget(error) || !reported.insert(error.span).second) continue;
    error.message += fmt::format(" (in the value of `{}`)", name);
    sink.report(std::move(error));
  }
}

}  // namespace castra::lang::detail
