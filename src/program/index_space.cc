#include "program/index_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/check.h"

namespace castra {

Point Rect::extents() const {
  Point result(lo.size());
  for (std::size_t d = 0; d < lo.size(); ++d) result[d] = extent(static_cast<int>(d));
  return result;
}

std::int64_t Rect::volume() const {
  std::int64_t volume = 1;
  for (std::size_t d = 0; d < lo.size(); ++d) volume *= extent(static_cast<int>(d));
  return volume;
}

bool Rect::contains(const Point& point) const {
  if (point.size() != lo.size()) return false;
  for (std::size_t d = 0; d < lo.size(); ++d) {
    if (point[d] < lo[d] || point[d] > hi[d]) return false;
  }
  return true;
}

Point Rect::at(std::int64_t i) const {
  CASTRA_CHECK(i >= 0 && i < volume(), "point index outside its rectangle");
  Point point(lo.size());
  for (int d = dimensions() - 1; d >= 0; --d) {
    point[d] = lo[d] + i % extent(d);
    i /= extent(d);
  }
  return point;
}

bool volume_within(const Rect& rect, std::int64_t limit) {
  std::int64_t volume = 1;
  for (int d = 0; d < rect.dimensions(); ++d) {
    if (rect.hi[d] < rect.lo[d]) volume = 0;
  }
  for (int d = 0; d < rect.dimensions() && volume > 0; ++d) {
    std::int64_t extent = 0;
    if (__builtin_sub_overflow(rect.hi[d], rect.lo[d], &extent) ||
        __builtin_add_overflow(extent, 1, &extent) ||
        __builtin_mul_overflow(volume, extent, &volume))
      return false;
  }
  return volume <= limit;
}

Rect rect_of_extents(const Point& extents) {
  Rect rect{Point(extents.size(), 0), extents};
  for (auto& hi : rect.hi) --hi;
  return rect;
}

std::string to_string(const Point& point) { return fmt::format("({})", fmt::join(point, ",")); }

std::string to_string(const Rect& rect) {
  return fmt::format("[{}..{}]", to_string(rect.lo), to_string(rect.hi));
}

}  // namespace castra
