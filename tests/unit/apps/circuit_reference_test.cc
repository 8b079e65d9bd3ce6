#include "circuit/reference.h"

#include <gtest/gtest.h>

#include <cmath>

#include "circuit/generator.h"
#include "circuit/host_kernels.h"

namespace castra::apps::circuit {
namespace {

/// The same simulation by the kernels that tasks run, in one piece of memory.
struct KernelRun {
  explicit KernelRun(const CircuitConfig& config) : config_(config) {
    for (std::int64_t node = 0; node < config.nodes(); ++node) {
      const NodeValues values = generate_node(config, node);
      capacitance.push_back(values.capacitance);
      leakage.push_back(values.leakage);
      charge.push_back(values.charge);
      voltage.push_back(values.voltage);
    }
    for (std::int64_t piece = 0; piece < config.pieces; ++piece) {
      for (const WireValues& wire : generate_wires(config, piece)) {
        in_ptr.push_back(wire.in_node);
        out_ptr.push_back(wire.out_node);
        inductance.push_back(wire.inductance);
        resistance.push_back(wire.resistance);
        wire_capacitance.push_back(wire.capacitance);
      }
    }
    location.assign(in_ptr.size(), static_cast<std::uint8_t>(Location::Shared));
    current.assign(kSegments, std::vector<float>(in_ptr.size(), 0.0f));
    inner.assign(kSegments - 1, std::vector<float>(in_ptr.size(), 0.0f));
  }

  template <typename T>
  static Column<const T> read(const std::vector<T>& values) {
    return Column<const T>(values.data(), 0, sizeof(T));
  }
  template <typename T>
  static Column<T> write(std::vector<T>& values) {
    return Column<T>(values.data(), 0, sizeof(T));
  }

  /// Every wire but number `lost` delivers its charge.
  void calculate_and_distribute(std::int64_t lost = -1) {
    const IdRange wires{0, config_.wires() - 1};
    CurrentsView currents;
    currents.voltage.in[static_cast<int>(Location::Shared)] = read(voltage);
    currents.in_ptr = read(in_ptr);
    currents.out_ptr = read(out_ptr);
    currents.in_location = currents.out_location = read(location);
    currents.inductance = read(inductance);
    currents.resistance = read(resistance);
    currents.capacitance = read(wire_capacitance);
    for (std::size_t s = 0; s < kSegments; ++s) currents.current[s] = write(current[s]);
    for (std::size_t s = 0; s < kSegments - 1; ++s) currents.inner_voltage[s] = write(inner[s]);
    solve_wires_on_host(currents, wires, config_.steps);

    ChargeView charges;
    charges.charge.in[static_cast<int>(Location::Shared)] = write(charge);
    charges.in_ptr = currents.in_ptr;
    charges.out_ptr = currents.out_ptr;
    charges.in_location = charges.out_location = currents.in_location;
    charges.first_current = read(current.front());
    charges.last_current = read(current.back());
    for (std::int64_t wire = wires.hi; wire >= 0; --wire) {  // another order than the reference's
      if (wire != lost) distribute_on_host(charges, {wire, wire});
    }
  }

  void update() {
    update_on_host({.capacitance = read(capacitance),
                    .leakage = read(leakage),
                    .charge = write(charge),
                    .voltage = write(voltage)},
                   {0, config_.nodes() - 1});
  }

  std::vector<float> capacitance, leakage, charge, voltage;
  std::vector<std::int64_t> in_ptr, out_ptr;
  std::vector<float> inductance, resistance, wire_capacitance;
  std::vector<std::uint8_t> location;
  std::vector<std::vector<float>> current, inner;

 private:
  CircuitConfig config_;
};

CircuitConfig small_circuit() {
  CircuitConfig config;
  config.pieces = 6;
  config.nodes_per_piece = 150;
  config.wires_per_piece = 400;
  config.steps = 40;
  config.loops = 12;
  return config;
}

int count_outside(const std::vector<float>& got, const std::vector<float>& expected,
                  const std::vector<float>& tolerance) {
  int outside = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!(std::fabs(got[i] - expected[i]) <= tolerance[i])) ++outside;
  }
  return outside;
}

TEST(CircuitReference, AgreesWithTheKernelsWithinItsTolerances) {
  const CircuitConfig config = small_circuit();
  KernelRun run(config);
  for (int loop = 0; loop < config.loops; ++loop) {
    run.calculate_and_distribute();
    run.update();
  }
  run.calculate_and_distribute();
  const Expectation expected = simulate_reference(config);
  EXPECT_EQ(count_outside(run.voltage, expected.voltage, expected.voltage_tolerance), 0);
  EXPECT_EQ(count_outside(run.charge, expected.charge, expected.charge_tolerance), 0);
  for (std::size_t n = 0; n < expected.charge.size(); ++n) {
    EXPECT_TRUE(std::isfinite(expected.voltage[n]));
    EXPECT_LE(expected.voltage_tolerance[n], 1e-4f);
    EXPECT_LE(expected.charge_tolerance[n], 1e-4f * 1e-3f);
  }
}

TEST(CircuitReference, SeesOneLostContributionInTheLastRound) {
  const CircuitConfig config = small_circuit();
  KernelRun run(config);
  for (int loop = 0; loop < config.loops; ++loop) {
    run.calculate_and_distribute();
    run.update();
  }
  run.calculate_and_distribute(777);
  const Expectation expected = simulate_reference(config);
  EXPECT_EQ(count_outside(run.charge, expected.charge, expected.charge_tolerance), 2);
}

TEST(CircuitReference, SeesChargesLostThroughoutTheLoop) {
  const CircuitConfig config = small_circuit();
  KernelRun run(config);
  for (int loop = 0; loop < config.loops; ++loop) {
    run.calculate_and_distribute();
    std::fill(run.charge.begin(), run.charge.begin() + config.shared_nodes(), 0.0f);
    run.update();
  }
  const Expectation expected = simulate_reference(config);
  EXPECT_EQ(count_outside(run.voltage, expected.voltage, expected.voltage_tolerance),
            config.shared_nodes());
}

TEST(CircuitReference, StaysFiniteOverThousandsOfIterations) {
  CircuitConfig config = small_circuit();
  config.pieces = 2;
  config.loops = 5000;
  for (const float voltage : simulate_reference(config).voltage)
    EXPECT_LE(std::fabs(voltage), 1.1f);
}

TEST(CircuitReference, StoppingEarlyChangesNothing) {
  CircuitConfig config = small_circuit();
  config.steps = 200;
  const Expectation some = simulate_reference(config);
  config.steps = 100000;
  const Expectation many = simulate_reference(config);
  EXPECT_EQ(some.voltage, many.voltage);
}

}  // namespace
}  // namespace castra::apps::circuit
