#pragma once

#include <cstdint>

namespace castra::apps {

/// Point ids lo..hi of a one-dimensional region, both included; empty if hi < lo.
struct IdRange {
  std::int64_t lo = 0;
  std::int64_t hi = -1;

  std::int64_t size() const { return hi < lo ? 0 : hi - lo + 1; }
  bool contains(std::int64_t id) const { return lo <= id && id <= hi; }
  bool operator==(const IdRange&) const = default;
};

}  // namespace castra::apps
