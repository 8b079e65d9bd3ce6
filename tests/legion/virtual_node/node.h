#pragma once

#include <string>

#include "legion.h"
#include "virtual_node/placement.h"

namespace castra::virtual_node {

/// Reduction operators of the program. If plain, they are registered as any Legion program does,
/// and the sum is Legion's built-in one; both then work on virtual GPUs only under Castra's
/// preload.
inline constexpr Legion::ReductionOpID kMaxId = 102;
Legion::ReductionOpID sum_id();
void register_reductions(bool plain);

/// Registers the task variants of the program in `dim` dimensions (1 to 3), for CPUs and GPUs from
/// the same functions.
void register_tasks(int dim);
template <int kDim>
void register_tasks_of_dim();

/// Runs the program in `dim` dimensions once with that placement and compares every element of
/// every field with a sequential computation. Returns how many differ; `first` describes one.
std::size_t run(int dim, const Placement& placement, Legion::Context ctx, Legion::Runtime* runtime,
                std::string& first);
template <int kDim>
std::size_t run_dim(const Placement& placement, Legion::Context ctx, Legion::Runtime* runtime,
                    std::string& first);

}  // namespace castra::virtual_node
