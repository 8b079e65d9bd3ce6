#pragma once

#include <memory>

#include "search/optimizer.h"
#include "search/space.h"

namespace castra::search {

/// Coordinate descent. From its best configuration so far (at first space.start()) it changes one
/// choice at a time: choices of the tasks that took most time first, within a task processor, index
/// map, memories and layouts, larger arguments first. An improvement is kept and the sweep goes on
/// from there. After a sweep without improvement it changes two or three choices at once, drawn at
/// random with `seed`. Until some configuration has been measured it draws whole configurations at
/// random after the first sweep. Never proposes a text twice; ends when nothing new is found.
/// `space` is kept by reference.
std::unique_ptr<Optimizer> make_descent_optimizer(const SearchSpace& space, std::uint64_t seed);

}  // namespace castra::search
