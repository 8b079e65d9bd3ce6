#pragma once

#include <vector>

#include "virtual_node/fields.h"

namespace castra::virtual_node {

/// The same computation on plain arrays, one element after another.
template <int kDim>
class Model {
 public:
  using Point = Legion::Point<kDim>;

  Model() : bounds_(problem_bounds<kDim>()) {
    for (Legion::PointInRectIterator<kDim> p(bounds_); p(); p++) points_.push_back(*p);
    value.resize(points_.size());
    next.resize(points_.size());
    sum.assign(points_.size(), kSumStart);
    max.assign(points_.size(), kMaxStart);
    for (const Point& p : points_) value[index(p)] = hash_of(p, 1);
    for (int step = 0; step < kSteps; ++step) advance();
  }

  const std::vector<Point>& points() const { return points_; }
  const Legion::Rect<kDim>& bounds() const { return bounds_; }

  std::size_t index(const Point& p) const {
    std::size_t i = 0;
    for (int d = 0; d < kDim; ++d) {
      i = i * static_cast<std::size_t>(bounds_.hi[d] - bounds_.lo[d] + 1) +
          static_cast<std::size_t>(p[d] - bounds_.lo[d]);
    }
    return i;
  }

  std::vector<std::uint64_t> value, next, sum;
  std::vector<std::int32_t> max;

 private:
  void advance() {
    const auto read = [this](const Point& q) { return value[index(q)]; };
    for (const Point& p : points_) next[index(p)] = stencil(p, bounds_, read);
    for (const Point& p : points_) {
      const std::size_t i = index(p);
      value[i] = update(value[i], next[i]);
      for (int c = 0; c < kColors; ++c) {
        if (halo(bounds_, c).contains(p)) sum[i] += contribution(p, c);
      }
      if (const int c = sparse_color(p); c < kSparseColors) {
        max[i] = std::max(max[i], candidate(p, c));
        value[i] ^= static_cast<std::uint64_t>(c + 1);
      }
      sum[i] = settled(sum[i]);
      max[i] -= 1;
    }
  }

  Legion::Rect<kDim> bounds_;
  std::vector<Point> points_;
};

}  // namespace castra::virtual_node
