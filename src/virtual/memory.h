#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "virtual/types.h"

namespace castra::virtual_gpu {

class Device;

enum class MemoryKind {
  Device,      ///< taken from a device's capacity
  Managed,     ///< visible everywhere, not charged to a device
  Host,        ///< pinned host memory from this library
  Registered,  ///< the caller's own host memory, pinned in place
};

struct Allocation {
  DevicePointer base = 0;
  std::size_t bytes = 0;
  MemoryKind kind = MemoryKind::Device;
  Device* device = nullptr;   ///< whose capacity it uses, or whose context was current
  std::uint64_t charged = 0;  ///< bytes taken from the device's account
  std::size_t mapped = 0;     ///< bytes of address space; 0 for registered memory
};

/// All memory that devices can reach, by address. Pages are mapped without reserving swap, so that
/// memories larger than the machine's work as long as little of them is touched.
class MemoryTable {
 public:
  static MemoryTable& instance();

  /// OutOfMemory if the device's capacity, or the process' address space, is exhausted.
  Result allocate(MemoryKind kind, Device& device, std::size_t bytes, DevicePointer& base);
  /// `base` must be exactly what `allocate` returned, for one of the kinds; else InvalidValue.
  Result free(DevicePointer base, bool host);
  Result register_host(Device& device, DevicePointer base, std::size_t bytes);
  Result unregister_host(DevicePointer base);
  /// The allocation that contains `address`.
  std::optional<Allocation> find(DevicePointer address);

 private:
  std::mutex mutex_;
  std::map<DevicePointer, Allocation> allocations_;
};

}  // namespace castra::virtual_gpu
