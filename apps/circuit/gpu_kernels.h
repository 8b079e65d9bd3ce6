#pragma once

#include "circuit/kernels.h"

struct CUstream_st;

namespace castra::apps::circuit {

// The three kernels as CUDA launches on `stream`; they return before the work is done.
void solve_wires_on_gpu(const CurrentsView& view, IdRange wires, std::int64_t steps,
                        CUstream_st* stream);
void distribute_on_gpu(const ChargeView& view, IdRange wires, CUstream_st* stream);
void update_on_gpu(const VoltageView& view, IdRange nodes, CUstream_st* stream);

/// Stores `value` at `id` once everything before it on the stream is done.
void store_on_gpu(const Column<std::int64_t>& column, std::int64_t id, std::int64_t value,
                  CUstream_st* stream);
void wait_for_gpu(CUstream_st* stream);

/// Registers ChargeSum together with its kernels for reduction instances in GPU memory.
void register_charge_sum_with_gpu_kernels();

}  // namespace castra::apps::circuit
