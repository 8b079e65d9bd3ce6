#include <algorithm>

#include "virtual/device_attributes.h"
#include "virtual/entry_points.h"
#include "virtual/kernel.h"
#include "virtual/report.h"
#include "virtual/stream.h"

namespace castra::virtual_gpu {
namespace {

// CU_LAUNCH_PARAM_*: keys of the `extra` array, each followed by its value.
constexpr std::uintptr_t kEndOfExtra = 0;
constexpr std::uintptr_t kPackedArguments = 1;

/// The packed arguments in an `extra` array; null if it has none.
std::byte* packed_arguments(void** extra) {
  for (void** entry = extra; entry != nullptr; entry += 2) {
    const auto key = reinterpret_cast<std::uintptr_t>(entry[0]);
    if (key == kEndOfExtra) return nullptr;
    if (key == kPackedArguments) return static_cast<std::byte*>(entry[1]);
  }
  return nullptr;
}

/// Largest multiple of a warp that the limits allow; 0 if not even one warp fits.
int largest_block(SharedMemoryForBlock shared_for_block, std::size_t shared, int limit) {
  constexpr int kWarp = 32;
  const int most = limit > 0 ? std::min(limit, kMaxThreadsPerBlock) : kMaxThreadsPerBlock;
  for (int block = most / kWarp * kWarp; block > 0; block -= kWarp) {
    const std::size_t needed = shared_for_block != nullptr ? shared_for_block(block) : shared;
    if (needed <= static_cast<std::size_t>(kMaxSharedMemoryPerBlock)) return block;
  }
  return 0;
}

/// CUfunction_attribute, values of the public reference manual.
enum Attribute : int {
  kAttributeMaxThreadsPerBlock = 0,
  kAttributePtxVersion = 5,
  kAttributeBinaryVersion = 6
};

}  // namespace

Result cuLaunchKernel(Kernel* kernel, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                      unsigned, Stream* stream, void** parameters, void** extra) {
  if (kernel == nullptr) return Result::InvalidHandle;
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  if (!kernel->runnable()) {
    report("kernel '" + kernel->name() +
           "' is device code without a host version: it cannot run on a virtual GPU");
    return Result::NotSupported;
  }
  std::byte* const packed = packed_arguments(extra);
  if (parameters == nullptr && packed == nullptr) return Result::InvalidValue;
  const Arguments arguments = parameters != nullptr ? Arguments(parameters) : Arguments(packed);
  found->enqueue([&] { kernel->run(arguments); });
  return Result::Success;
}

// How a launch is cut into blocks has no effect here, but Realm divides by these figures.
Result cuOccupancyMaxPotentialBlockSizeWithFlags(int* grid, int* block, Kernel* kernel,
                                                 SharedMemoryForBlock shared_for_block,
                                                 std::size_t shared, int limit, unsigned) {
  if (grid == nullptr || block == nullptr) return Result::InvalidValue;
  if (kernel == nullptr) return Result::InvalidHandle;
  *block = largest_block(shared_for_block, shared, limit);
  if (*block == 0) return Result::InvalidValue;
  *grid = kMultiprocessors * (kMaxThreadsPerMultiprocessor / *block);
  return Result::Success;
}

Result cuOccupancyMaxPotentialBlockSize(int* grid, int* block, Kernel* kernel,
                                        SharedMemoryForBlock shared_for_block, std::size_t shared,
                                        int limit) {
  return cuOccupancyMaxPotentialBlockSizeWithFlags(grid, block, kernel, shared_for_block, shared,
                                                   limit, 0);
}

Result cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, Kernel* kernel, int block,
                                                            std::size_t, unsigned) {
  if (blocks == nullptr || block <= 0) return Result::InvalidValue;
  if (kernel == nullptr) return Result::InvalidHandle;
  *blocks = block > kMaxThreadsPerBlock ? 0 : kMaxThreadsPerMultiprocessor / block;
  return Result::Success;
}

Result cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel* kernel, int block,
                                                   std::size_t shared) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, kernel, block, shared, 0);
}

Result cuFuncGetAttribute(int* value, int attribute, Kernel* kernel) {
  if (value == nullptr) return Result::InvalidValue;
  if (kernel == nullptr) return Result::InvalidHandle;
  switch (attribute) {
    case kAttributeMaxThreadsPerBlock:
      *value = kMaxThreadsPerBlock;
      return Result::Success;
    case kAttributePtxVersion:
    case kAttributeBinaryVersion:
      *value = 60;
      return Result::Success;
    default:
      *value = 0;
      return Result::Success;
  }
}

Result cuFuncSetAttribute(Kernel* kernel, int, int) {
  return kernel == nullptr ? Result::InvalidHandle : Result::Success;
}

Result cuFuncSetCacheConfig(Kernel* kernel, int) {
  return kernel == nullptr ? Result::InvalidHandle : Result::Success;
}

Result cuFuncSetSharedMemConfig(Kernel* kernel, int) {
  return kernel == nullptr ? Result::InvalidHandle : Result::Success;
}

}  // namespace castra::virtual_gpu
