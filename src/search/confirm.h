#pragma once

#include <functional>
#include <optional>

#include "search/evaluator.h"
#include "search/trial.h"

namespace castra::search {

/// Wins out of `rounds` from which on one-sided sign test gives 5% or less; `rounds` itself
/// below 5.
int wins_needed(int rounds);

/// Fills speedup and better from the samples.
void judge(Confirmation& confirmation, const Metric& metric);

/// Whether it says something on the candidate: false if the own mapper failed in it.
bool conclusive(const Confirmation& confirmation);

/// Measures own mapper and candidate alternately, one run each per round, the order swapped every
/// round. Stops at the candidate's first failure. Nothing: interrupted. `progress` is called before
/// each run with the number of runs made.
Result<std::optional<Confirmation>> confirm(const Trial& candidate, const Metric& metric,
                                            int rounds, Evaluator& evaluator,
                                            const std::function<void(int)>& progress);

}  // namespace castra::search
