#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "virtual/kernel.h"

namespace castra::virtual_gpu {

/// A loaded module or library. Its image is device code, which is never looked at: functions are
/// known by name alone, and one without a host body exists but cannot be launched.
class Module {
 public:
  /// Owned by the module; equal names give the same object.
  Kernel& kernel(const std::string& name);

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Kernel>> kernels_;
};

}  // namespace castra::virtual_gpu
