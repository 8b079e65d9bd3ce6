#pragma once

#include "circuit/kernels.h"

namespace castra::apps::circuit {

/// The three kernels over a range of wires or nodes, on the threads of the OpenMP processor.
void solve_wires_on_threads(const CurrentsView& view, IdRange wires, std::int64_t steps);
void distribute_on_threads(const ChargeView& view, IdRange wires);
void update_on_threads(const VoltageView& view, IdRange nodes);

}  // namespace castra::apps::circuit
