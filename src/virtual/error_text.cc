#include "virtual/entry_points.h"

namespace castra::virtual_gpu {
namespace {

struct ErrorText {
  Result result;
  const char* name;
  const char* text;
};

constexpr ErrorText kErrorTexts[] = {
    {Result::Success, "CUDA_SUCCESS", "no error"},
    {Result::InvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {Result::OutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {Result::NotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "cuInit has not been called"},
    {Result::NoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {Result::InvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {Result::InvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "no valid context is current"},
    {Result::InvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {Result::NotFound, "CUDA_ERROR_NOT_FOUND", "no such name"},
    {Result::PeerAccessAlreadyEnabled, "CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED",
     "peer access is already enabled"},
    {Result::NotSupported, "CUDA_ERROR_NOT_SUPPORTED", "not supported by virtual GPUs"},
};

const ErrorText* find(Result error) {
  for (const ErrorText& entry : kErrorTexts) {
    if (entry.result == error) return &entry;
  }
  return nullptr;
}

}  // namespace

Result cuGetErrorName(Result error, const char** name) {
  if (name == nullptr) return Result::InvalidValue;
  const ErrorText* const entry = find(error);
  // An unknown code still gets a printable text: callers print it without looking at the result.
  *name = entry == nullptr ? "CUDA_ERROR_UNKNOWN" : entry->name;
  return entry == nullptr ? Result::InvalidValue : Result::Success;
}

Result cuGetErrorString(Result error, const char** text) {
  if (text == nullptr) return Result::InvalidValue;
  const ErrorText* const entry = find(error);
  *text = entry == nullptr ? "unknown error" : entry->text;
  return entry == nullptr ? Result::InvalidValue : Result::Success;
}

}  // namespace castra::virtual_gpu
