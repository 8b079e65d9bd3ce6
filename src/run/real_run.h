#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "run/output_check.h"
#include "run/output_metric.h"
#include "run/process.h"
#include "search/evaluator.h"

namespace castra::run {

/// Files of one run. The launched program, or the overlay in it, writes them.
struct RunFiles {
  std::optional<std::string> mapping;  ///< nothing: the program's own mapper
  std::string status;                  ///< overlay_status.h
  std::string log;                     ///< Legion's messages
};

/// States how to start the program. Called once per evaluation.
using Launcher = std::function<Result<ProcessSpec>(const RunFiles&)>;

struct RealRunSettings {
  Metric metric;
  double timeout_s = 3600;  ///< of one run
  const std::atomic<bool>* cancel = nullptr;
};

/// Measures mappings by running the program. Each repeat is a process of its own; the first that
/// fails ends the evaluation. The value is the median of the repeats: wall time of the process, or
/// what the metric's pattern finds on standard output (or else on standard error).
class RealRunEvaluator : public search::Evaluator {
 public:
  /// `scratch`: an existing folder for the mapping and what a run leaves behind.
  RealRunEvaluator(RealRunSettings settings, Launcher launcher, OutputCheck check,
                   std::string scratch);

  Result<std::optional<Outcome>> evaluate(const search::EvaluationRequest& request) override;

 private:
  struct Run;
  Result<Run> run_once(const ProcessSpec& prepared, const RunFiles& files,
                       std::optional<double> cutoff_s) const;
  Result<std::optional<OutcomeVariant>> judge(const Run& run, bool by_mapping, double& value) const;

  RealRunSettings settings_;
  Launcher launcher_;
  MetricReader reader_;
  OutputCheck check_;
  std::string scratch_;
};

}  // namespace castra::run
