#pragma once

#include <algorithm>
#include <vector>

namespace castra {

/// The middle value, or the mean of the two middle ones. Precondition: not empty.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace castra
