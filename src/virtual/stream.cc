#include "virtual/stream.h"

#include <chrono>

#include "virtual/context.h"
#include "virtual/entry_points.h"

namespace castra::virtual_gpu {

Stream* Stream::resolve(Stream* handle) {
  const auto value = reinterpret_cast<std::uintptr_t>(handle);
  if (value != 0 && value != kLegacyStream && value != kPerThreadStream) return handle;
  Context* const context = Context::current();
  return context == nullptr ? nullptr : &context->default_stream();
}

void Event::record(Stream& stream) {
  stream.enqueue([this] {
    recorded_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::steady_clock::now().time_since_epoch())
                       .count();
  });
}

Result cuStreamCreateWithPriority(Stream** stream, unsigned, int priority) {
  if (stream == nullptr) return Result::InvalidValue;
  Context* const context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  *stream = new Stream(*context, priority);
  return Result::Success;
}

Result cuStreamCreate(Stream** stream, unsigned flags) {
  return cuStreamCreateWithPriority(stream, flags, kLeastStreamPriority);
}

Result cuStreamDestroy_v2(Stream* stream) {
  Stream* const found = Stream::resolve(stream);
  if (found != stream || found == nullptr) return Result::InvalidHandle;
  delete stream;
  return Result::Success;
}

Result cuStreamSynchronize(Stream* stream) {
  return Stream::resolve(stream) == nullptr ? Result::InvalidContext : Result::Success;
}

Result cuStreamQuery(Stream* stream) { return cuStreamSynchronize(stream); }

Result cuStreamWaitEvent(Stream* stream, Event* event, unsigned) {
  if (event == nullptr) return Result::InvalidHandle;
  return cuStreamSynchronize(stream);
}

Result cuStreamAddCallback(Stream* stream, StreamCallback callback, void* data, unsigned) {
  if (callback == nullptr) return Result::InvalidValue;
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  found->enqueue([&] { callback(stream, Result::Success, data); });
  return Result::Success;
}

Result cuLaunchHostFunc(Stream* stream, HostFunction function, void* data) {
  if (function == nullptr) return Result::InvalidValue;
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  found->enqueue([&] { function(data); });
  return Result::Success;
}

Result cuEventCreate(Event** event, unsigned) {
  if (event == nullptr) return Result::InvalidValue;
  if (Context::current() == nullptr) return Result::InvalidContext;
  *event = new Event;
  return Result::Success;
}

Result cuEventDestroy_v2(Event* event) {
  if (event == nullptr) return Result::InvalidHandle;
  delete event;
  return Result::Success;
}

Result cuEventRecord(Event* event, Stream* stream) {
  if (event == nullptr) return Result::InvalidHandle;
  Stream* const found = Stream::resolve(stream);
  if (found == nullptr) return Result::InvalidContext;
  event->record(*found);
  return Result::Success;
}

// An event that was never recorded counts as complete, as the manual says.
Result cuEventQuery(Event* event) {
  return event == nullptr ? Result::InvalidHandle : Result::Success;
}

Result cuEventSynchronize(Event* event) { return cuEventQuery(event); }

Result cuEventElapsedTime(float* milliseconds, Event* start, Event* end) {
  if (milliseconds == nullptr) return Result::InvalidValue;
  if (start == nullptr || end == nullptr || !start->recorded() || !end->recorded()) {
    return Result::InvalidHandle;
  }
  *milliseconds = static_cast<float>(end->completed_ns() - start->completed_ns()) / 1e6F;
  return Result::Success;
}

}  // namespace castra::virtual_gpu
