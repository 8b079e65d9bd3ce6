#pragma once

#include <memory>

#include "search/optimizer.h"
#include "search/space.h"

namespace castra::search {

/// Legal mappings drawn uniformly, without repeating one. Ends when `space` (kept by reference)
/// seems exhausted: 10,000 draws in a row that were all tried before.
std::unique_ptr<Optimizer> make_random_optimizer(const SearchSpace& space, std::uint64_t seed);

}  // namespace castra::search
