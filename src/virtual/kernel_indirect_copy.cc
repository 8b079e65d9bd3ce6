#include "virtual/kernel.h"
#include "virtual/types.h"

namespace castra::virtual_gpu {
namespace {

// Parameter, one word each: elements, bytes per element, source strides (3), destination strides
// (3), addresses of source index points, destination index points, source, destination. An index
// point is `dim` signed integers; without index points (address 0) that side is dense.
struct Indirect {
  std::uint64_t volume, field_bytes;
  const std::byte* src_points;
  const std::byte* dst_points;
  const std::byte* src;
  std::byte* dst;
};

std::int64_t coordinate(const std::byte* points, std::uint64_t index, std::size_t bytes) {
  if (bytes == sizeof(std::int32_t)) {
    std::int32_t value = 0;
    std::memcpy(&value, points + index * sizeof(value), sizeof(value));
    return value;
  }
  std::int64_t value = 0;
  std::memcpy(&value, points + index * sizeof(value), sizeof(value));
  return value;
}

/// Index of element `i` on a side. Strides are products of extents; sums wrap like size_t, so that
/// a base address outside the array plus a negative offset meets again inside it.
std::uint64_t element_index(const std::byte* points, const std::byte* strides, std::uint64_t i,
                            std::size_t dim, std::size_t coordinate_bytes) {
  if (points == nullptr) return i;
  std::uint64_t index = 0;
  for (std::size_t d = 0; d < dim; ++d) {
    index += static_cast<std::uint64_t>(coordinate(points, i * dim + d, coordinate_bytes)) *
             word(strides, d);
  }
  return index;
}

void copy(const std::byte* info, const KernelShape& shape, std::size_t coordinate_bytes) {
  constexpr std::size_t kSrcStrides = 2, kDstStrides = 5;
  const Indirect c{word(info, 0),
                   word(info, 1),
                   to_bytes(word(info, 8)),
                   to_bytes(word(info, 9)),
                   to_bytes(word(info, 10)),
                   to_bytes(word(info, 11))};
  // The device kernel moves whole elements of its own type only.
  const std::size_t moved = c.field_bytes / shape.element_bytes * shape.element_bytes;
  for (std::uint64_t i = 0; i < c.volume; ++i) {
    const std::uint64_t from = element_index(
        c.src_points, info + kSrcStrides * sizeof(std::uint64_t), i, shape.dim, coordinate_bytes);
    const std::uint64_t to = element_index(c.dst_points, info + kDstStrides * sizeof(std::uint64_t),
                                           i, shape.dim, coordinate_bytes);
    std::memcpy(to_bytes(reinterpret_cast<DevicePointer>(c.dst) + to * c.field_bytes),
                to_bytes(reinterpret_cast<DevicePointer>(c.src) + from * c.field_bytes), moved);
  }
}

}  // namespace

KernelBody indirect_copy_body(std::string_view name) {
  constexpr std::string_view kPrefix = "memcpy_indirect";
  if (!name.starts_with(kPrefix) || name.size() < kPrefix.size() + 3) return nullptr;
  const std::string_view address_bits = name.substr(name.size() - 2);
  if (address_bits != "32" && address_bits != "64") return nullptr;
  const auto shape =
      parse_shape(name.substr(kPrefix.size(), name.size() - kPrefix.size() - address_bits.size()));
  if (!shape) return nullptr;
  const std::size_t coordinate_bytes = address_bits == "32" ? 4 : 8;
  return [shape = *shape, coordinate_bytes](const Arguments& arguments) {
    copy(arguments.structure(), shape, coordinate_bytes);
  };
}

}  // namespace castra::virtual_gpu
