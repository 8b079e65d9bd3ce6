#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace castra::virtual_gpu {

/// A rectangle of up to three dimensions in Realm's batch kernels: element (x, y, z) lies at index
/// x + strides[0] * (y + strides[1] * z) of the array at its address, counted in elements. Rows
/// along x are therefore always contiguous.
struct AffineArray {
  std::array<std::uint64_t, 2> strides{0, 0};

  std::uint64_t row_index(std::uint64_t y, std::uint64_t z) const {
    return strides[0] * (y + strides[1] * z);
  }
};

/// Calls `visit(y, z, elements)` for each row of a rectangle with those extents; the kernels take
/// the first `volume` elements in x-y-z order.
template <class Visit>
void for_each_row(const std::array<std::uint64_t, 3>& extents, std::uint64_t volume,
                  Visit&& visit) {
  if (extents[0] == 0 || extents[1] == 0) return;
  std::uint64_t left = volume;
  for (std::uint64_t row = 0; left > 0; ++row) {
    const std::uint64_t elements = std::min(left, extents[0]);
    visit(row % extents[1], row / extents[1], elements);
    left -= elements;
  }
}

}  // namespace castra::virtual_gpu
