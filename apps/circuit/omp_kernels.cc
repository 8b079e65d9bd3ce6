#include "circuit/omp_kernels.h"

#include "circuit/host_kernels.h"

namespace castra::apps::circuit {

void solve_wires_on_threads(const CurrentsView& view, IdRange wires, std::int64_t steps) {
  constexpr std::int64_t kChunk = 64;
#pragma omp parallel for
  for (std::int64_t first = wires.lo; first <= wires.hi; first += kChunk) {
    const std::int64_t last = first + kChunk - 1;
    solve_wires_on_host(view, {first, last < wires.hi ? last : wires.hi}, steps);
  }
}

void distribute_on_threads(const ChargeView& view, IdRange wires) {
#pragma omp parallel for
  for (std::int64_t wire = wires.lo; wire <= wires.hi; ++wire) distribute_wire<false>(view, wire);
}

void update_on_threads(const VoltageView& view, IdRange nodes) {
#pragma omp parallel for
  for (std::int64_t node = nodes.lo; node <= nodes.hi; ++node) update_node(view, node);
}

}  // namespace castra::apps::circuit
