#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "virtual/config.h"
#include "virtual/types.h"

namespace castra::virtual_gpu {

/// One virtual GPU: its memory account and its primary context. Lives as long as the process.
class Device {
 public:
  Device(int ordinal, const Config& config);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  int ordinal() const { return ordinal_; }
  const std::string& name() const { return name_; }
  Context& context() { return *context_; }

  /// Bytes of memory in all.
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t available();
  /// Takes `bytes` from the account; false, and nothing taken, if fewer are available.
  bool reserve(std::uint64_t bytes);
  void release(std::uint64_t bytes);
  /// True once: callers report the first refusal only, as programs may probe until a memory is
  /// full.
  bool first_refusal() { return !refused_.exchange(true); }

 private:
  const int ordinal_;
  const std::string name_;
  const std::uint64_t capacity_;
  std::mutex mutex_;
  std::uint64_t used_ = 0;
  std::atomic<bool> refused_{false};
  std::unique_ptr<Context> context_;
};

/// The devices of this process. They appear with the first cuInit and are never destroyed, because
/// callers may still free memory from their static destructors.
class Driver {
 public:
  static Driver& instance();

  /// Reads the environment on the first call; later calls repeat its answer.
  Result initialise();
  bool initialised();
  int count();
  /// Null if there is no such device or cuInit has not succeeded.
  Device* device(int ordinal);

 private:
  std::mutex mutex_;
  bool read_ = false;
  std::vector<std::unique_ptr<Device>> devices_;
};

}  // namespace castra::virtual_gpu
