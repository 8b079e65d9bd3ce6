#include "virtual/affine.h"
#include "virtual/fill.h"
#include "virtual/kernel.h"
#include "virtual/types.h"

namespace castra::virtual_gpu {
namespace {

// Parameter: 16 bytes of fill value, a 16-bit count of rectangles in the word after them, then per
// rectangle of N dimensions: N-1 strides, volume, N extents, address; one word each.
constexpr std::size_t kCountOffset = 16;
constexpr std::size_t kRectanglesOffset = 24;

void fill(const std::byte* info, const KernelShape& shape) {
  std::uint16_t count = 0;
  std::memcpy(&count, info + kCountOffset, sizeof(count));
  const std::size_t words = 2 * shape.dim + 1;
  for (std::size_t r = 0; r < count; ++r) {
    const std::byte* const rectangle = info + kRectanglesOffset + r * words * sizeof(std::uint64_t);
    AffineArray array;
    std::array<std::uint64_t, 3> extents{1, 1, 1};
    for (std::size_t d = 0; d + 1 < shape.dim; ++d) array.strides[d] = word(rectangle, d);
    const std::uint64_t volume = word(rectangle, shape.dim - 1);
    for (std::size_t d = 0; d < shape.dim; ++d) extents[d] = word(rectangle, shape.dim + d);
    std::byte* const base = to_bytes(word(rectangle, 2 * shape.dim));
    for_each_row(extents, volume, [&](std::uint64_t y, std::uint64_t z, std::uint64_t elements) {
      fill_pattern(base + array.row_index(y, z) * shape.element_bytes, info, shape.element_bytes,
                   elements);
    });
  }
}

}  // namespace

KernelBody affine_fill_body(std::string_view name) {
  constexpr std::string_view kPrefix = "fill_affine_batch";
  if (!name.starts_with(kPrefix)) return nullptr;
  const auto shape = parse_shape(name.substr(kPrefix.size()));
  if (!shape) return nullptr;
  return [shape = *shape](const Arguments& arguments) { fill(arguments.structure(), shape); };
}

}  // namespace castra::virtual_gpu
