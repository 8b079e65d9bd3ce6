#include "machine/kinds.h"

#include "support/check.h"

namespace castra {

std::string_view to_string(ProcessorKind kind) {
  switch (kind) {
    case ProcessorKind::Cpu:
      return "CPU";
    case ProcessorKind::Gpu:
      return "GPU";
    case ProcessorKind::Omp:
      return "OMP";
    case ProcessorKind::Io:
      return "IO";
    case ProcessorKind::Py:
      return "PY";
    case ProcessorKind::Proc:
      return "PROC";
  }
  CASTRA_CHECK(false, "unknown processor kind");
}

std::string_view to_string(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::System:
      return "SYSMEM";
    case MemoryKind::FrameBuffer:
      return "FBMEM";
    case MemoryKind::ZeroCopy:
      return "ZCMEM";
    case MemoryKind::Socket:
      return "SOCKMEM";
    case MemoryKind::Registered:
      return "RDMEM";
    case MemoryKind::Virtual:
      return "VIRTUAL";
  }
  CASTRA_CHECK(false, "unknown memory kind");
}

std::optional<ProcessorKind> parse_processor_kind(std::string_view word) {
  for (ProcessorKind kind : kAllProcessorKinds) {
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

std::optional<MemoryKind> parse_memory_kind(std::string_view word) {
  for (MemoryKind kind : kAllMemoryKinds) {
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

}  // namespace castra
