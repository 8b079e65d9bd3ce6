#pragma once

#include "virtual/types.h"

namespace castra::virtual_gpu {

#define ENTRY(symbol, base, version, parameters) \
  extern "C" __attribute__((visibility("default"))) Result symbol parameters;
#include "virtual/entry_points.def"
#undef ENTRY

/// Documented with its name, kReductionKernelSymbol, in virtual/config.h.
extern "C" __attribute__((visibility("default"))) void* castra_virtual_reduction_kernel(
    void* fold_or_apply);

/// Value of cuDriverGetVersion: CUDA 13.0.
inline constexpr int kDriverVersion = 13000;

}  // namespace castra::virtual_gpu
