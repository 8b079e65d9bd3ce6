#pragma once

#include <cstdint>
#include <vector>

#include "circuit/config.h"

namespace castra::apps::circuit {

struct NodeValues {
  float capacitance = 0;
  float leakage = 0;
  float charge = 0;
  float voltage = 0;
};

/// A wire as generated; its currents and inner voltages start at zero.
struct WireValues {
  std::int64_t in_node = 0;
  std::int64_t out_node = 0;
  float inductance = 0;
  float resistance = 0;
  float capacitance = 0;
};

/// The node's values depend on seed and id alone.
NodeValues generate_node(const CircuitConfig& config, std::int64_t node);

/// The wires of one piece in order of their ids. The result depends on the sizes, the seed and the
/// piece, never on which processor asks or when. The shared nodes that a piece reaches in one other
/// piece are always that piece's first ones: each wire picks one of those already reached, or the
/// next.
std::vector<WireValues> generate_wires(const CircuitConfig& config, std::int64_t piece);

/// The pieces that `piece` may reach: distinct, within its window, without itself.
std::vector<std::int64_t> neighbors_of(const CircuitConfig& config, std::int64_t piece);

/// Widens `range` (possibly empty) to the shared nodes that `wires` of `piece` reach outside it.
void widen_ghost_range(const CircuitConfig& config, std::int64_t piece,
                       const std::vector<WireValues>& wires, IdRange& range);

}  // namespace castra::apps::circuit
