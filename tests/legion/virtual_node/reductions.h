#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

namespace castra::virtual_node {

struct SumOfLongs {
  using LHS = std::uint64_t;
  using RHS = std::uint64_t;
  static constexpr RHS identity = 0;
  template <bool kExclusive>
  static void apply(LHS& to, RHS value) {
    if constexpr (kExclusive) {
      to += value;
    } else {
      std::atomic_ref<LHS>(to).fetch_add(value);
    }
  }
  template <bool kExclusive>
  static void fold(RHS& to, RHS value) {
    apply<kExclusive>(to, value);
  }
};

struct MaxOfInts {
  using LHS = std::int32_t;
  using RHS = std::int32_t;
  static constexpr RHS identity = std::numeric_limits<std::int32_t>::min();
  template <bool kExclusive>
  static void apply(LHS& to, RHS value) {
    if constexpr (kExclusive) {
      to = std::max(to, value);
    } else {
      std::atomic_ref<LHS> shared(to);
      LHS seen = shared.load();
      while (seen < value && !shared.compare_exchange_weak(seen, value)) {
      }
    }
  }
  template <bool kExclusive>
  static void fold(RHS& to, RHS value) {
    apply<kExclusive>(to, value);
  }
};

}  // namespace castra::virtual_node
