#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "virtual/types.h"

namespace castra::virtual_gpu {

inline constexpr int kLeastStreamPriority = 0;
inline constexpr int kGreatestStreamPriority = -5;

/// A queue of operations of one context. Everything a device does passes through `enqueue`, which
/// is the one place that decides when an operation takes effect and when it is complete: here, both
/// before it returns. Streams of a thread are therefore ordered as the calls are, which is stricter
/// than what callers may rely on.
class Stream {
 public:
  Stream(Context& context, int priority) : context_(context), priority_(priority) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Context& context() const { return context_; }
  int priority() const { return priority_; }

  template <class Work>
  void enqueue(Work&& work) {
    std::forward<Work>(work)();
  }

  /// The object for a handle, in which 0 and the two reserved values mean the current context's
  /// default stream; null if there is no current context.
  static Stream* resolve(Stream* handle);

 private:
  Context& context_;
  const int priority_;
};

/// A point in a stream. Complete as soon as it is recorded, like the operations before it.
class Event {
 public:
  void record(Stream& stream);
  bool recorded() const { return recorded_ns_ != kNever; }
  /// When the recorded work was complete, on the host's monotonic clock, in nanoseconds.
  std::int64_t completed_ns() const { return recorded_ns_; }

 private:
  static constexpr std::int64_t kNever = -1;
  std::atomic<std::int64_t> recorded_ns_{kNever};
};

}  // namespace castra::virtual_gpu
