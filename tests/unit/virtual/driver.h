#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"
#include "virtual/config.h"
#include "virtual/entry_points.h"

namespace castra::virtual_gpu {

/// Environment of one loaded driver; null leaves a variable unset.
struct Environment {
  const char* devices = nullptr;
  const char* memory = nullptr;
  const char* name = nullptr;
};

/// A freshly loaded copy of the built library. A driver reads its environment once, so every test
/// loads a copy from a path of its own. Never unloaded: drivers live as long as the process.
class LoadedDriver {
 public:
  explicit LoadedDriver(const Environment& environment) {
    set(kDeviceCountVariable, environment.devices);
    set(kDeviceMemoryVariable, environment.memory);
    set(kDeviceNameVariable, environment.name);
    const auto folder = TemporaryDirectory::create();
    const std::string copy = folder->path() + "/libcuda.so.1";
    std::filesystem::copy_file(CASTRA_BUILD_DIR "/lib/castra/virtual/libcuda.so.1", copy);
    handle_ = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) ADD_FAILURE() << ::dlerror();
  }

  /// The exported function of that name, or null.
  void* symbol(const char* name) const { return ::dlsym(handle_, name); }
  template <class Function>
  Function get(const char* name) const {
    return reinterpret_cast<Function>(symbol(name));
  }

 private:
  static void set(const char* name, const char* value) {
    if (value == nullptr) {
      ::unsetenv(name);
    } else {
      ::setenv(name, value, 1);
    }
  }
  void* handle_ = nullptr;
};

/// Calls an exported function of a LoadedDriver: CALL(driver, cuInit)(0).
#define CALL(driver, function) (driver).get<decltype(&virtual_gpu::function)>(#function)

/// Two devices of 64 MiB, the first one's context current.
class WithDevices : public testing::Test {
 protected:
  static constexpr std::size_t kMemory = std::size_t{64} << 20;

  void SetUp() override {
    ASSERT_EQ(CALL(driver_, cuInit)(0), Result::Success);
    ASSERT_EQ(CALL(driver_, cuDevicePrimaryCtxRetain)(&first_, 0), Result::Success);
    ASSERT_EQ(CALL(driver_, cuDevicePrimaryCtxRetain)(&second_, 1), Result::Success);
    ASSERT_EQ(CALL(driver_, cuCtxPushCurrent_v2)(first_), Result::Success);
  }
  void TearDown() override {
    EXPECT_EQ(CALL(driver_, cuCtxPopCurrent_v2)(nullptr), Result::Success);
  }

  LoadedDriver driver_{{"2", "67108864", "Test GPU"}};
  Context* first_ = nullptr;
  Context* second_ = nullptr;
};

/// A small deterministic generator for test data.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  /// In [least, most].
  std::size_t between(std::size_t least, std::size_t most) {
    return least + next() % (most - least + 1);
  }
  std::vector<std::byte> bytes(std::size_t count) {
    std::vector<std::byte> data(count);
    for (std::byte& b : data) b = static_cast<std::byte>(next() >> 32);
    return data;
  }

 private:
  std::uint64_t state_;
};

inline DevicePointer address_of(const void* pointer) {
  return reinterpret_cast<DevicePointer>(pointer);
}

}  // namespace castra::virtual_gpu
