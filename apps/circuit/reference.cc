#include "circuit/reference.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "circuit/generator.h"

namespace castra::apps::circuit {
namespace {

constexpr float kRelativeTolerance = 1e-4f;
constexpr float kRoundoff = 6e-8f;  // half a unit in the last place of 1.0f

struct Wire {
  WireValues values;
  std::array<float, kSegments> current{};
  std::array<float, kSegments - 1> voltage{};
};

struct Circuit {
  std::vector<NodeValues> nodes;
  std::vector<Wire> wires;
  std::vector<float> charge_scale;       // sum of the sizes of this iteration's contributions
  std::vector<float> voltage_tolerance;  // running bound of the rounding so far
};

Circuit make_circuit(const CircuitConfig& config) {
  Circuit circuit;
  for (std::int64_t node = 0; node < config.nodes(); ++node) {
    circuit.nodes.push_back(generate_node(config, node));
  }
  for (std::int64_t piece = 0; piece < config.pieces; ++piece) {
    for (const WireValues& values : generate_wires(config, piece)) {
      circuit.wires.push_back({.values = values});
    }
  }
  circuit.charge_scale.assign(circuit.nodes.size(), 0.0f);
  circuit.voltage_tolerance.assign(circuit.nodes.size(), 0.0f);
  return circuit;
}

/// One wire over one time step between two nodes held at v_in and v_out.
void solve(Wire& wire, float v_in, float v_out, std::int64_t steps) {
  const std::array<float, kSegments> old_current = wire.current;
  const std::array<float, kSegments - 1> old_voltage = wire.voltage;
  const float per_r = 1.0f / wire.values.resistance;
  const float per_c = 1.0f / wire.values.capacitance;
  const float per_dt = 1.0f / kDeltaT;
  for (std::int64_t step = 0; step < steps; ++step) {
    bool changed = false;
    for (std::size_t s = 0; s < kSegments; ++s) {
      const float left = s == 0 ? v_in : wire.voltage[s - 1];
      const float right = s == kSegments - 1 ? v_out : wire.voltage[s];
      const float drop_of_inductor =
          wire.values.inductance * (wire.current[s] - old_current[s]) * per_dt;
      const float current = ((right - left) - drop_of_inductor) * per_r;
      changed = changed || current != wire.current[s];
      wire.current[s] = current;
    }
    for (std::size_t s = 0; s + 1 < kSegments; ++s) {
      const float voltage =
          old_voltage[s] + kDeltaT * (wire.current[s] - wire.current[s + 1]) * per_c;
      changed = changed || voltage != wire.voltage[s];
      wire.voltage[s] = voltage;
    }
    if (!changed) return;
  }
}

void calculate_and_distribute(Circuit& circuit, std::int64_t steps) {
  for (Wire& wire : circuit.wires) {
    const auto in = static_cast<std::size_t>(wire.values.in_node);
    const auto out = static_cast<std::size_t>(wire.values.out_node);
    solve(wire, circuit.nodes[in].voltage, circuit.nodes[out].voltage, steps);
  }
  for (const Wire& wire : circuit.wires) {
    const auto add = [&](std::int64_t id, float charge) {
      const auto node = static_cast<std::size_t>(id);
      circuit.nodes[node].charge += charge;
      circuit.charge_scale[node] += std::fabs(charge);
    };
    add(wire.values.in_node, -kDeltaT * wire.current.front());
    add(wire.values.out_node, kDeltaT * wire.current.back());
  }
}

void update(Circuit& circuit) {
  for (std::size_t n = 0; n < circuit.nodes.size(); ++n) {
    NodeValues& node = circuit.nodes[n];
    float& tolerance = circuit.voltage_tolerance[n];
    const float before = node.voltage + node.charge / node.capacitance;
    node.voltage = before * (1.0f - node.leakage);
    node.charge = 0.0f;
    // Three roundings, and charges that differ by their own tolerance.
    tolerance = (tolerance + kRelativeTolerance * circuit.charge_scale[n] / node.capacitance) *
                    (1.0f - node.leakage) +
                3 * kRoundoff * std::fabs(before);
    circuit.charge_scale[n] = 0.0f;
  }
}

}  // namespace

Expectation simulate_reference(const CircuitConfig& config) {
  Circuit circuit = make_circuit(config);
  for (std::int64_t loop = 0; loop < config.total_loops(); ++loop) {
    calculate_and_distribute(circuit, config.steps);
    update(circuit);
  }
  const std::vector<float> voltage_tolerance = circuit.voltage_tolerance;
  calculate_and_distribute(circuit, config.steps);
  Expectation expectation;
  for (std::size_t n = 0; n < circuit.nodes.size(); ++n) {
    const NodeValues& node = circuit.nodes[n];
    const float scale = std::fabs(node.voltage) + circuit.charge_scale[n] / node.capacitance;
    expectation.voltage.push_back(node.voltage);
    expectation.voltage_tolerance.push_back(
        std::min(voltage_tolerance[n], kRelativeTolerance * scale));
    expectation.charge.push_back(node.charge);
    expectation.charge_tolerance.push_back(kRelativeTolerance * circuit.charge_scale[n]);
  }
  return expectation;
}

}  // namespace castra::apps::circuit
