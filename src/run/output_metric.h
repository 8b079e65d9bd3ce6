#pragma once

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "mapping/metric.h"
#include "support/result.h"

namespace castra::run {

/// Reads `--metric`: "time", or a regular expression with one group, ":max" after it if larger is
/// better (":min" is the default). Fails if the expression is wrong or has another number of
/// groups.
Result<Metric> parse_metric(const std::string& text);

/// Finds a metric in a run's output.
class MetricReader {
 public:
  /// Precondition: the metric came from parse_metric.
  explicit MetricReader(const Metric& metric);

  /// Whether the metric is read from output, not from the clock.
  bool reads_output() const { return pattern_.has_value(); }
  /// The number in the group on the last line that matches; nothing if no line does or it is not a
  /// finite number. Lines are looked at up to their 2000th byte.
  std::optional<double> read(const std::string& output) const;
  bool matches_line(const std::string& line) const;

 private:
  std::optional<std::regex> pattern_;
};

/// Lines of a text, each cut to `limit` bytes, without their ends ("\n" or "\r\n").
std::vector<std::string> bounded_lines(const std::string& text, std::size_t limit = 2000);

}  // namespace castra::run
