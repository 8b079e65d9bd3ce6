#pragma once

#include <cstdint>

/// Reductions into the memories of virtual GPUs, for programs as they are.
///
/// Realm folds into GPU memory with CUDA kernels of the reduction operator. An operator compiled by
/// a host compiler has none, and those of Legion's built-in operators need the CUDA runtime
/// library, which does not run on the virtual driver. Both kinds have CPU loops, which the virtual
/// driver can run as kernels (virtual/config.h); Realm's CudaModule lets anybody give them to an
/// operator.
namespace castra::legion {

/// Call for each operator the program registers, once Legion has it, before or after the runtime
/// starts. Thread-safe.
void note_reduction_operator(std::int32_t id);

/// Gives the operators noted so far and the built-in ones kernels on all GPUs of this process;
/// later ones get theirs when noted. Call from a registration callback. Does nothing without
/// virtual GPUs.
void enable_reductions_on_virtual_gpus();

}  // namespace castra::legion
