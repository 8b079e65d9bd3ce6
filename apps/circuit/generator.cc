#include "circuit/generator.h"

#include <algorithm>
#include <utility>

#include "common/random.h"

namespace castra::apps::circuit {
namespace {

// Streams of random numbers; those of pieces are numbered from kPieces on.
constexpr std::uint64_t kNodes = 0;
constexpr std::uint64_t kPieces = 1;

// Draws per wire and what each decides; a piece's first kNeighborDraws draws pick its neighbours.
constexpr std::uint64_t kDrawsPerNode = 3;
constexpr std::uint64_t kDrawsPerWire = 8;
constexpr std::uint64_t kNeighborDraws = 16;
enum WireDraw : std::uint64_t { kR, kL, kC, kIn, kStays, kOut, kWhich, kIndex };

// The original draws capacitances from 0 up. The method amplifies a wire's inner voltages by up to
// 1 + 4e-6 / (R C) per iteration (and its solver diverges where that term nears 1), so the rare
// wire near 0 would overflow; from this bound up, thousands of iterations stay finite and
// comparable.
constexpr double kLeastCapacitance = 0.01;
constexpr double kMostCapacitance = 0.1;

/// First and last piece that may be a neighbour of `piece`, which lies between them itself.
IdRange neighbor_window(const CircuitConfig& config, std::int64_t piece, std::int64_t count) {
  const std::int64_t window = std::max(kNeighborWindow, (count + 1) / 2);
  IdRange range{piece - window, piece + window};
  if (range.lo < 0) range = {0, std::min(count, config.pieces - 1)};
  if (range.hi >= config.pieces) {
    range = {std::max<std::int64_t>(0, config.pieces - 1 - count), config.pieces - 1};
  }
  return range;
}

CounterRng piece_numbers(const CircuitConfig& config, std::int64_t piece) {
  return {static_cast<std::uint64_t>(config.seed), kPieces + static_cast<std::uint64_t>(piece)};
}

}  // namespace

NodeValues generate_node(const CircuitConfig& config, std::int64_t node) {
  const CounterRng random(static_cast<std::uint64_t>(config.seed), kNodes);
  const std::uint64_t first = static_cast<std::uint64_t>(node) * kDrawsPerNode;
  return {.capacitance = static_cast<float>(random.unit(first) + 1.0),
          .leakage = static_cast<float>(0.1 * random.unit(first + 1)),
          .charge = 0,
          .voltage = static_cast<float>(2 * random.unit(first + 2) - 1.0)};
}

std::vector<std::int64_t> neighbors_of(const CircuitConfig& config, std::int64_t piece) {
  const std::int64_t count = std::min(kNeighbors, config.pieces - 1);
  const IdRange window = neighbor_window(config, piece, count);
  std::vector<std::int64_t> candidates;
  for (std::int64_t other = window.lo; other <= window.hi; ++other) {
    if (other != piece) candidates.push_back(other);
  }
  const CounterRng random = piece_numbers(config, piece);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto left = static_cast<std::int64_t>(candidates.size()) - i;
    const auto index = static_cast<std::size_t>(i);
    const auto pick =
        static_cast<std::size_t>(i + random.below(static_cast<std::uint64_t>(i), left));
    std::swap(candidates[index], candidates[pick]);
  }
  candidates.resize(static_cast<std::size_t>(count));
  return candidates;
}

std::vector<WireValues> generate_wires(const CircuitConfig& config, std::int64_t piece) {
  const CounterRng random = piece_numbers(config, piece);
  const std::vector<std::int64_t> neighbors = neighbors_of(config, piece);
  std::vector<std::int64_t> reached(neighbors.size(), 0);  // how long each neighbour's prefix is
  std::vector<WireValues> wires(static_cast<std::size_t>(config.wires_per_piece));
  std::uint64_t draw = kNeighborDraws;
  for (WireValues& wire : wires) {
    wire.resistance = static_cast<float>(10.0 * random.unit(draw + kR) + 1.0);
    wire.inductance =
        static_cast<float>((random.unit(draw + kL) + 0.1) * static_cast<double>(kDeltaT) * 1e-3);
    wire.capacitance = static_cast<float>(
        kLeastCapacitance + (kMostCapacitance - kLeastCapacitance) * random.unit(draw + kC));
    wire.in_node = config.node_id(piece, random.below(draw + kIn, config.nodes_per_piece));
    const bool stays =
        100.0 * random.unit(draw + kStays) < static_cast<double>(config.percent_in_piece);
    if (stays || neighbors.empty()) {
      wire.out_node = config.node_id(piece, random.below(draw + kOut, config.nodes_per_piece));
    } else {
      const auto which = static_cast<std::size_t>(
          random.below(draw + kWhich, static_cast<std::int64_t>(neighbors.size())));
      std::int64_t index = random.below(draw + kIndex, config.shared_per_piece());
      if (index >= reached[which]) index = reached[which]++;
      wire.out_node = config.node_id(neighbors[which], index);
    }
    draw += kDrawsPerWire;
  }
  return wires;
}

void widen_ghost_range(const CircuitConfig& config, std::int64_t piece,
                       const std::vector<WireValues>& wires, IdRange& range) {
  const std::int64_t shared = config.shared_per_piece();
  const IdRange own{piece * shared, (piece + 1) * shared - 1};
  for (const WireValues& wire : wires) {
    const std::int64_t node = wire.out_node;
    if (node >= config.shared_nodes() || own.contains(node)) continue;
    range = range.size() == 0 ? IdRange{node, node}
                              : IdRange{std::min(range.lo, node), std::max(range.hi, node)};
  }
}

}  // namespace castra::apps::circuit
