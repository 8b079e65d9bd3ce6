#pragma once

#include <cstdint>
#include <functional>
#include <string>

/// What the launcher and the virtual driver agree on: the environment variables that describe the
/// virtual node, and the one symbol of the driver that is not part of the CUDA driver interface.
namespace castra::virtual_gpu {

/// Number of devices, decimal, 0..kMaxDevices. Unset or empty: no device (cuInit returns 100).
inline constexpr const char* kDeviceCountVariable = "CASTRA_VIRTUAL_GPUS";
/// Memory of each device in bytes, decimal, 1..kMaxDeviceMemory. Unset: kDefaultDeviceMemory.
inline constexpr const char* kDeviceMemoryVariable = "CASTRA_VIRTUAL_GPU_MEMORY";
/// Name of each device, at most kMaxNameLength bytes. Unset: kDefaultDeviceName.
inline constexpr const char* kDeviceNameVariable = "CASTRA_VIRTUAL_GPU_NAME";

/// More devices than this make Realm abort while it builds its channels (32 do, 16 do not).
inline constexpr int kMaxDevices = 16;
/// All devices together must fit the 47-bit address space of a process.
inline constexpr std::uint64_t kMaxDeviceMemory = std::uint64_t{1} << 41;
inline constexpr std::uint64_t kDefaultDeviceMemory = std::uint64_t{16} << 30;
inline constexpr std::size_t kMaxNameLength = 255;
inline constexpr const char* kDefaultDeviceName = "Castra virtual GPU";

/// `void* castra_virtual_reduction_kernel(void* fold_or_apply)`: a CUfunction that runs a Realm
/// reduction operator's own CPU loop (Realm::ReductionOpUntyped::cpu_*_fn) when launched with
/// Realm's arguments for reduction kernels. Equal loops give equal handles; never null for a
/// non-null loop. Exported by the virtual driver only, so looking it up tells it from a real one.
inline constexpr const char* kReductionKernelSymbol = "castra_virtual_reduction_kernel";

struct Config {
  int devices = 0;
  std::uint64_t memory_bytes = kDefaultDeviceMemory;
  std::string device_name = kDefaultDeviceName;
};

struct ConfigReading {
  Config config;        ///< without devices if there is a problem
  std::string problem;  ///< empty, or one line naming the variable and its value
};

/// Reads the variables through `lookup` (std::getenv's contract: null when unset).
ConfigReading read_config(const std::function<const char*(const char*)>& lookup);

}  // namespace castra::virtual_gpu
