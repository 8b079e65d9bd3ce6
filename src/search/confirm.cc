#include "search/confirm.h"

#include <algorithm>

#include "support/statistics.h"

namespace castra::search {
namespace {

/// Below this many rounds no sign test gives 5%: then the gain itself must be more than noise.
constexpr std::size_t kRoundsForSigns = 5;
constexpr double kGainOfFewRounds = 1.03;
constexpr const char* kOwnMapperFailed = "the program's own mapper failed: ";

}  // namespace

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
  const bool gains = speedups.size() < kRoundsForSigns ? confirmation.speedup >= kGainOfFewRounds
                                                       : confirmation.speedup > 1;
  confirmation.better = confirmation.failure.empty() && gains &&
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
      confirmation.failure = kOwnMapperFailed + summary(**outcome, metric);
      break;
    } else {
      confirmation.failure = summary(**outcome, metric);
      break;
    }
  }
  judge(confirmation, metric);
  return confirmation;
}

bool conclusive(const Confirmation& confirmation) {
  return !confirmation.failure.starts_with(kOwnMapperFailed);
}

}  // namespace castra::search
