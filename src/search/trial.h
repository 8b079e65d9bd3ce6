#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feedback/feedback.h"
#include "mapping/metric.h"
#include "mapping/outcome.h"

namespace castra::search {

/// A mapping somebody wants measured.
struct Proposal {
  std::string mapping;  ///< the mapping program's text; empty: the program's own mapper, untouched
  std::string origin;   ///< who: "own-mapper", "start", "random", "descent", "llm"
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

/// Trials in order, and the best. Optimizers read it; only the driver appends.
class History {
 public:
  explicit History(Metric metric) : metric_(std::move(metric)) {}

  const Metric& metric() const { return metric_; }
  const std::vector<Trial>& trials() const { return trials_; }
  void append(Trial trial) { trials_.push_back(std::move(trial)); }
  /// Measured, verified trial with the best value, the earliest among equals; null if none.
  const Trial* best() const;

 private:
  Metric metric_;
  std::vector<Trial> trials_;
};

}  // namespace castra::search
