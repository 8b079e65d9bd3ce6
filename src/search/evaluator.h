#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/outcome.h"
#include "search/trial.h"
#include "support/result.h"

namespace castra::search {

struct EvaluationRequest {
  std::string mapping;             ///< empty: the program's own mapper
  int repeats = 1;                 ///< at least 1
  std::optional<double> cutoff_s;  ///< wall time of one run beyond which it is hopeless
};

/// Turns a mapping text into an Outcome. Implementations: real runs of a command (run/), later the
/// simulator.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// Nothing: interrupted before it could be judged. An Error means no trial can succeed (program
  /// vanished, disk full), and ends the search.
  virtual Result<std::optional<Outcome>> evaluate(const EvaluationRequest& request) = 0;
};

/// What is known of a mapping before it runs.
struct CheckedMapping {
  /// Equal for mappings that decide the same, however they are written.
  std::string identity;
  /// CompileError or InvalidMapping: running it would be a waste.
  std::optional<Outcome> refused;
};

/// Judges a mapping text without running anything. Pure.
class MappingChecker {
 public:
  virtual ~MappingChecker() = default;
  virtual CheckedMapping check(const std::string& mapping) const = 0;
};

/// Where trials are made durable. `record` returns only when the row would survive a crash; the
/// driver calls it before anybody is told of the trial.
class TrialSink {
 public:
  virtual ~TrialSink() = default;
  virtual Status record(const Trial& trial) = 0;
  virtual Status record(const Confirmation& confirmation) = 0;
};

}  // namespace castra::search
