#pragma once

#include "circuit/kernels.h"

namespace castra::apps::circuit {

/// The three kernels over a range of wires or nodes, on the calling thread.
void solve_wires_on_host(const CurrentsView& view, IdRange wires, std::int64_t steps);
void distribute_on_host(const ChargeView& view, IdRange wires);
void update_on_host(const VoltageView& view, IdRange nodes);

}  // namespace castra::apps::circuit
