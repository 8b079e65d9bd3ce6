#include "virtual/device_attributes.h"

#include <limits>

namespace castra::virtual_gpu {
namespace {

/// CUdevice_attribute, values of the public reference manual.
enum Attribute : int {
  kAttributeMaxThreadsPerBlock = 1,
  kAttributeMaxBlockDimX = 2,
  kAttributeMaxBlockDimY = 3,
  kAttributeMaxBlockDimZ = 4,
  kAttributeMaxGridDimX = 5,
  kAttributeMaxGridDimY = 6,
  kAttributeMaxGridDimZ = 7,
  kAttributeMaxSharedMemoryPerBlock = 8,
  kAttributeTotalConstantMemory = 9,
  kAttributeWarpSize = 10,
  kAttributeMaxPitch = 11,
  kAttributeMaxRegistersPerBlock = 12,
  kAttributeClockRate = 13,
  kAttributeTextureAlignment = 14,
  kAttributeGpuOverlap = 15,
  kAttributeMultiprocessorCount = 16,
  kAttributeCanMapHostMemory = 19,
  kAttributeConcurrentKernels = 31,
  kAttributePciBusId = 33,
  kAttributePciDeviceId = 34,
  kAttributeMemoryClockRate = 36,
  kAttributeGlobalMemoryBusWidth = 37,
  kAttributeL2CacheSize = 38,
  kAttributeMaxThreadsPerMultiprocessor = 39,
  kAttributeAsyncEngineCount = 40,
  kAttributeUnifiedAddressing = 41,
  kAttributeComputeCapabilityMajor = 75,
  kAttributeComputeCapabilityMinor = 76,
  kAttributeStreamPrioritiesSupported = 78,
  kAttributeMaxSharedMemoryPerMultiprocessor = 81,
  kAttributeManagedMemory = 83,
  kAttributeConcurrentManagedAccess = 89,
  kAttributeCanUseHostPointerForRegisteredMem = 91,
  kAttributeHostRegisterSupported = 99,
  kAttributeNumaId = 131,
  kAttributeHostNumaId = 134,
};

}  // namespace

// Sizes and rates are those of a Tesla P100 SXM2 (NVIDIA's "Pascal P100 architecture" white paper:
// 56 multiprocessors, 1480 MHz, 4096-bit HBM2 at 715 MHz). Realm derives the bandwidth of the frame
// buffer from memory clock and bus width and refuses 0.
int device_attribute(int attribute, int ordinal) {
  switch (attribute) {
    case kAttributeMaxThreadsPerBlock:
    case kAttributeMaxBlockDimX:
    case kAttributeMaxBlockDimY:
      return kMaxThreadsPerBlock;
    case kAttributeMaxBlockDimZ:
      return 64;
    case kAttributeMaxGridDimX:
    case kAttributeMaxPitch:
      return std::numeric_limits<int>::max();
    case kAttributeMaxGridDimY:
    case kAttributeMaxGridDimZ:
      return 65535;
    case kAttributeMaxSharedMemoryPerBlock:
      return kMaxSharedMemoryPerBlock;
    case kAttributeMaxSharedMemoryPerMultiprocessor:
      return 64 * 1024;
    case kAttributeTotalConstantMemory:
      return 64 * 1024;
    case kAttributeWarpSize:
      return 32;
    case kAttributeMaxRegistersPerBlock:
      return 64 * 1024;
    case kAttributeClockRate:
      return 1'480'000;  // kHz
    case kAttributeMemoryClockRate:
      return 715'000;  // kHz
    case kAttributeGlobalMemoryBusWidth:
      return 4096;  // bits
    case kAttributeTextureAlignment:
      return 512;
    case kAttributeMultiprocessorCount:
      return kMultiprocessors;
    case kAttributeL2CacheSize:
      return 4 << 20;
    case kAttributeMaxThreadsPerMultiprocessor:
      return kMaxThreadsPerMultiprocessor;
    case kAttributeAsyncEngineCount:
      return 2;
    case kAttributeComputeCapabilityMajor:
      return 6;
    case kAttributePciBusId:
      return ordinal + 1;
    case kAttributeGpuOverlap:
    case kAttributeCanMapHostMemory:
    case kAttributeConcurrentKernels:
    case kAttributeUnifiedAddressing:
    case kAttributeStreamPrioritiesSupported:
    case kAttributeManagedMemory:
    case kAttributeConcurrentManagedAccess:
    case kAttributeCanUseHostPointerForRegisteredMem:
    case kAttributeHostRegisterSupported:
      return 1;
    // No NUMA node: Realm then takes plain pinned memory for zero-copy instead of mapped handles.
    case kAttributeNumaId:
    case kAttributeHostNumaId:
      return -1;
    case kAttributePciDeviceId:
    case kAttributeComputeCapabilityMinor:
    default:
      return 0;
  }
}

}  // namespace castra::virtual_gpu
