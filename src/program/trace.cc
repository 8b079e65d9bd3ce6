#include "program/trace.h"

#include <fmt/format.h>

namespace castra {

std::string to_string(const ProcessorName& name) {
  return fmt::format("{} {}.{}", to_string(name.kind), name.node, name.index);
}

std::string to_string(const MemoryName& name) {
  return fmt::format("{} {}.{}", to_string(name.kind), name.node, name.index);
}

}  // namespace castra
