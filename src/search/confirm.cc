#include "search/confirm.h"

#include <algorithm>

#include "support/statistics.h"

namespace castra::search {
int wins_needed(int rounds) {
  // P(losses <= l) under a fair coin, summed from l = 0 upwards.
  double term = 1;
  for (int i = 0; i < rounds; ++i) term /= 2;
  double tail = term;
  int losses = 0;
  while (losses < rounds) {
    term = term * (rounds - losses) / (losses + 1);
    if (tail + term > 0.05) break;
    tail += term;
    ++losses;
  }
  return rounds - losses;
}

void judge(Confirmation& confirmation, const Metric& metric) {
  std::vector<double> speedups;
  for (std::size_t i = 0; i < std::min(confirmation.own.size(), confirmation.candidate.size());
       ++i) {
    speedups.push_back(metric.speedup(confirmation.candidate[i], confirmation.own[i]));
  }
  if (speedups.empty()) return;
  const auto wins = std::count_if(speedups.begin(), speedups.end(), [](double s) { return s > 1; });
  confirmation.speedup = median(speedups);
  confirmation.better = confirmation.failure.empty() && confirmation.speedup > 1 &&
                        wins >= wins_needed(static_cast<int>(speedups.size()));
}

Result<std::optional<Confirmation>> confirm(const Trial& candidate, const Metric& metric,
                                            int rounds, Evaluator& evaluator,
                                            const std::function<void(int)>& progress) {
  Confirmation confirmation;
  confirmation.trial = candidate.number;
  for (int run = 0; run < 2 * rounds; ++run) {
    const int round = run / 2;
    const bool own = (run % 2 == 0) == (round % 2 == 0);
    progress(run);
    const auto outcome =
        evaluator.evaluate({own ? std::string() : candidate.proposal.mapping, 1, std::nullopt});
    if (!outcome) return tl::unexpected(outcome.error());
    if (!*outcome) return std::nullopt;
    if (const Measured* measured = (*outcome)->measured()) {
      (own ? confirmation.own : confirmation.candidate).push_back(measured->value);
    } else if (own) {
      // It worked before and does not now: nothing to compare with in this round.
      confirmation.failure = "the program's own mapper failed: " + summary(**outcome, metric);
      break;
    } else {
      confirmation.failure = summary(**outcome, metric);
      break;
    }
  }
  judge(confirmation, metric);
  return confirmation;
}

}  // namespace castra::search
