#pragma once

#include <cstddef>
#include <cstdint>

/// The part of the CUDA driver interface that this library implements, declared here so that no
/// CUDA header is needed to build it. Values and layouts are those of the public "CUDA Driver API"
/// reference manual (versions 11 to 13), which are fixed by NVIDIA's binary compatibility rules.
namespace castra::virtual_gpu {

/// CUresult. Names as in the manual, without the CUDA_ERROR_ prefix.
enum class Result : int {
  Success = 0,
  InvalidValue = 1,
  OutOfMemory = 2,
  NotInitialized = 3,
  NoDevice = 100,
  InvalidDevice = 101,
  InvalidContext = 201,
  InvalidHandle = 400,
  NotFound = 500,
  PeerAccessAlreadyEnabled = 704,
  NotSupported = 801,
};

/// CUdeviceptr. On a virtual GPU device addresses are host addresses.
using DevicePointer = std::uintptr_t;

inline std::byte* to_bytes(DevicePointer address) { return reinterpret_cast<std::byte*>(address); }

// CUcontext, CUstream, CUevent, CUmodule (and CUlibrary), CUfunction (and CUkernel) point to these.
class Context;
class Stream;
class Event;
class Module;
class Kernel;

/// CUstream values that name a default stream of the current context instead of an object.
inline constexpr std::uintptr_t kLegacyStream = 1;
inline constexpr std::uintptr_t kPerThreadStream = 2;

struct Uuid {
  unsigned char bytes[16];
};

/// CUmemLocation
struct MemoryLocation {
  int type;
  int id;
};

/// CUipcMemHandle
struct IpcHandle {
  char reserved[64];
};

/// CUmemorytype
enum class MemoryType : unsigned { Host = 1, Device = 2, Array = 3, Unified = 4 };

/// CUDA_MEMCPY2D (version 2)
struct Copy2D {
  std::size_t src_x_bytes, src_y;
  MemoryType src_type;
  const void* src_host;
  DevicePointer src_device;
  void* src_array;
  std::size_t src_pitch;
  std::size_t dst_x_bytes, dst_y;
  MemoryType dst_type;
  void* dst_host;
  DevicePointer dst_device;
  void* dst_array;
  std::size_t dst_pitch;
  std::size_t width_bytes, height;
};

/// CUDA_MEMCPY3D (version 2)
struct Copy3D {
  std::size_t src_x_bytes, src_y, src_z, src_lod;
  MemoryType src_type;
  const void* src_host;
  DevicePointer src_device;
  void* src_array;
  void* reserved0;
  std::size_t src_pitch, src_height;
  std::size_t dst_x_bytes, dst_y, dst_z, dst_lod;
  MemoryType dst_type;
  void* dst_host;
  DevicePointer dst_device;
  void* dst_array;
  void* reserved1;
  std::size_t dst_pitch, dst_height;
  std::size_t width_bytes, height, depth;
};

using HostFunction = void (*)(void* data);
using StreamCallback = void (*)(Stream* stream, Result status, void* data);
using SharedMemoryForBlock = std::size_t (*)(int block_size);

}  // namespace castra::virtual_gpu
