#pragma once

namespace castra::virtual_gpu {

inline constexpr int kMultiprocessors = 56;
inline constexpr int kMaxThreadsPerBlock = 1024;
inline constexpr int kMaxThreadsPerMultiprocessor = 2048;
inline constexpr int kMaxSharedMemoryPerBlock = 48 * 1024;

/// Value of a CUdevice_attribute. An attribute that names a feature which virtual GPUs lack, or
/// that is unknown, is 0.
int device_attribute(int attribute, int ordinal);

}  // namespace castra::virtual_gpu
