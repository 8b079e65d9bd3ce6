#include "virtual/context.h"
#include "virtual/device.h"
#include "virtual/entry_points.h"
#include "virtual/memory.h"

namespace castra::virtual_gpu {
namespace {

/// CUpointer_attribute, values of the public reference manual.
enum Attribute : int {
  kAttributeContext = 1,
  kAttributeMemoryType = 2,
  kAttributeDevicePointer = 3,
  kAttributeHostPointer = 4,
  kAttributeIsManaged = 8,
  kAttributeDeviceOrdinal = 9,
  kAttributeRangeStart = 11,
  kAttributeRangeSize = 12,
  kAttributeMapped = 13,
};

template <class T>
void store(void* where, T value) {
  *static_cast<T*>(where) = value;
}

bool on_host(MemoryKind kind) { return kind == MemoryKind::Host || kind == MemoryKind::Registered; }

Result get_attribute(void* data, int attribute, DevicePointer pointer, const Allocation& memory) {
  switch (attribute) {
    case kAttributeContext:
      store(data, &memory.device->context());
      return Result::Success;
    case kAttributeMemoryType:
      store(data, on_host(memory.kind) ? MemoryType::Host : MemoryType::Device);
      return Result::Success;
    case kAttributeDevicePointer:
      store(data, pointer);
      return Result::Success;
    case kAttributeHostPointer:
      store(data, memory.kind == MemoryKind::Device ? nullptr : to_bytes(pointer));
      return Result::Success;
    case kAttributeIsManaged:
      store(data, memory.kind == MemoryKind::Managed ? 1U : 0U);
      return Result::Success;
    case kAttributeDeviceOrdinal:
      store(data, memory.device->ordinal());
      return Result::Success;
    case kAttributeRangeStart:
      store(data, memory.base);
      return Result::Success;
    case kAttributeRangeSize:
      store(data, memory.bytes);
      return Result::Success;
    case kAttributeMapped:
      store(data, 1U);
      return Result::Success;
    default:
      return Result::NotSupported;
  }
}

}  // namespace

Result cuPointerGetAttribute(void* data, int attribute, DevicePointer pointer) {
  const auto memory = MemoryTable::instance().find(pointer);
  if (data == nullptr || !memory) return Result::InvalidValue;
  return get_attribute(data, attribute, pointer, *memory);
}

Result cuPointerGetAttributes(unsigned count, int* attributes, void** data, DevicePointer pointer) {
  const auto memory = MemoryTable::instance().find(pointer);
  if (attributes == nullptr || data == nullptr || !memory) return Result::InvalidValue;
  for (unsigned i = 0; i < count; ++i) {
    const Result result = get_attribute(data[i], attributes[i], pointer, *memory);
    if (result != Result::Success) return result;
  }
  return Result::Success;
}

}  // namespace castra::virtual_gpu
