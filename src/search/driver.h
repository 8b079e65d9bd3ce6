#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/evaluator.h"
#include "search/optimizer.h"
#include "search/trial.h"

namespace castra::search {

struct SearchSettings {
  int budget = 20;    ///< trials that run something, the own mapper's included
  int repeats = 3;    ///< runs per trial
  double cutoff = 3;  ///< a run is cut off at this multiple of the best trial's run
  std::optional<double> time_limit_s;  ///< no new trial after that
  /// Trials that cost no run (refused or repeated) before the search ends: an optimizer that talks
  /// nonsense must not go on for ever.
  int free_limit = 200;
  int confirm_rounds = 5;  ///< paired rounds of the final comparison; 0: none
  int confirm_candidates = 2;
  /// Of an earlier part of this search. A candidate is not measured again: asking until the answer
  /// is yes would find speed-ups in noise.
  std::vector<Confirmation> confirmations;
  std::string start;  ///< the mapping to try after the program's own mapper; empty: none
};

/// Whom the search tells what it does. Trials are announced after they are durable.
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  virtual void trying(int number, const Proposal& proposal) = 0;
  virtual void tried(const Trial& trial, const History& history) = 0;
  virtual void confirming(const Trial& candidate, int runs_done, int runs) = 0;
  virtual void confirmed(const Confirmation& confirmation) = 0;
};

enum class Finish : std::uint8_t {
  Budget,  ///< all trials made
  TimeLimit,
  NoMoreIdeas,  ///< the optimizer proposes nothing more
  TooManyFree,  ///< SearchSettings::free_limit
  NoOptimizer,  ///< the optimizer failed: SearchReport::error; what was found still counts
  Interrupted,
  /// Evaluator or journal failed, or the program's own run ended well but has wrong results or no
  /// metric, so that check or metric do not fit it: SearchReport::error.
  Failed,
};
/// "budget used up", "time limit reached", ...
std::string_view to_string(Finish finish);

struct SearchReport {
  Finish finish = Finish::Budget;
  std::optional<Error> error;
  std::vector<Confirmation> confirmations;  ///< also those from SearchSettings
  bool news = false;                        ///< something was recorded
  /// The trial whose mapping is worth using: confirmed as better than the program's own mapper, or
  /// merely measured if the own mapper does not work. Where there was no confirmation (switched
  /// off, or interrupted): the best, if each of its samples, three or more, is better than each of
  /// the own mapper's. Nothing: keep the own mapper.
  std::optional<int> winner;
  bool confirmed = false;  ///< winner was confirmed
};

/// What the search works with; all outlive it. `feedback` may be empty.
struct SearchParts {
  Optimizer& optimizer;
  Evaluator& evaluator;
  const MappingChecker& checker;
  TrialSink& sink;
  SearchObserver& observer;
  std::function<Feedback(const Outcome&)> feedback;
  std::function<double()> clock_s;  ///< monotonic seconds
  const std::atomic<bool>* stop = nullptr;
};

/// The loop: trial 0 is the program's own mapper, then the start, then what the optimizer proposes,
/// until budget, time or ideas end. Every trial is checked, run if it is legal and new, recorded,
/// and only then announced. `history` may already hold trials (a resumed search): they are not
/// repeated and count against the budget. At the end the best candidates are measured again beside
/// the own mapper.
SearchReport run_search(const SearchSettings& settings, const SearchParts& parts, History& history);

}  // namespace castra::search
