#include "maps.h"

#include <algorithm>

#include "lang/factorization.h"

namespace castra::bench {
namespace {

using Numbers = std::vector<std::int64_t>;

/// What is left of each extent once it is cut into so many blocks; at least 1.
Numbers left_over(const Point& extents, const Numbers& blocks) {
  Numbers left;
  for (std::size_t d = 0; d < extents.size(); ++d)
    left.push_back(std::max<std::int64_t>(1, extents[d] / blocks[d]));
  return left;
}

std::int32_t number(std::int64_t node, std::int64_t processor, const Grid& machine) {
  return static_cast<std::int32_t>(node * machine.per_node + processor);
}

}  // namespace

void auto2d(const Rect& domain, const Grid& machine, Owners& out) {
  const Point s = domain.extents();
  const Numbers n = *lang::best_factors(machine.nodes, s);
  const Numbers g = *lang::best_factors(machine.per_node, left_over(s, n));
  std::size_t at = 0;
  for (std::int64_t i = domain.lo[0]; i <= domain.hi[0]; ++i) {
    for (std::int64_t j = domain.lo[1]; j <= domain.hi[1]; ++j) {
      const std::int64_t node = i * n[0] / s[0] + j * n[1] / s[1] * n[0];
      const std::int64_t processor = i % g[0] + j % g[1] * g[0];
      out[at++] = number(node, processor, machine);
    }
  }
}

void auto3d(const Rect& domain, const Grid& machine, Owners& out) {
  const Point s = domain.extents();
  const Numbers n = *lang::best_factors(machine.nodes, s);
  const Numbers g = *lang::best_factors(machine.per_node, left_over(s, n));
  std::size_t at = 0;
  for (std::int64_t i = domain.lo[0]; i <= domain.hi[0]; ++i) {
    for (std::int64_t j = domain.lo[1]; j <= domain.hi[1]; ++j) {
      for (std::int64_t k = domain.lo[2]; k <= domain.hi[2]; ++k) {
        const std::int64_t node =
            i * n[0] / s[0] + (j * n[1] / s[1] + k * n[2] / s[2] * n[1]) * n[0];
        const std::int64_t processor = i % g[0] + (j % g[1] + k % g[2] * g[1]) * g[0];
        out[at++] = number(node, processor, machine);
      }
    }
  }
}

void autoblock(const Rect& domain, const Grid& machine, Owners& out) {
  const Point s = domain.extents();
  const Numbers n = *lang::best_factors(machine.nodes, s);
  std::size_t at = 0;
  for (std::int64_t i = domain.lo[0]; i <= domain.hi[0]; ++i) {
    for (std::int64_t j = domain.lo[1]; j <= domain.hi[1]; ++j) {
      for (std::int64_t k = domain.lo[2]; k <= domain.hi[2]; ++k) {
        const std::int64_t node =
            i * n[0] / s[0] + (j * n[1] / s[1] + k * n[2] / s[2] * n[1]) * n[0];
        out[at++] = number(node, 0, machine);
      }
    }
  }
}

void linearblock(const Rect& domain, const Grid& machine, Owners& out) {
  std::size_t at = 0;
  for (std::int64_t i = domain.lo[0]; i <= domain.hi[0]; ++i)
    out[at++] = number(i / machine.per_node, i % machine.per_node, machine);
}

void cyclic(const Rect& domain, const Grid& machine, Owners& out) {
  std::size_t at = 0;
  for (std::int64_t i = domain.lo[0]; i <= domain.hi[0]; ++i)
    out[at++] = number(i % machine.nodes, i / machine.nodes % machine.per_node, machine);
}

}  // namespace castra::bench
