#include "run/output_metric.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "support/text.h"

namespace castra::run {

Result<Metric> parse_metric(const std::string& text) {
  Metric metric;
  if (text.empty() || text == "time") return metric;
  metric.pattern = text;
  metric.unit.clear();
  if (text.ends_with(":max") || text.ends_with(":min")) {
    metric.maximize = text.ends_with(":max");
    metric.pattern.resize(text.size() - 4);
  }
  metric.name = metric.pattern;
  try {
    if (std::regex(metric.pattern).mark_count() != 1) {
      return failure(
          fmt::format("the metric '{}' must have exactly one group (...)", metric.pattern),
          "for example --metric 'GFLOPS = +([0-9.]+):max'");
    }
  } catch (const std::regex_error& error) {
    return failure(
        fmt::format("the metric '{}' is no regular expression: {}", metric.pattern, error.what()),
        "for example --metric 'ELAPSED TIME = +([0-9.]+)'");
  }
  return metric;
}

MetricReader::MetricReader(const Metric& metric) {
  if (!metric.pattern.empty()) pattern_.emplace(metric.pattern);
}

std::optional<double> MetricReader::read(const std::string& output) const {
  std::optional<double> value;
  for (const std::string& line : bounded_lines(output)) {
    std::smatch match;
    if (!std::regex_search(line, match, *pattern_)) continue;
    const std::string word = match[1];
    char* end = nullptr;
    const double number = std::strtod(word.c_str(), &end);
    const bool good = !word.empty() && *end == '\0' && std::isfinite(number);
    value = good ? std::optional(number) : std::nullopt;
  }
  return value;
}

bool MetricReader::matches_line(const std::string& line) const {
  return pattern_ && std::regex_search(line, *pattern_);
}

std::vector<std::string> bounded_lines(const std::string& text, std::size_t limit) {
  std::vector<std::string> lines;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line.substr(0, limit));
  }
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace castra::run
