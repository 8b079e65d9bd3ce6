#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "circuit/host_kernels.h"

namespace castra::apps::circuit {
namespace {

/// Wires between nodes 0 (private), 1 (shared) and 2 (ghost), stored as one array per field or as
/// one record per wire.
struct SmallCircuit {
  struct Record {
    std::int64_t in_ptr, out_ptr;
    float inductance, resistance, capacitance;
    float current[kSegments];
    float voltage[kSegments - 1];
    std::uint8_t in_location, out_location;
  };
  static constexpr std::int64_t kFirstWire = 100;

  explicit SmallCircuit(std::size_t count) : records(count) {
    for (std::size_t i = 0; i < count; ++i) {
      Record& wire = records[i];
      const float x = static_cast<float>(i + 1) / static_cast<float>(count + 1);
      wire = {.in_ptr = static_cast<std::int64_t>(i % 2),
              .out_ptr = static_cast<std::int64_t>(2 - i % 3),
              .inductance = (x + 0.1f) * 1e-9f,
              .resistance = 10.0f * x + 1.0f,
              .capacitance = 0.1f * x,
              .current = {},
              .voltage = {},
              .in_location = 0,
              .out_location = 0};
      wire.in_location = static_cast<std::uint8_t>(wire.in_ptr);
      wire.out_location = static_cast<std::uint8_t>(wire.out_ptr);
    }
  }

  template <typename T>
  Column<T> column(T* first) {
    return Column<T>(first, kFirstWire, sizeof(Record));
  }

  template <typename T>
  NodeColumns<T> node_columns(T* values) {
    NodeColumns<T> columns;
    for (int place = 0; place < kLocations; ++place) {
      columns.in[place] = Column<T>(values + place, place, sizeof(T));
    }
    return columns;
  }

  CurrentsView currents_view() {
    CurrentsView view;
    Record& first = records.front();
    view.voltage = node_columns<const float>(voltage);
    view.in_ptr = column<const std::int64_t>(&first.in_ptr);
    view.out_ptr = column<const std::int64_t>(&first.out_ptr);
    view.in_location = column<const std::uint8_t>(&first.in_location);
    view.out_location = column<const std::uint8_t>(&first.out_location);
    view.inductance = column<const float>(&first.inductance);
    view.resistance = column<const float>(&first.resistance);
    view.capacitance = column<const float>(&first.capacitance);
    for (int s = 0; s < kSegments; ++s) view.current[s] = column(&first.current[s]);
    for (int s = 0; s < kSegments - 1; ++s) view.inner_voltage[s] = column(&first.voltage[s]);
    return view;
  }

  ChargeView charge_view() {
    ChargeView view;
    Record& first = records.front();
    view.charge = node_columns<float>(charge);
    view.in_ptr = column<const std::int64_t>(&first.in_ptr);
    view.out_ptr = column<const std::int64_t>(&first.out_ptr);
    view.in_location = column<const std::uint8_t>(&first.in_location);
    view.out_location = column<const std::uint8_t>(&first.out_location);
    view.first_current = column<const float>(&first.current[0]);
    view.last_current = column<const float>(&first.current[kSegments - 1]);
    return view;
  }

  IdRange wires() const {
    return {kFirstWire, kFirstWire + static_cast<std::int64_t>(records.size()) - 1};
  }

  std::vector<Record> records;
  float voltage[kLocations] = {0.75f, -0.5f, 0.125f};
  float charge[kLocations] = {};
};

/// The method's formulas as they stand in the textbook form, in double precision.
struct ExactWire {
  double current[kSegments] = {};
  double voltage[kSegments + 1] = {};

