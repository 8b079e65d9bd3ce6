#include <legion.h>

#include "circuit/charge_sum.h"
#include "circuit/gpu_kernels.h"

namespace castra::apps::circuit {

// Compiled by nvcc, so that Realm's templates give the operator its device kernels.
void register_charge_sum_with_gpu_kernels() {
  Legion::Runtime::register_reduction_op<ChargeSum>(kChargeSumId);
}

}  // namespace castra::apps::circuit
