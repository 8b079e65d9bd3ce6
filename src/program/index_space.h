#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace castra {

/// A point of an index space; one coordinate per dimension.
using Point = std::vector<std::int64_t>;

/// A dense rectangle [lo, hi], inclusive at both ends, as Legion counts them. Empty if any hi < lo.
struct Rect {
  Point lo;
  Point hi;

  int dimensions() const { return static_cast<int>(lo.size()); }
  std::int64_t extent(int d) const { return hi[d] < lo[d] ? 0 : hi[d] - lo[d] + 1; }
  Point extents() const;
  std::int64_t volume() const;
  bool contains(const Point& point) const;
  /// The i-th point in row-major order (last dimension fastest), 0 <= i < volume().
  Point at(std::int64_t i) const;
  auto operator<=>(const Rect&) const = default;
};

/// Whether a rectangle has at most `limit` points; right for extents whose product overflows too.
bool volume_within(const Rect& rect, std::int64_t limit);

/// [0, extent) in each dimension.
Rect rect_of_extents(const Point& extents);

/// "(0,1)" and "[(0,0)..(3,3)]".
std::string to_string(const Point& point);
std::string to_string(const Rect& rect);

}  // namespace castra
