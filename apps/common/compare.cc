#include "common/compare.h"

#include <cmath>
#include <cstdio>

#include "support/check.h"

namespace castra::apps {

void Comparison::add(const std::string& quantity, std::span<const float> got,
                     std::span<const float> expected, std::span<const float> tolerance) {
  CASTRA_CHECK(got.size() == expected.size() && got.size() == tolerance.size(),
               "a comparison needs equally many values, expectations and tolerances");
  compared_ += static_cast<std::int64_t>(got.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isfinite(got[i]) && std::fabs(got[i] - expected[i]) <= tolerance[i]) continue;
    ++different_;
    if (shown_.size() < kShown) {
      shown_.push_back({quantity, static_cast<std::int64_t>(i), got[i], expected[i], tolerance[i]});
    }
  }
}

std::string Comparison::report() const {
  if (same()) return "SUCCESS! all " + std::to_string(compared_) + " values match the reference\n";
  std::string text = "FAILURE! " + std::to_string(different_) + " of " + std::to_string(compared_) +
                     " values differ from the reference\n";
  for (const Difference& difference : shown_) {
    char line[160];
    std::snprintf(line, sizeof line, "  %s of node %lld: got %.9g, expected %.9g (+-%.2g)\n",
                  difference.quantity.c_str(), static_cast<long long>(difference.id),
                  static_cast<double>(difference.got), static_cast<double>(difference.expected),
                  static_cast<double>(difference.tolerance));
    text += line;
  }
  const auto hidden = different_ - static_cast<std::int64_t>(shown_.size());
  if (hidden > 0) text += "  and " + std::to_string(hidden) + " more\n";
  return text;
}

}  // namespace castra::apps
