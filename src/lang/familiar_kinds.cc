#include "lang/familiar_kinds.h"

#include <array>
#include <utility>

namespace castra::lang {

std::string_view familiar_kind(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 33> kFamiliar = {{
      {"TOC_PROC", "GPU"},      {"LOC_PROC", "CPU"},
      {"OMP_PROC", "OMP"},      {"IO_PROC", "IO"},
      {"PY_PROC", "PY"},        {"PROC_SET", "PROC"},
      {"PROC_GROUP", "PROC"},   {"TOC", "GPU"},
      {"LOC", "CPU"},           {"GPU_PROC", "GPU"},
      {"CPU_PROC", "CPU"},      {"PYTHON", "PY"},
      {"GPU_FB_MEM", "FBMEM"},  {"SOCKET_MEM", "SOCKMEM"},
      {"REGDMA_MEM", "RDMEM"},  {"SYS_MEM", "SYSMEM"},
      {"ZC_MEM", "ZCMEM"},      {"Z_COPY", "ZCMEM"},
      {"HBM", "FBMEM"},         {"VRAM", "FBMEM"},
      {"DRAM", "SYSMEM"},       {"SYSMEMORY", "SYSMEM"},
      {"SOCKETMEM", "SOCKMEM"}, {"FRAMEBUFFER", "FBMEM"},
      {"FB_MEM", "FBMEM"},      {"GPUMEM", "FBMEM"},
      {"ZEROCOPY", "ZCMEM"},    {"Z_COPY_MEM", "ZCMEM"},
      {"SYSTEM_MEM", "SYSMEM"}, {"CPUMEM", "SYSMEM"},
      {"RAM", "SYSMEM"},        {"CUDA", "GPU"},
      {"OPENMP", "OMP"},
  }};
  for (const auto& [familiar, right] : kFamiliar) {
    if (word == familiar) return right;
  }
  return {};
}

}  // namespace castra::lang
