#pragma once

#include <vector>

#include "lang/owner_table.h"
#include "program/index_space.h"

namespace castra::legion {

/// A part of a launch that goes to one processor.
struct RectOwner {
  Rect rect;
  lang::OwnerTable::Code owner;
};

/// Covers `domain` with disjoint rectangles of one owner each, greedily: runs along the last
/// dimension, then equal neighbouring runs along the one before, and so on. Block and cyclic
/// placements give about as many rectangles as there are owners. `owners` is row-major.
std::vector<RectOwner> cover(const Rect& domain, const lang::OwnerTable& owners);

/// Owner index of each point when `points` are dealt in contiguous, nearly equal blocks.
int block_owner(std::int64_t point, std::int64_t points, int owners);

}  // namespace castra::legion
