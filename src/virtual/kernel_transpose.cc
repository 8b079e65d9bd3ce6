#include "virtual/kernel.h"
#include "virtual/types.h"

namespace castra::virtual_gpu {
namespace {

// Parameter, one word each: bytes of a contiguous chunk, chunks in y, chunks in x; source strides
// of y and x in bytes; destination strides of y and x in bytes; tile size (how a device shares the
// work out, without effect on the result); destination; source.
struct Transpose {
  std::uint64_t chunk, count_y, count_x;
  std::uint64_t src_y, src_x, dst_y, dst_x;
  std::byte* dst;
  const std::byte* src;
};

Transpose read(const std::byte* info) {
  return {word(info, 0), word(info, 1),           word(info, 2),
          word(info, 3), word(info, 4),           word(info, 5),
          word(info, 6), to_bytes(word(info, 8)), to_bytes(word(info, 9))};
}

/// kChunk 0: any size.
template <std::size_t kChunk>
void transpose(const Transpose& t) {
  const std::size_t chunk = kChunk == 0 ? t.chunk : kChunk;
  // Square blocks keep both sides' lines in the cache.
  constexpr std::uint64_t kBlock = 32;
  for (std::uint64_t y0 = 0; y0 < t.count_y; y0 += kBlock) {
    for (std::uint64_t x0 = 0; x0 < t.count_x; x0 += kBlock) {
      const std::uint64_t y1 = y0 + kBlock < t.count_y ? y0 + kBlock : t.count_y;
      const std::uint64_t x1 = x0 + kBlock < t.count_x ? x0 + kBlock : t.count_x;
      for (std::uint64_t y = y0; y < y1; ++y) {
        for (std::uint64_t x = x0; x < x1; ++x) {
          std::memcpy(t.dst + y * t.dst_y + x * t.dst_x, t.src + y * t.src_y + x * t.src_x, chunk);
        }
      }
    }
  }
}

}  // namespace

KernelBody transpose_body(std::string_view name) {
  constexpr std::string_view kPrefix = "memcpy_transpose";
  if (!name.starts_with(kPrefix) || !parse_bits(name.substr(kPrefix.size()))) return nullptr;
  return [](const Arguments& arguments) {
    const Transpose t = read(arguments.structure());
    switch (t.chunk) {
      case 4:
        return transpose<4>(t);
      case 8:
        return transpose<8>(t);
      default:
        return transpose<0>(t);
    }
  };
}

}  // namespace castra::virtual_gpu
