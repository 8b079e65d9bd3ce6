#include "circuit/host_kernels.h"

namespace castra::apps::circuit {

void solve_wires_on_host(const CurrentsView& view, IdRange wires, std::int64_t steps) {
  constexpr int kLanes = 8;
  std::int64_t wire = wires.lo;
  for (; wire + kLanes - 1 <= wires.hi; wire += kLanes) solve_wires<kLanes>(view, wire, steps);
  for (; wire <= wires.hi; ++wire) solve_wires<1>(view, wire, steps);
}

void distribute_on_host(const ChargeView& view, IdRange wires) {
  for (std::int64_t wire = wires.lo; wire <= wires.hi; ++wire) distribute_wire<true>(view, wire);
}

void update_on_host(const VoltageView& view, IdRange nodes) {
  for (std::int64_t node = nodes.lo; node <= nodes.hi; ++node) update_node(view, node);
}

}  // namespace castra::apps::circuit
