#pragma once

#include <string>

#include "machine/kinds.h"

namespace castra {

/// "GPU, CPU": processor or memory kinds in the order given.
template <typename Kinds>
std::string joined(const Kinds& kinds) {
  std::string out;
  for (const auto kind : kinds) {
    if (!out.empty()) out += ", ";
    out += to_string(kind);
  }
  return out;
}

}  // namespace castra
