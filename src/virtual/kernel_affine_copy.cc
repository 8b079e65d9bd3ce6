#include "virtual/affine.h"
#include "virtual/kernel.h"
#include "virtual/types.h"

namespace castra::virtual_gpu {
namespace {

// Parameter: an array of as many rectangle pairs as fit 4094 bytes, then a 16-bit count of those in
// use. A pair of N dimensions: source (N-1 strides, address), destination (the same), N extents,
// volume; one word each.
constexpr std::size_t kParameterBytes = 4 * 1024 - 2;

struct Side {
  AffineArray array;
  std::byte* base = nullptr;
};

Side read_side(const std::byte* words, std::size_t first, std::size_t dim) {
  Side side;
  for (std::size_t d = 0; d + 1 < dim; ++d) side.array.strides[d] = word(words, first + d);
  side.base = to_bytes(word(words, first + dim - 1));
  return side;
}

void copy(const std::byte* info, const KernelShape& shape) {
  const std::size_t pair_bytes = (3 * shape.dim + 1) * sizeof(std::uint64_t);
  std::uint16_t count = 0;
  std::memcpy(&count, info + kParameterBytes / pair_bytes * pair_bytes, sizeof(count));
  for (std::size_t r = 0; r < count; ++r) {
    const std::byte* const pair = info + r * pair_bytes;
    const Side from = read_side(pair, 0, shape.dim);
    const Side to = read_side(pair, shape.dim, shape.dim);
    std::array<std::uint64_t, 3> extents{1, 1, 1};
    for (std::size_t d = 0; d < shape.dim; ++d) extents[d] = word(pair, 2 * shape.dim + d);
    const std::uint64_t volume = word(pair, 3 * shape.dim);
    for_each_row(extents, volume, [&](std::uint64_t y, std::uint64_t z, std::uint64_t elements) {
      std::memcpy(to.base + to.array.row_index(y, z) * shape.element_bytes,
                  from.base + from.array.row_index(y, z) * shape.element_bytes,
                  elements * shape.element_bytes);
    });
  }
}

}  // namespace

KernelBody affine_copy_body(std::string_view name) {
  constexpr std::string_view kPrefix = "memcpy_affine_batch";
  if (!name.starts_with(kPrefix)) return nullptr;
  const auto shape = parse_shape(name.substr(kPrefix.size()));
  if (!shape) return nullptr;
  return [shape = *shape](const Arguments& arguments) { copy(arguments.structure(), shape); };
}

}  // namespace castra::virtual_gpu
