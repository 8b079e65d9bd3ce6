#include "virtual/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "virtual/context.h"
#include "virtual/device.h"
#include "virtual/entry_points.h"
#include "virtual/report.h"
#include "virtual/stream.h"

namespace castra::virtual_gpu {
namespace {

/// Devices hand out memory in multiples of this (the alignment the manual guarantees).
constexpr std::size_t kGranularity = 256;

std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

std::string refusal(Device& device, std::size_t bytes) {
  return "device " + std::to_string(device.ordinal()) +
         " is out of memory: " + std::to_string(bytes) + " bytes asked for, " +
         std::to_string(device.available()) + " of " + std::to_string(device.capacity()) +
         " left (" + kDeviceMemoryVariable + "; Realm's -ll:fsize and -ll:ib_fsize must fit)";
}

}  // namespace

MemoryTable& MemoryTable::instance() {
  static auto* const table = new MemoryTable;
  return *table;
}

Result MemoryTable::allocate(MemoryKind kind, Device& device, std::size_t bytes,
                             DevicePointer& base) {
  if (bytes == 0) return Result::InvalidValue;
  if (bytes > (std::size_t{1} << 47)) return Result::OutOfMemory;
  Allocation allocation{0, bytes, kind, &device, 0, 0};
  if (kind == MemoryKind::Device) {
    allocation.charged = round_up(bytes, kGranularity);
    if (!device.reserve(allocation.charged)) {
      // Realm aborts without a word when its frame buffer does not fit.
      if (device.first_refusal()) report(refusal(device, bytes));
      return Result::OutOfMemory;
    }
  }
  allocation.mapped = round_up(bytes, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
  void* const pages = ::mmap(nullptr, allocation.mapped, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) {
    device.release(allocation.charged);
    return Result::OutOfMemory;
  }
  allocation.base = reinterpret_cast<DevicePointer>(pages);
  base = allocation.base;
  const std::lock_guard lock(mutex_);
  allocations_.emplace(allocation.base, allocation);
  return Result::Success;
}

Result MemoryTable::free(DevicePointer base, bool host) {
  Allocation allocation;
  {
    const std::lock_guard lock(mutex_);
    const auto found = allocations_.find(base);
    if (found == allocations_.end() || found->second.kind == MemoryKind::Registered ||
        (found->second.kind == MemoryKind::Host) != host) {
      return Result::InvalidValue;
    }
    allocation = found->second;
    allocations_.erase(found);
  }
  ::munmap(to_bytes(allocation.base), allocation.mapped);
  allocation.device->release(allocation.charged);
  return Result::Success;
}

Result MemoryTable::register_host(Device& device, DevicePointer base, std::size_t bytes) {
  if (base == 0 || bytes == 0) return Result::InvalidValue;
  const std::lock_guard lock(mutex_);
  const bool added =
      allocations_.emplace(base, Allocation{base, bytes, MemoryKind::Registered, &device, 0, 0})
          .second;
  return added ? Result::Success : Result::InvalidValue;
}

Result MemoryTable::unregister_host(DevicePointer base) {
  const std::lock_guard lock(mutex_);
  const auto found = allocations_.find(base);
  if (found == allocations_.end() || found->second.kind != MemoryKind::Registered) {
    return Result::InvalidValue;
  }
  allocations_.erase(found);
  return Result::Success;
}

std::optional<Allocation> MemoryTable::find(DevicePointer address) {
  const std::lock_guard lock(mutex_);
  auto after = allocations_.upper_bound(address);
  if (after == allocations_.begin()) return std::nullopt;
  const Allocation& candidate = std::prev(after)->second;
  if (address - candidate.base >= candidate.bytes) return std::nullopt;
  return candidate;
}

namespace {

Result allocate(MemoryKind kind, std::size_t bytes, DevicePointer* base) {
  if (base == nullptr) return Result::InvalidValue;
  Context* const context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  return MemoryTable::instance().allocate(kind, context->device(), bytes, *base);
}

Result allocate_host(void** pointer, std::size_t bytes) {
  if (pointer == nullptr) return Result::InvalidValue;
  DevicePointer base = 0;
  const Result result = allocate(MemoryKind::Host, bytes, &base);
  if (result == Result::Success) *pointer = to_bytes(base);
  return result;
}

}  // namespace

Result cuMemAlloc_v2(DevicePointer* pointer, std::size_t bytes) {
  return allocate(MemoryKind::Device, bytes, pointer);
}

Result cuMemAllocAsync(DevicePointer* pointer, std::size_t bytes, Stream* stream) {
  if (pointer == nullptr) return Result::InvalidValue;
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  return MemoryTable::instance().allocate(MemoryKind::Device, found->context().device(), bytes,
                                          *pointer);
}

Result cuMemAllocManaged(DevicePointer* pointer, std::size_t bytes, unsigned) {
  return allocate(MemoryKind::Managed, bytes, pointer);
}

Result cuMemAllocHost_v2(void** pointer, std::size_t bytes) {
  return allocate_host(pointer, bytes);
}

Result cuMemHostAlloc(void** pointer, std::size_t bytes, unsigned) {
  return allocate_host(pointer, bytes);
}

Result cuMemFree_v2(DevicePointer pointer) {
  return pointer == 0 ? Result::Success : MemoryTable::instance().free(pointer, false);
}

Result cuMemFreeAsync(DevicePointer pointer, Stream* stream) {
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  Result result = Result::Success;
  found->enqueue([&] { result = cuMemFree_v2(pointer); });
  return result;
}

Result cuMemFreeHost(void* pointer) {
  if (pointer == nullptr) return Result::Success;
  return MemoryTable::instance().free(reinterpret_cast<DevicePointer>(pointer), true);
}

Result cuMemHostRegister_v2(void* pointer, std::size_t bytes, unsigned) {
  Context* const context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  return MemoryTable::instance().register_host(context->device(),
                                               reinterpret_cast<DevicePointer>(pointer), bytes);
}

Result cuMemHostUnregister(void* pointer) {
  return MemoryTable::instance().unregister_host(reinterpret_cast<DevicePointer>(pointer));
}

Result cuMemHostGetDevicePointer_v2(DevicePointer* device_pointer, void* pointer, unsigned) {
  if (device_pointer == nullptr) return Result::InvalidValue;
  const auto address = reinterpret_cast<DevicePointer>(pointer);
  const auto found = MemoryTable::instance().find(address);
  if (!found || found->kind == MemoryKind::Device) return Result::InvalidValue;
  *device_pointer = address;
  return Result::Success;
}

Result cuMemGetInfo_v2(std::size_t* available, std::size_t* total) {
  Context* const context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  if (available != nullptr) *available = context->device().available();
  if (total != nullptr) *total = context->device().capacity();
  return Result::Success;
}

Result cuMemGetAddressRange_v2(DevicePointer* base, std::size_t* bytes, DevicePointer pointer) {
  const auto found = MemoryTable::instance().find(pointer);
  if (!found) return Result::NotFound;
  if (base != nullptr) *base = found->base;
  if (bytes != nullptr) *bytes = found->bytes;
  return Result::Success;
}

// Only the process itself can use the handle, and nobody opens it there: Realm asks for one for
// every frame buffer, and passes them to other processes of the node if there are any.
Result cuIpcGetMemHandle(IpcHandle* handle, DevicePointer pointer) {
  if (handle == nullptr || !MemoryTable::instance().find(pointer)) return Result::InvalidValue;
  std::memset(handle, 0, sizeof(*handle));
  std::memcpy(handle->reserved, &pointer, sizeof(pointer));
  return Result::Success;
}

}  // namespace castra::virtual_gpu
