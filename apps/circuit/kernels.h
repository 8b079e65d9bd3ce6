#pragma once

// The arithmetic of the three tasks, written once for CPU, OpenMP and GPU variants and, as host
// code, for virtual GPUs. Nothing here knows Legion.

#include <cstdint>

#include "circuit/constants.h"
#include "common/column.h"
#include "common/id_range.h"

namespace castra::apps::circuit {

/// Which of a superpiece's three node regions a wire's end lies in.
enum class Location : std::uint8_t { Private, Shared, Ghost };
inline constexpr int kLocations = 3;

/// The same field of the three node regions; a column nobody refers to may be empty.
template <typename T>
struct NodeColumns {
  Column<T> in[kLocations];

  CASTRA_HOST_DEVICE T& at(std::uint8_t location, std::int64_t node) const {
    return in[location][node];
  }
};

struct CurrentsView {
  NodeColumns<const float> voltage;
  Column<const std::int64_t> in_ptr, out_ptr;
  Column<const std::uint8_t> in_location, out_location;
  Column<const float> inductance, resistance, capacitance;
  Column<float> current[kSegments];
  Column<float> inner_voltage[kSegments - 1];
};

struct ChargeView {
  NodeColumns<float> charge;
  Column<const std::int64_t> in_ptr, out_ptr;
  Column<const std::uint8_t> in_location, out_location;
  Column<const float> first_current, last_current;
};

struct VoltageView {
  Column<const float> capacitance, leakage;
  Column<float> charge, voltage;
};

/// Adds for charges that several tasks or threads may hold at once.
CASTRA_HOST_DEVICE inline void add_atomically(float& sum, float value) {
#if defined(__CUDA_ARCH__)
  atomicAdd(&sum, value);
#else
  float seen;
  __atomic_load(&sum, &seen, __ATOMIC_RELAXED);
  float wanted = seen + value;
  while (
      !__atomic_compare_exchange(&sum, &seen, &wanted, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    wanted = seen + value;
  }
#endif
}

/// Solves wires first..first+kLanes-1 side by side: `steps` sweeps towards the currents and inner
/// voltages at the end of the time step, everything but the first reads and last writes in
/// registers. One lane on a GPU thread; several on a CPU, where they become vector lanes.
template <int kLanes>
CASTRA_HOST_DEVICE inline void solve_wires(const CurrentsView& view, std::int64_t first,
                                           std::int64_t steps) {
  const float dt = kDeltaT;
  const float per_dt = 1.0f / dt;
  float i_new[kSegments][kLanes], i_old[kSegments][kLanes];
  float v_new[kSegments + 1][kLanes], v_old[kSegments - 1][kLanes];
  float inductance[kLanes], per_resistance[kLanes], per_capacitance[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    const std::int64_t wire = first + lane;
    for (int s = 0; s < kSegments; ++s) i_new[s][lane] = i_old[s][lane] = view.current[s][wire];
    for (int s = 0; s < kSegments - 1; ++s) {
      v_new[s + 1][lane] = v_old[s][lane] = view.inner_voltage[s][wire];
    }
    v_new[0][lane] = view.voltage.at(view.in_location[wire], view.in_ptr[wire]);
    v_new[kSegments][lane] = view.voltage.at(view.out_location[wire], view.out_ptr[wire]);
    inductance[lane] = view.inductance[wire];
    per_resistance[lane] = 1.0f / view.resistance[wire];
    per_capacitance[lane] = 1.0f / view.capacitance[wire];
  }
  for (std::int64_t step = 0; step < steps; ++step) {
    for (int s = 0; s < kSegments; ++s) {
      for (int lane = 0; lane < kLanes; ++lane) {
        i_new[s][lane] = ((v_new[s + 1][lane] - v_new[s][lane]) -
                          inductance[lane] * (i_new[s][lane] - i_old[s][lane]) * per_dt) *
                         per_resistance[lane];
      }
    }
    for (int s = 0; s < kSegments - 1; ++s) {
      for (int lane = 0; lane < kLanes; ++lane) {
        v_new[s + 1][lane] =
            v_old[s][lane] + dt * (i_new[s][lane] - i_new[s + 1][lane]) * per_capacitance[lane];
      }
    }
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    const std::int64_t wire = first + lane;
    for (int s = 0; s < kSegments; ++s) view.current[s][wire] = i_new[s][lane];
    for (int s = 0; s < kSegments - 1; ++s) view.inner_voltage[s][wire] = v_new[s + 1][lane];
  }
}

/// Moves one time step's charge from a wire's input node to its output node. Private nodes belong
/// to one task: `kAlone` says that this task is one thread as well.
template <bool kAlone>
CASTRA_HOST_DEVICE inline void distribute_wire(const ChargeView& view, std::int64_t wire) {
  const auto add = [&](std::uint8_t location, std::int64_t node, float value) {
    float& charge = view.charge.at(location, node);
    if (kAlone && location == static_cast<std::uint8_t>(Location::Private)) {
      charge += value;
    } else {
      add_atomically(charge, value);
    }
  };
  add(view.in_location[wire], view.in_ptr[wire], -kDeltaT * view.first_current[wire]);
  add(view.out_location[wire], view.out_ptr[wire], kDeltaT * view.last_current[wire]);
}

/// Turns a node's collected charge into voltage and lets some leak.
CASTRA_HOST_DEVICE inline void update_node(const VoltageView& view, std::int64_t node) {
  const float voltage = view.voltage[node] + view.charge[node] / view.capacitance[node];
  view.voltage[node] = voltage * (1.0f - view.leakage[node]);
  view.charge[node] = 0.0f;
}

}  // namespace castra::apps::circuit
