#pragma once

#include <legion.h>

#include "circuit/config.h"

namespace castra::apps::circuit {

/// The program's regions and partitions, named as mappers know them. `rp_ghost` exists once the
/// ghost ranges are known.
struct CircuitData {
  Legion::IndexSpace superpieces;  ///< colours of all rp_* but rp_all_nodes; domain of the launches

  Legion::LogicalRegion all_nodes, all_private, all_shared, all_wires, all_times, ghost_ranges;
  Legion::LogicalPartition rp_all_nodes, rp_private, rp_shared, rp_ghost;
  Legion::LogicalPartition rp_wires, rp_times, rp_ghost_ranges;
};

/// Creates everything but rp_ghost and fills every field with zero.
CircuitData create_circuit_data(Legion::Context context, Legion::Runtime* runtime,
                                const CircuitConfig& config);

/// Partitions all_shared by `ranges`, in order of superpieces; they may overlap and be empty.
Legion::IndexPartition create_ghost_index_partition(Legion::Context context,
                                                    Legion::Runtime* runtime,
                                                    Legion::IndexSpace all_shared,
                                                    const std::vector<IdRange>& ranges);

/// Gives the circuit its rp_ghost.
void set_ghost_partition(Legion::Context context, Legion::Runtime* runtime,
                         Legion::IndexPartition partition, CircuitData& data);

void destroy_circuit_data(Legion::Context context, Legion::Runtime* runtime,
                          const CircuitData& data);

}  // namespace castra::apps::circuit
