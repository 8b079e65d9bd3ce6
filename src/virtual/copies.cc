#include <cstring>
#include <optional>

#include "virtual/context.h"
#include "virtual/entry_points.h"
#include "virtual/stream.h"

namespace castra::virtual_gpu {
namespace {

/// A box of bytes: rows of `width`, `height` rows per slice, `depth` slices.
struct Box {
  std::size_t width;
  std::size_t height;
  std::size_t depth;
};

/// One side of a copy: address of the first byte, distance of rows and of slices in bytes.
struct Side {
  std::byte* first;
  std::size_t pitch;
  std::size_t slice;
};

std::optional<std::byte*> address(MemoryType type, const void* host, DevicePointer device) {
  switch (type) {
    case MemoryType::Host:
      return static_cast<std::byte*>(const_cast<void*>(host));
    case MemoryType::Device:
    case MemoryType::Unified:
      return to_bytes(device);
    case MemoryType::Array:
      break;
  }
  return std::nullopt;
}

void copy_box(const Side& to, const Side& from, const Box& box) {
  const bool rows_dense = to.pitch == box.width && from.pitch == box.width;
  const std::size_t line = rows_dense ? box.width * box.height : box.width;
  const std::size_t lines = rows_dense ? 1 : box.height;
  for (std::size_t z = 0; z < box.depth; ++z) {
    for (std::size_t y = 0; y < lines; ++y) {
      std::memmove(to.first + z * to.slice + y * to.pitch,
                   from.first + z * from.slice + y * from.pitch, line);
    }
  }
}

Result enqueue_copy(Stream* stream, const Side& to, const Side& from, const Box& box) {
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  if (box.width == 0 || box.height == 0 || box.depth == 0) return Result::Success;
  if (to.first == nullptr || from.first == nullptr) return Result::InvalidValue;
  found->enqueue([&] { copy_box(to, from, box); });
  return Result::Success;
}

Result copy_1d(Stream* stream, void* to, const void* from, std::size_t bytes) {
  auto* const source = static_cast<std::byte*>(const_cast<void*>(from));
  return enqueue_copy(stream, {static_cast<std::byte*>(to), bytes, bytes}, {source, bytes, bytes},
                      {bytes, 1, 1});
}

Result copy_2d(Stream* stream, const Copy2D* copy) {
  if (copy == nullptr) return Result::InvalidValue;
  const auto from = address(copy->src_type, copy->src_host, copy->src_device);
  const auto to = address(copy->dst_type, copy->dst_host, copy->dst_device);
  if (!from || !to) return Result::NotSupported;
  const bool narrow = copy->src_pitch < copy->src_x_bytes + copy->width_bytes ||
                      copy->dst_pitch < copy->dst_x_bytes + copy->width_bytes;
  if (narrow && copy->height > 1) return Result::InvalidValue;
  return enqueue_copy(
      stream, {*to + copy->dst_y * copy->dst_pitch + copy->dst_x_bytes, copy->dst_pitch, 0},
      {*from + copy->src_y * copy->src_pitch + copy->src_x_bytes, copy->src_pitch, 0},
      {copy->width_bytes, copy->height, 1});
}

Result copy_3d(Stream* stream, const Copy3D* copy) {
  if (copy == nullptr) return Result::InvalidValue;
  const auto from = address(copy->src_type, copy->src_host, copy->src_device);
  const auto to = address(copy->dst_type, copy->dst_host, copy->dst_device);
  if (!from || !to) return Result::NotSupported;
  const bool narrow = copy->src_pitch < copy->src_x_bytes + copy->width_bytes ||
                      copy->dst_pitch < copy->dst_x_bytes + copy->width_bytes;
  if (narrow && copy->height > 1) return Result::InvalidValue;
  if ((copy->src_height < copy->height || copy->dst_height < copy->height) && copy->depth > 1) {
    return Result::InvalidValue;
  }
  const std::size_t src_slice = copy->src_pitch * copy->src_height;
  const std::size_t dst_slice = copy->dst_pitch * copy->dst_height;
  return enqueue_copy(
      stream,
      {*to + copy->dst_z * dst_slice + copy->dst_y * copy->dst_pitch + copy->dst_x_bytes,
       copy->dst_pitch, dst_slice},
      {*from + copy->src_z * src_slice + copy->src_y * copy->src_pitch + copy->src_x_bytes,
       copy->src_pitch, src_slice},
      {copy->width_bytes, copy->height, copy->depth});
}

}  // namespace

Result cuMemcpyAsync(DevicePointer to, DevicePointer from, std::size_t bytes, Stream* stream) {
  return copy_1d(stream, to_bytes(to), to_bytes(from), bytes);
}

Result cuMemcpy(DevicePointer to, DevicePointer from, std::size_t bytes) {
  return copy_1d(nullptr, to_bytes(to), to_bytes(from), bytes);
}

Result cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, std::size_t bytes,
                            Stream* stream) {
  return copy_1d(stream, to_bytes(to), to_bytes(from), bytes);
}

Result cuMemcpyDtoD_v2(DevicePointer to, DevicePointer from, std::size_t bytes) {
  return copy_1d(nullptr, to_bytes(to), to_bytes(from), bytes);
}

Result cuMemcpyDtoHAsync_v2(void* to, DevicePointer from, std::size_t bytes, Stream* stream) {
  return copy_1d(stream, to, to_bytes(from), bytes);
}

Result cuMemcpyDtoH_v2(void* to, DevicePointer from, std::size_t bytes) {
  return copy_1d(nullptr, to, to_bytes(from), bytes);
}

Result cuMemcpyHtoDAsync_v2(DevicePointer to, const void* from, std::size_t bytes, Stream* stream) {
  return copy_1d(stream, to_bytes(to), from, bytes);
}

Result cuMemcpyHtoD_v2(DevicePointer to, const void* from, std::size_t bytes) {
  return copy_1d(nullptr, to_bytes(to), from, bytes);
}

Result cuMemcpyPeerAsync(DevicePointer to, Context*, DevicePointer from, Context*,
                         std::size_t bytes, Stream* stream) {
  return copy_1d(stream, to_bytes(to), to_bytes(from), bytes);
}

Result cuMemcpy2DAsync_v2(const Copy2D* copy, Stream* stream) { return copy_2d(stream, copy); }
Result cuMemcpy2D_v2(const Copy2D* copy) { return copy_2d(nullptr, copy); }
Result cuMemcpy3DAsync_v2(const Copy3D* copy, Stream* stream) { return copy_3d(stream, copy); }
Result cuMemcpy3D_v2(const Copy3D* copy) { return copy_3d(nullptr, copy); }

}  // namespace castra::virtual_gpu
