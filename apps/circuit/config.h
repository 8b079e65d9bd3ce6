#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "circuit/constants.h"
#include "common/id_range.h"
#include "common/options.h"

namespace castra::apps::circuit {

/// Of a piece's nodes, this share (in percent, rounded up) may be reached from other pieces.
inline constexpr double kSharedNodesPercent = 1.0;
/// A piece's wires reach this many other pieces, all within the window around it.
inline constexpr std::int64_t kNeighbors = 5;
inline constexpr std::int64_t kNeighborWindow = 3;

enum class MapperChoice { Default, Bad, Expert };

/// One run: sizes of the circuit, length of the simulation. Trivially copyable, because it travels
/// as a task argument.
struct CircuitConfig {
  std::int64_t loops = 5;
  std::int64_t steps = 10000;
  std::int64_t pieces = 4;
  std::int64_t pieces_per_superpiece = 1;
  std::int64_t nodes_per_piece = 4;
  std::int64_t wires_per_piece = 8;
  std::int64_t percent_in_piece = 80;
  std::int64_t seed = 12345;
  std::int64_t prune = 0;
  std::int64_t sync = 0;
  bool checks = false;
  bool dump = false;
  std::int64_t corrupt = -1;
  MapperChoice mapper = MapperChoice::Default;

  std::int64_t superpieces() const { return pieces / pieces_per_superpiece; }
  std::int64_t total_loops() const { return loops + 2 * prune; }
  std::int64_t nodes() const { return pieces * nodes_per_piece; }
  std::int64_t wires() const { return pieces * wires_per_piece; }
  std::int64_t shared_per_piece() const;
  std::int64_t private_per_piece() const { return nodes_per_piece - shared_per_piece(); }
  std::int64_t shared_nodes() const { return pieces * shared_per_piece(); }

  /// All shared nodes come first, then all private ones, each in order of their pieces.
  IdRange shared_of_superpiece(std::int64_t superpiece) const;
  IdRange private_of_superpiece(std::int64_t superpiece) const;
  IdRange wires_of_superpiece(std::int64_t superpiece) const;

  /// Id of a piece's node number `local`, whose first `shared_per_piece()` nodes are the shared
  /// ones.
  std::int64_t node_id(std::int64_t piece, std::int64_t local) const;

  /// Floating-point operations that GFLOPS counts: those of the `loops` timed iterations.
  double operations() const;
};

/// What the command line asks for: a run with `config`, or the help text alone.
struct CommandLine {
  CircuitConfig config;
  bool show_help = false;
  std::string help;
};

/// Reads the words after the program's name; an Error names the option at fault.
Result<CommandLine> parse_command_line(std::span<const char* const> arguments);

/// The line of settings and the table of memory use that a run prints first.
std::string settings_text(const CircuitConfig& config);

}  // namespace castra::apps::circuit
