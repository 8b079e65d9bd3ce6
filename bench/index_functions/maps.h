#pragma once

#include <cstdint>
#include <vector>

#include "program/index_space.h"

/// The index functions of the benchmark as somebody would write them in a C++ mapper: what is the
/// same for all points before the loop, 64-bit coordinates as Legion has them, no checks. Each
/// fills one owner number, node * per_node + processor, per point of the domain, row-major.
namespace castra::bench {

struct Grid {
  std::int64_t nodes = 1;
  std::int64_t per_node = 1;
};
using Owners = std::vector<std::int32_t>;

void auto2d(const Rect& domain, const Grid& machine, Owners& out);
void auto3d(const Rect& domain, const Grid& machine, Owners& out);
void autoblock(const Rect& domain, const Grid& machine, Owners& out);
void linearblock(const Rect& domain, const Grid& machine, Owners& out);
void cyclic(const Rect& domain, const Grid& machine, Owners& out);

}  // namespace castra::bench
