#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

#include "virtual/types.h"

namespace castra::virtual_gpu {

class Device;

/// The primary context of a device, the only kind there is.
class Context {
 public:
  explicit Context(Device& device);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Device& device() { return device_; }
  /// What the stream values 0, kLegacyStream and kPerThreadStream mean while this is current.
  Stream& default_stream() { return *default_stream_; }

  void set_flags(unsigned flags) { flags_ = flags; }
  unsigned flags() const { return flags_; }

  /// False if it was enabled before.
  bool enable_peer(const Context& peer);

  /// The calling thread's current context; null if it has none.
  static Context* current();

 private:
  Device& device_;
  std::unique_ptr<Stream> default_stream_;
  std::atomic<unsigned> flags_{0};
  std::mutex mutex_;
  std::set<const Context*> peers_;
};

}  // namespace castra::virtual_gpu
