#include "backends/legion/slices.h"

#include <algorithm>

namespace castra::legion {
namespace {

/// Whether `b` continues `a` in dimension `d`: equal elsewhere and adjacent there.
bool continues(const RectOwner& a, const RectOwner& b, int d) {
  if (a.owner != b.owner || b.rect.lo[d] != a.rect.hi[d] + 1) return false;
  for (int other = 0; other < a.rect.dimensions(); ++other) {
    if (other == d) continue;
    if (a.rect.lo[other] != b.rect.lo[other] || a.rect.hi[other] != b.rect.hi[other]) return false;
  }
  return true;
}

/// Merges neighbours along `d`; `parts` are sorted so that candidates stand next to each other.
std::vector<RectOwner> merge_along(std::vector<RectOwner> parts, int d) {
  std::ranges::stable_sort(parts, [d](const RectOwner& a, const RectOwner& b) {
    for (int other = 0; other < a.rect.dimensions(); ++other) {
      if (other == d) continue;
      if (a.rect.lo[other] != b.rect.lo[other]) return a.rect.lo[other] < b.rect.lo[other];
      if (a.rect.hi[other] != b.rect.hi[other]) return a.rect.hi[other] < b.rect.hi[other];
    }
    return a.rect.lo[d] < b.rect.lo[d];
  });
  std::vector<RectOwner> merged;
  for (auto& part : parts) {
    if (!merged.empty() && continues(merged.back(), part, d))
      merged.back().rect.hi[d] = part.rect.hi[d];
    else
      merged.push_back(std::move(part));
  }
  return merged;
}

}  // namespace

std::vector<RectOwner> cover(const Rect& domain, const lang::OwnerTable& owners) {
  std::vector<RectOwner> parts;
  const int last = domain.dimensions() - 1;
  for (std::int64_t i = 0; i < domain.volume(); ++i) {
    const Point point = domain.at(i);
    RectOwner part{{point, point}, owners.code(static_cast<std::size_t>(i))};
    if (!parts.empty() && continues(parts.back(), part, last))
      parts.back().rect.hi[last] = point[last];
    else
      parts.push_back(std::move(part));
  }
  for (int d = last - 1; d >= 0; --d) parts = merge_along(std::move(parts), d);
  return parts;
}

int block_owner(std::int64_t point, std::int64_t points, int owners) {
  return static_cast<int>(point * owners / points);
}

}  // namespace castra::legion
