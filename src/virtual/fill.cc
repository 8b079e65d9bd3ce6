#include "virtual/fill.h"

#include <algorithm>
#include <cstring>

namespace castra::virtual_gpu {

void fill_pattern(std::byte* to, const void* pattern, std::size_t bytes, std::size_t count) {
  if (count == 0) return;
  std::memcpy(to, pattern, bytes);
  const std::size_t total = bytes * count;
  // Doubling: each step copies what is already there, up to a piece that stays in the cache.
  constexpr std::size_t kPiece = 16 * 1024;
  for (std::size_t done = bytes; done < total;) {
    const std::size_t source = done < kPiece ? done : std::max(kPiece / bytes * bytes, bytes);
    const std::size_t step = std::min(source, total - done);
    std::memcpy(to + done, to, step);
    done += step;
  }
}

}  // namespace castra::virtual_gpu
