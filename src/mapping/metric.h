#pragma once

#include <string>

namespace castra {

/// What a run is judged by.
struct Metric {
  std::string name = "time";  ///< "time": wall seconds of the process; else what `pattern` reads
  std::string pattern;        ///< ECMAScript regular expression with one group; empty for wall time
  bool maximize = false;
  std::string unit = "s";

  /// True if `a` is strictly better than `b`.
  bool better(double a, double b) const { return maximize ? a > b : a < b; }
  /// How many times better `value` is than `reference`: > 1 is an improvement.
  double speedup(double value, double reference) const {
    return maximize ? value / reference : reference / value;
  }
};

}  // namespace castra
