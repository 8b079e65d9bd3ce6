#include <cstring>

#include "virtual/entry_points.h"
#include "virtual/fill.h"
#include "virtual/stream.h"

namespace castra::virtual_gpu {
namespace {

/// Sets `height` rows, `pitch` bytes apart, of `width` elements each.
template <class T>
Result set_rows(Stream* stream, DevicePointer to, std::size_t pitch, T value, std::size_t width,
                std::size_t height) {
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  if (width == 0 || height == 0) return Result::Success;
  if (to == 0 || to % sizeof(T) != 0) return Result::InvalidValue;
  if (height > 1 && (pitch < width * sizeof(T) || pitch % sizeof(T) != 0)) {
    return Result::InvalidValue;
  }
  found->enqueue([&] {
    for (std::size_t row = 0; row < height; ++row) {
      fill_pattern(to_bytes(to) + row * pitch, &value, sizeof(T), width);
    }
  });
  return Result::Success;
}

}  // namespace

Result cuMemsetD8Async(DevicePointer to, unsigned char value, std::size_t count, Stream* stream) {
  return set_rows(stream, to, count, value, count, 1);
}
Result cuMemsetD16Async(DevicePointer to, unsigned short value, std::size_t count, Stream* stream) {
  return set_rows(stream, to, 0, value, count, 1);
}
Result cuMemsetD32Async(DevicePointer to, unsigned value, std::size_t count, Stream* stream) {
  return set_rows(stream, to, 0, value, count, 1);
}
Result cuMemsetD2D8Async(DevicePointer to, std::size_t pitch, unsigned char value,
                         std::size_t width, std::size_t height, Stream* stream) {
  return set_rows(stream, to, pitch, value, width, height);
}
Result cuMemsetD2D16Async(DevicePointer to, std::size_t pitch, unsigned short value,
                          std::size_t width, std::size_t height, Stream* stream) {
  return set_rows(stream, to, pitch, value, width, height);
}
Result cuMemsetD2D32Async(DevicePointer to, std::size_t pitch, unsigned value, std::size_t width,
                          std::size_t height, Stream* stream) {
  return set_rows(stream, to, pitch, value, width, height);
}
Result cuMemsetD8_v2(DevicePointer to, unsigned char value, std::size_t count) {
  return set_rows(nullptr, to, 0, value, count, 1);
}
Result cuMemsetD32_v2(DevicePointer to, unsigned value, std::size_t count) {
  return set_rows(nullptr, to, 0, value, count, 1);
}

}  // namespace castra::virtual_gpu
