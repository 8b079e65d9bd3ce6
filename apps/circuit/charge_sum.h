#pragma once

#include "circuit/kernels.h"

namespace castra::apps::circuit {

/// Id of the operator in Legion.
inline constexpr int kChargeSumId = 1;

/// Sum of charges; the non-exclusive forms are for instances that several tasks add to at once.
struct ChargeSum {
  using LHS = float;
  using RHS = float;
  static constexpr float identity = 0.0f;

  template <bool kExclusive>
  CASTRA_HOST_DEVICE static void apply(LHS& sum, RHS value) {
    if (kExclusive) {
      sum += value;
    } else {
      add_atomically(sum, value);
    }
  }
  template <bool kExclusive>
  CASTRA_HOST_DEVICE static void fold(RHS& sum, RHS value) {
    apply<kExclusive>(sum, value);
  }
};

}  // namespace castra::apps::circuit