  void step_to(double v_in, double v_out, const SmallCircuit::Record& wire, int steps) {
    double i_old[kSegments], v_old[kSegments + 1];
    std::copy(current, current + kSegments, i_old);
    std::copy(voltage, voltage + kSegments + 1, v_old);
    const double dt = 1e-6;
    voltage[0] = v_in;
    voltage[kSegments] = v_out;
    for (int step = 0; step < steps; ++step) {
      for (int i = 0; i < kSegments; ++i) {
        current[i] = ((voltage[i + 1] - voltage[i]) -
                      static_cast<double>(wire.inductance) * (current[i] - i_old[i]) / dt) /
                     static_cast<double>(wire.resistance);
      }
      for (int i = 0; i < kSegments - 1; ++i) {
        voltage[i + 1] = v_old[i + 1] +
                         dt * (current[i] - current[i + 1]) / static_cast<double>(wire.capacitance);
      }
    }
  }
};

void expect_near_relative(float got, double expected) {
  EXPECT_NEAR(static_cast<double>(got), expected, 1e-5 * std::max(std::fabs(expected), 1e-6));
}

TEST(CircuitKernels, SolveWiresLikeTheFormulasOverTwoTimeSteps) {
  SmallCircuit circuit(19);  // two groups of vector lanes and three wires on their own
  std::vector<ExactWire> exact(circuit.records.size());
  const double voltages[2][kLocations] = {{0.75, -0.5, 0.125}, {0.5, 0.25, -1.0}};
  for (const auto& volts : voltages) {
    for (int n = 0; n < kLocations; ++n) circuit.voltage[n] = static_cast<float>(volts[n]);
    solve_wires_on_host(circuit.currents_view(), circuit.wires(), 25);
    for (std::size_t w = 0; w < exact.size(); ++w) {
      const SmallCircuit::Record& wire = circuit.records[w];
      exact[w].step_to(volts[wire.in_ptr], volts[wire.out_ptr], wire, 25);
      for (int s = 0; s < kSegments; ++s)
        expect_near_relative(wire.current[s], exact[w].current[s]);
      for (int s = 0; s < kSegments - 1; ++s) {
        expect_near_relative(wire.voltage[s], exact[w].voltage[s + 1]);
      }
    }
  }
}

TEST(CircuitKernels, DistributeMovesWhatTheCurrentsSay) {
  SmallCircuit circuit(12);
  solve_wires_on_host(circuit.currents_view(), circuit.wires(), 10);
  double expected[kLocations] = {}, balance = 0, total = 0;
  for (const SmallCircuit::Record& wire : circuit.records) {
    expected[wire.in_ptr] -= 1e-6 * static_cast<double>(wire.current[0]);
    expected[wire.out_ptr] += 1e-6 * static_cast<double>(wire.current[kSegments - 1]);
    balance += 1e-6 * static_cast<double>(wire.current[kSegments - 1] - wire.current[0]);
  }
  distribute_on_host(circuit.charge_view(), circuit.wires());
  for (int node = 0; node < kLocations; ++node) {
    EXPECT_NEAR(static_cast<double>(circuit.charge[node]), expected[node], 1e-12);
    EXPECT_NE(circuit.charge[node], 0.0f);
    total += static_cast<double>(circuit.charge[node]);
  }
  EXPECT_NEAR(total, balance, 1e-12);
}

TEST(CircuitKernels, UpdateTurnsChargeIntoVoltageAndClearsIt) {
  float capacitance[] = {1.5f, 2.0f}, leakage[] = {0.0f, 0.05f};
  float charge[] = {0.75f, -1.0f}, voltage[] = {0.25f, 1.0f};
  const VoltageView view{.capacitance = Column<const float>(capacitance, 5, sizeof(float)),
                         .leakage = Column<const float>(leakage, 5, sizeof(float)),
                         .charge = Column<float>(charge, 5, sizeof(float)),
                         .voltage = Column<float>(voltage, 5, sizeof(float))};
  update_on_host(view, {5, 6});
  EXPECT_FLOAT_EQ(voltage[0], 0.75f);
  EXPECT_FLOAT_EQ(voltage[1], 0.475f);
  EXPECT_EQ(charge[0], 0.0f);
  EXPECT_EQ(charge[1], 0.0f);
}

TEST(CircuitKernels, NothingHappensToAnEmptyRange) {
  SmallCircuit circuit(2);
  solve_wires_on_host(circuit.currents_view(), {}, 10);
  distribute_on_host(circuit.charge_view(), {});
  EXPECT_EQ(circuit.records[0].current[0], 0.0f);
  EXPECT_EQ(circuit.charge[0], 0.0f);
}

}  // namespace
}  // namespace castra::apps::circuit
