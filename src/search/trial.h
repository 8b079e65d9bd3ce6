#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feedback/feedback.h"
#include "mapping/metric.h"
#include "mapping/outcome.h"

namespace castra::search {

inline constexpr const char* kOwnMapper = "own-mapper";
inline constexpr const char* kStart = "start";

/// A mapping somebody wants measured.
struct Proposal {
  std::string mapping;  ///< the mapping program's text; empty: the program's own mapper, untouched
  std::string origin;   ///< who: kOwnMapper, kStart, "random", "descent", "llm"
  std::string reason;   ///< why, for people: "move rp_ghost to FBMEM"; may be empty
};

/// A proposal and what became of it: one journal row.
struct Trial {
  int number = 0;  ///< from 0 in the order they were made
  Proposal proposal;
  Outcome outcome;
  Feedback feedback;
  std::optional<int> duplicate_of;  ///< same decisions as that earlier trial: nothing was run
  bool accepted = false;            ///< became the best so far
};

/// Whether the trial ran something: it was neither refused before a run nor a repetition.
bool cost_run(const Trial& trial);

/// A candidate measured again side by side with the program's own mapper, in alternating order, so
/// that neither selection of the luckiest sample nor drift of the machine makes a speed-up.
struct Confirmation {
  int trial = 0;                  ///< of the candidate
  std::vector<double> own;        ///< metric values, one per round
  std::vector<double> candidate;  ///< of the same rounds
  std::string failure;            ///< not empty: a run of the candidate failed, and how
  double speedup = 1;             ///< median of the rounds' speed-ups
  /// The candidate won so many rounds that luck is an unlikely reason (one-sided sign test at 5%;
  /// all rounds if there are fewer than five), and the median agrees (by 3% if fewer than five).
  bool better = false;
};

/// Trials in order, and the best. Optimizers read it; only the driver appends.
class History {
 public:
  explicit History(Metric metric) : metric_(std::move(metric)) {}

  const Metric& metric() const { return metric_; }
  const std::vector<Trial>& trials() const { return trials_; }
  void append(Trial trial) { trials_.push_back(std::move(trial)); }
  /// The trial with the best value of those measured (so they passed the check, if one was asked
  /// for), the earliest among equals; null if none.
  const Trial* best() const;
  /// The trial of the program's own mapper, whatever became of it; null if not made yet.
  const Trial* own_mapper() const;
  /// Trials that cost_run: what a budget counts.
  int runs() const;

 private:
  Metric metric_;
  std::vector<Trial> trials_;
};

}  // namespace castra::search
