#pragma once

#include <optional>
#include <string>

#include "mapping/outcome.h"
#include "search/trial.h"
#include "support/result.h"

namespace castra::search {

/// Turns a mapping text into an Outcome. Implementations: real runs of a command (run/), later the
/// simulator. An Error means no trial can succeed (program vanished, disk full), and ends the
/// search.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// `cutoff`: a metric-independent wall-time limit in seconds beyond which the run is hopeless.
  virtual Result<Outcome> evaluate(const std::string& mapping, std::optional<double> cutoff) = 0;
};

/// Where trials are made durable. `record` returns only when the row would survive a crash; the
/// driver calls it before anybody is told of the trial.
class TrialSink {
 public:
  virtual ~TrialSink() = default;
  virtual Status record(const Trial& trial) = 0;
};

}  // namespace castra::search
