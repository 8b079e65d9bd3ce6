#pragma once

#include <cstdint>
#include <string_view>

namespace castra {

/// From where idle processors may take a task over.
enum class StealScope : std::uint8_t { SameNode, AnyNode };

/// As a TaskSteal statement says it.
constexpr std::string_view to_string(StealScope scope) {
  return scope == StealScope::AnyNode ? "ANY_NODE" : "SAME_NODE";
}

}  // namespace castra
