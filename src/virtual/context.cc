#include "virtual/context.h"

#include <vector>

#include "virtual/device.h"
#include "virtual/entry_points.h"
#include "virtual/stream.h"

namespace castra::virtual_gpu {
namespace {

std::vector<Context*>& context_stack() {
  thread_local std::vector<Context*> stack;
  return stack;
}

}  // namespace

Context::Context(Device& device)
    : device_(device), default_stream_(std::make_unique<Stream>(*this, 0)) {}

Context::~Context() = default;

bool Context::enable_peer(const Context& peer) {
  const std::lock_guard lock(mutex_);
  return peers_.insert(&peer).second;
}

Context* Context::current() {
  const auto& stack = context_stack();
  return stack.empty() ? nullptr : stack.back();
}

Result cuCtxPushCurrent_v2(Context* context) {
  if (context == nullptr) return Result::InvalidContext;
  context_stack().push_back(context);
  return Result::Success;
}

Result cuCtxPopCurrent_v2(Context** context) {
  auto& stack = context_stack();
  if (stack.empty()) return Result::InvalidContext;
  if (context != nullptr) *context = stack.back();
  stack.pop_back();
  return Result::Success;
}

Result cuCtxSetCurrent(Context* context) {
  auto& stack = context_stack();
  if (!stack.empty()) stack.pop_back();
  if (context != nullptr) stack.push_back(context);
  return Result::Success;
}

Result cuCtxGetCurrent(Context** context) {
  if (context == nullptr) return Result::InvalidValue;
  *context = Context::current();
  return Result::Success;
}

Result cuCtxGetDevice_v2(int* device, Context* context) {
  if (device == nullptr) return Result::InvalidValue;
  if (context == nullptr) context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  *device = context->device().ordinal();
  return Result::Success;
}

Result cuCtxGetDevice(int* device) { return cuCtxGetDevice_v2(device, nullptr); }

Result cuCtxGetFlags(unsigned* flags) {
  if (flags == nullptr) return Result::InvalidValue;
  const Context* const context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  *flags = context->flags();
  return Result::Success;
}

Result cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  if (Context::current() == nullptr) return Result::InvalidContext;
  if (least != nullptr) *least = kLeastStreamPriority;
  if (greatest != nullptr) *greatest = kGreatestStreamPriority;
  return Result::Success;
}

Result cuCtxSynchronize_v2(Context* context) {
  const bool known = context != nullptr || Context::current() != nullptr;
  return known ? Result::Success : Result::InvalidContext;
}

Result cuCtxSynchronize() { return cuCtxSynchronize_v2(nullptr); }

Result cuCtxRecordEvent(Context* context, Event* event) {
  if (event == nullptr) return Result::InvalidHandle;
  if (context == nullptr) context = Context::current();
  if (context == nullptr) return Result::InvalidContext;
  event->record(context->default_stream());
  return Result::Success;
}

Result cuCtxEnablePeerAccess(Context* peer, unsigned flags) {
  Context* const context = Context::current();
  if (context == nullptr || peer == nullptr || peer == context) return Result::InvalidContext;
  if (flags != 0) return Result::InvalidValue;
  return context->enable_peer(*peer) ? Result::Success : Result::PeerAccessAlreadyEnabled;
}

// A virtual GPU has no caches, stacks or heaps to size: any request is met.
Result cuCtxSetLimit(int, std::size_t) { return Result::Success; }
Result cuCtxSetCacheConfig(int) { return Result::Success; }
Result cuCtxSetSharedMemConfig(int) { return Result::Success; }

}  // namespace castra::virtual_gpu
