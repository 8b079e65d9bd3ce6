#pragma once

#include <cstddef>

namespace castra::virtual_gpu {

/// Writes `count` copies of the `bytes`-byte pattern one after another. `pattern` is outside `to`.
void fill_pattern(std::byte* to, const void* pattern, std::size_t bytes, std::size_t count);

}  // namespace castra::virtual_gpu
