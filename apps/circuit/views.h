#pragma once

#include <legion.h>

#include "circuit/kernels.h"
#include "common/id_range.h"
#include "common/task_registration.h"

namespace castra::apps::circuit {

/// What one point of calculate_new_currents works on. Requirements: node_voltage of rp_private,
/// rp_shared, rp_ghost; the read-only fields of rp_wires; its currents and voltages; rp_times.
struct CurrentsWork {
  CurrentsView view;
  IdRange wires;
};
CurrentsWork currents_work(const Legion::Task* task, const Regions& regions,
                           Legion::Runtime* runtime);

/// distribute_charge: charge of rp_private, rp_shared, rp_ghost (the last two reduced); pointers
/// and outer currents of rp_wires.
struct ChargeWork {
  ChargeView view;
  IdRange wires;
};
ChargeWork charge_work(const Legion::Task* task, const Regions& regions, Legion::Runtime* runtime);

/// update_voltages: read-only, then read-write fields of rp_private; the same of rp_shared;
/// rp_times.
struct VoltageWork {
  VoltageView private_view, shared_view;
  IdRange private_nodes, shared_nodes;
};
VoltageWork voltage_work(const Legion::Task* task, const Regions& regions,
                         Legion::Runtime* runtime);

/// The superpiece's own entry of `field` (kStart or kStop) in requirement `index`.
struct StampWork {
  Column<std::int64_t> column;
  std::int64_t superpiece;
};
StampWork stamp_work(const Legion::Task* task, const Regions& regions, Legion::Runtime* runtime,
                     std::size_t index, Legion::FieldID field);

}  // namespace castra::apps::circuit
