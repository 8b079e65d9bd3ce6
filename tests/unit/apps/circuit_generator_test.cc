#include "circuit/generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace castra::apps::circuit {
namespace {

CircuitConfig circuit_of(std::int64_t pieces, std::int64_t nodes, std::int64_t wires) {
  CircuitConfig config;
  config.pieces = pieces;
  config.nodes_per_piece = nodes;
  config.wires_per_piece = wires;
  return config;
}

TEST(CircuitGenerator, DependsOnSeedAndPieceAlone) {
  const CircuitConfig config = circuit_of(10, 300, 50);
  CircuitConfig coarser = config;
  coarser.pieces_per_superpiece = 5;
  CircuitConfig reseeded = config;
  reseeded.seed = 1;
  const auto wires = generate_wires(config, 3);
  generate_wires(config, 2);
  const auto again = generate_wires(coarser, 3);
  const auto others = generate_wires(reseeded, 3);
  for (std::size_t i = 0; i < wires.size(); ++i) {
    EXPECT_EQ(wires[i].in_node, again[i].in_node);
    EXPECT_EQ(wires[i].out_node, again[i].out_node);
    EXPECT_EQ(wires[i].resistance, again[i].resistance);
  }
  EXPECT_NE(wires[0].resistance, others[0].resistance);
  EXPECT_NE(wires[0].resistance, generate_wires(config, 4)[0].resistance);
}

TEST(CircuitGenerator, DrawsValuesFromTheirRanges) {
  const CircuitConfig config = circuit_of(2, 1000, 5000);
  for (std::int64_t node = 0; node < config.nodes(); ++node) {
    const NodeValues values = generate_node(config, node);
    EXPECT_TRUE(values.capacitance >= 1.0f && values.capacitance <= 2.0f);
    EXPECT_TRUE(values.leakage >= 0.0f && values.leakage <= 0.1f);
    EXPECT_TRUE(values.voltage >= -1.0f && values.voltage <= 1.0f);
    EXPECT_EQ(values.charge, 0.0f);
  }
  for (const WireValues& wire : generate_wires(config, 1)) {
    EXPECT_TRUE(wire.resistance >= 1.0f && wire.resistance <= 11.0f);
    EXPECT_TRUE(wire.inductance >= 0.999e-10f && wire.inductance <= 1.101e-9f);
    EXPECT_TRUE(wire.capacitance >= 0.01f && wire.capacitance <= 0.1f);
  }
}

TEST(CircuitGenerator, PicksDistinctNeighboursInTheWindow) {
  for (std::int64_t pieces = 1; pieces <= 20; ++pieces) {
    const CircuitConfig config = circuit_of(pieces, 100, 1);
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
      const auto neighbors = neighbors_of(config, piece);
      EXPECT_EQ(neighbors.size(), static_cast<std::size_t>(std::min<std::int64_t>(5, pieces - 1)));
      EXPECT_EQ(std::set<std::int64_t>(neighbors.begin(), neighbors.end()).size(),
                neighbors.size());
      for (const std::int64_t neighbor : neighbors) {
        EXPECT_NE(neighbor, piece);
        EXPECT_TRUE(neighbor >= 0 && neighbor < pieces);
        EXPECT_LE(std::abs(neighbor - piece), 5);
      }
    }
  }
}

TEST(CircuitGenerator, ReachesOtherPiecesThroughAPrefixOfTheirSharedNodes) {
  const CircuitConfig config =
      circuit_of(12, 2000, 300);  // 20 shared nodes, about 12 wires to each
  for (std::int64_t piece = 0; piece < config.pieces; ++piece) {
    const IdRange own{config.node_id(piece, 0), config.node_id(piece, 19)};
    std::set<std::int64_t> reached;
    for (const WireValues& wire : generate_wires(config, piece)) {
      const bool at_home =
          own.contains(wire.in_node) || (wire.in_node >= config.node_id(piece, 20) &&
                                         wire.in_node <= config.node_id(piece, 1999));
      EXPECT_TRUE(at_home);
      if (wire.out_node < config.shared_nodes() && !own.contains(wire.out_node)) {
        reached.insert(wire.out_node);
      }
    }
    EXPECT_FALSE(reached.empty());
    for (const std::int64_t node : reached) {
      const bool first = node % 20 == 0;
      EXPECT_TRUE(first || reached.contains(node - 1)) << "piece " << piece << ", node " << node;
    }
  }
}

TEST(CircuitGenerator, KeepsTheAskedShareOfWiresAtHome) {
  CircuitConfig config = circuit_of(8, 1000, 20000);
  const auto leaving = [&](std::int64_t piece) {
    const auto wires = generate_wires(config, piece);
    return std::count_if(wires.begin(), wires.end(), [&](const WireValues& wire) {
      return wire.out_node < config.shared_nodes() && wire.out_node / 10 != piece;
    });
  };
  EXPECT_NEAR(static_cast<double>(leaving(2)), 4000, 300);
  config.percent_in_piece = 100;
  EXPECT_EQ(leaving(2), 0);
  config.percent_in_piece = 0;
  EXPECT_EQ(leaving(2), 20000);
  EXPECT_EQ(neighbors_of(circuit_of(1, 10, 10), 0).size(), 0u);
}

TEST(CircuitGenerator, GhostRangeSpansExactlyWhatIsReached) {
  const CircuitConfig config = circuit_of(8, 1000, 200);
  IdRange range;
  std::set<std::int64_t> reached;
  for (const std::int64_t piece : {4, 5}) {
    const auto wires = generate_wires(config, piece);
    widen_ghost_range(config, piece, wires, range);
    for (const WireValues& wire : wires) {
      if (wire.out_node < config.shared_nodes() && wire.out_node / 10 != piece) {
        reached.insert(wire.out_node);
      }
    }
  }
  EXPECT_EQ(range, (IdRange{*reached.begin(), *reached.rbegin()}));
  IdRange nothing;
  widen_ghost_range(circuit_of(1, 1000, 50), 0, generate_wires(circuit_of(1, 1000, 50), 0),
                    nothing);
  EXPECT_EQ(nothing.size(), 0);
}

}  // namespace
}  // namespace castra::apps::circuit
