#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__CUDACC__)
#define CASTRA_HOST_DEVICE __host__ __device__
#else
#define CASTRA_HOST_DEVICE
#endif

namespace castra::apps {

/// One field of a one-dimensional instance, indexed by the region's own point ids. Any affine
/// layout fits: the stride is in bytes, so arrays of structures and padded ones work like separate
/// arrays. A view: the instance must outlive it.
template <typename T>
class Column {
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;

 public:
  Column() = default;

  /// Point `lo` lies at `first`, and each following point `stride_bytes` further.
  Column(T* first, std::int64_t lo, std::ptrdiff_t stride_bytes)
      : first_(reinterpret_cast<Byte*>(first)), lo_(lo), stride_(stride_bytes) {}

  CASTRA_HOST_DEVICE T& operator[](std::int64_t id) const {
    return *reinterpret_cast<T*>(first_ + (id - lo_) * stride_);
  }

 private:
  Byte* first_ = nullptr;
  std::int64_t lo_ = 0;
  std::ptrdiff_t stride_ = sizeof(T);
};

}  // namespace castra::apps
