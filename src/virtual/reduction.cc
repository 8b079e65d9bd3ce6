#include <map>
#include <memory>
#include <mutex>

#include "virtual/entry_points.h"
#include "virtual/kernel.h"

namespace castra::virtual_gpu {
namespace {

/// Realm's type of a reduction operator's apply and fold loops on a CPU.
using CpuLoop = void (*)(void* to, std::size_t to_stride, const void* from, std::size_t from_stride,
                         std::size_t count, const void* userdata);

// Realm's arguments for reduction kernels: destination, its stride, source, its stride, count (one
// word each; strides in bytes), then the operator object.
constexpr std::size_t kOperatorWord = 5;

void run(CpuLoop loop, const std::byte* words, const void* operation) {
  loop(to_bytes(word(words, 0)), word(words, 1), to_bytes(word(words, 2)), word(words, 3),
       word(words, 4), operation);
}

void run(CpuLoop loop, const Arguments& arguments) {
  void** const pointers = arguments.pointers();
  if (pointers == nullptr) {
    const std::byte* const packed = arguments.structure();
    run(loop, packed, packed + kOperatorWord * sizeof(std::uint64_t));
    return;
  }
  std::uint64_t words[kOperatorWord];
  for (std::size_t i = 0; i < kOperatorWord; ++i)
    std::memcpy(&words[i], pointers[i], sizeof(words[i]));
  run(loop, reinterpret_cast<const std::byte*>(words), pointers[kOperatorWord]);
}

}  // namespace

void* castra_virtual_reduction_kernel(void* fold_or_apply) {
  static auto* const mutex = new std::mutex;
  static auto* const kernels = new std::map<void*, std::unique_ptr<Kernel>>;
  if (fold_or_apply == nullptr) return nullptr;
  const std::lock_guard lock(*mutex);
  auto& kernel = (*kernels)[fold_or_apply];
  if (!kernel) {
    const auto loop = reinterpret_cast<CpuLoop>(fold_or_apply);
    kernel = std::make_unique<Kernel>("reduction",
                                      [loop](const Arguments& arguments) { run(loop, arguments); });
  }
  return kernel.get();
}

}  // namespace castra::virtual_gpu
