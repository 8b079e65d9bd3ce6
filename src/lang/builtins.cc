#include "lang/builtins.h"

#include <array>

namespace castra::lang {
namespace {

constexpr std::array<TransformInfo, 9> kTransforms = {{
    {"merge", 2, false, "merge(0, 1)"},
    {"split", 2, false, "split(dimension, factor)"},
    {"swap", 2, false, "swap(0, 1)"},
    {"slice", 3, false, "slice(dimension, low, high)"},
    {"reverse", 1, false, "reverse(dimension)"},
    {"balance_split", 2, false, "balance_split(dimension, parts)"},
    {"auto_split", 2, true, "auto_split(dimension, task.ispace)"},
    {"greedy_split", 2, true, "greedy_split(dimension, task.ispace)"},
    {"decompose", 2, true, "decompose(dimension, task.ispace)"},
}};

}  // namespace

std::span<const TransformInfo> transforms() { return kTransforms; }

const TransformInfo* find_transform(std::string_view name) {
  for (const TransformInfo& transform : kTransforms) {
    if (transform.name == name) return &transform;
  }
  return nullptr;
}

bool kind_has(ProcessorKind processor, MemoryKind memory) {
  switch (memory) {
    case MemoryKind::Virtual:
      return false;
    case MemoryKind::FrameBuffer:
      return processor == ProcessorKind::Gpu;
    case MemoryKind::ZeroCopy:
      return true;
    case MemoryKind::System:
    case MemoryKind::Socket:
    case MemoryKind::Registered:
      return processor != ProcessorKind::Gpu;
  }
  return false;
}

}  // namespace castra::lang
