#include "circuit/config.h"

#include <cmath>
#include <cstdio>

namespace castra::apps::circuit {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 40;
constexpr std::int64_t kNodeBytes = 4 * sizeof(float);
constexpr std::int64_t kWireBytes =
    2 * (sizeof(std::int64_t) + 1) + 3 * sizeof(float) + (2 * kSegments - 1) * sizeof(float);

Status check_sizes(const CircuitConfig& config) {
  if (config.pieces % config.pieces_per_superpiece != 0) {
    return failure("option -pps must divide -p: " + std::to_string(config.pieces) +
                       " pieces cannot form superpieces of " +
                       std::to_string(config.pieces_per_superpiece),
                   "choose -p as a multiple of -pps");
  }
  if (config.nodes_per_piece > kMostElements / config.pieces ||
      config.wires_per_piece > kMostElements / config.pieces) {
    return failure("options -p, -npp and -wpp ask for more than 2^40 nodes or wires",
                   "choose smaller values");
  }
  if (config.corrupt >= config.nodes()) {
    return failure("option -corrupt names node " + std::to_string(config.corrupt) + " of " +
                       std::to_string(config.nodes()),
                   "node ids start at 0");
  }
  return {};
}

MapperChoice mapper_named(const std::string& name) {
  if (name == "bad") return MapperChoice::Bad;
  return name == "expert" ? MapperChoice::Expert : MapperChoice::Default;
}

OptionTable options_into(CircuitConfig& config, std::string& mapper) {
  OptionTable table(
      "circuit",
      "Simulates an electrical circuit: nodes joined by wires, cut into pieces whose wires\n"
      "mostly stay inside. apps/circuit/README.md describes tasks, data and mappers.");
  table.add_integer("-l", "timed iterations", &config.loops, 1);
  table.add_integer("-i", "solver steps per wire and iteration", &config.steps, 1);
  table.add_integer("-p", "pieces", &config.pieces, 1);
  table.add_integer("-pps", "pieces per superpiece, the unit of a task; divides -p",
                    &config.pieces_per_superpiece, 1);
  table.add_integer("-npp", "nodes per piece", &config.nodes_per_piece, 2);
  table.add_integer("-wpp", "wires per piece", &config.wires_per_piece, 1);
  table.add_integer("-pct", "percentage of wires that stay in their piece",
                    &config.percent_in_piece, 0, 100);
  table.add_integer("-s", "seed of the circuit", &config.seed, 0);
  table.add_integer("-prune", "untimed iterations before and as many after the timed ones",
                    &config.prune, 0);
  table.add_integer("-sync", "wait for the runtime after every N iterations; 0: never",
                    &config.sync, 0);
  table.add_switch("-checks",
                   "compare every node with a sequential reference; exit 1 if one differs",
                   &config.checks);
  table.add_switch("-dump", "print the currents and voltages of every wire at the end",
                   &config.dump);
  table.add_choice("-mapper",
                   "default: Legion's; bad: everything on processor 0; expert: hand-tuned", &mapper,
                   {"default", "bad", "expert"});
  table.add_integer("-corrupt", "test aid: falsify this node's voltage before -checks; -1: none",
                    &config.corrupt, -1);
  return table;
}

}  // namespace

std::int64_t CircuitConfig::shared_per_piece() const {
  return static_cast<std::int64_t>(
      std::ceil(static_cast<double>(nodes_per_piece) * kSharedNodesPercent / 100.0));
}

IdRange CircuitConfig::shared_of_superpiece(std::int64_t superpiece) const {
  const std::int64_t count = pieces_per_superpiece * shared_per_piece();
  return {superpiece * count, (superpiece + 1) * count - 1};
}

IdRange CircuitConfig::private_of_superpiece(std::int64_t superpiece) const {
  const std::int64_t count = pieces_per_superpiece * private_per_piece();
  const std::int64_t first = shared_nodes() + superpiece * count;
  return {first, first + count - 1};
}

IdRange CircuitConfig::wires_of_superpiece(std::int64_t superpiece) const {
  const std::int64_t count = pieces_per_superpiece * wires_per_piece;
  return {superpiece * count, (superpiece + 1) * count - 1};
}

std::int64_t CircuitConfig::node_id(std::int64_t piece, std::int64_t local) const {
  const std::int64_t shared = shared_per_piece();
  if (local < shared) return piece * shared + local;
  return shared_nodes() + piece * private_per_piece() + (local - shared);
}

double CircuitConfig::operations() const {
  const double solver = kSegments * 6 + (kSegments - 1) * 4;
  const double wire = solver * static_cast<double>(steps) + 4;
  return (static_cast<double>(wires()) * wire + static_cast<double>(nodes()) * 4) *
         static_cast<double>(loops);
}

Result<CommandLine> parse_command_line(std::span<const char* const> arguments) {
  CommandLine line;
  std::string mapper = "default";
  const OptionTable table = options_into(line.config, mapper);
  line.help = table.help();
  const auto request = table.parse(arguments);
  if (!request) return tl::unexpected(request.error());
  line.show_help = *request == OptionTable::Request::ShowHelp;
  if (!line.show_help) {
    if (auto sizes = check_sizes(line.config); !sizes) return tl::unexpected(sizes.error());
  }
  line.config.mapper = mapper_named(mapper);
  return line;
}

std::string settings_text(const CircuitConfig& config) {
  const auto number = [](std::int64_t value) { return static_cast<long long>(value); };
  char text[768];
  std::snprintf(text, sizeof text,
                "circuit settings: loops=%lld prune=%lld pieces=%lld (pieces/superpiece=%lld) "
                "nodes/piece=%lld (shared/piece=%lld) wires/piece=%lld pct_in_piece=%lld seed=%lld "
                "steps=%lld\n"
                "Circuit memory usage:\n"
                "  Nodes : %10lld * %4lld bytes = %12lld bytes\n"
                "  Wires : %10lld * %4lld bytes = %12lld bytes\n"
                "  Total                             %12lld bytes\n",
                number(config.loops), number(config.prune), number(config.pieces),
                number(config.pieces_per_superpiece), number(config.nodes_per_piece),
                number(config.shared_per_piece()), number(config.wires_per_piece),
                number(config.percent_in_piece), number(config.seed), number(config.steps),
                number(config.nodes()), number(kNodeBytes), number(config.nodes() * kNodeBytes),
                number(config.wires()), number(kWireBytes), number(config.wires() * kWireBytes),
                number(config.nodes() * kNodeBytes + config.wires() * kWireBytes));
  return text;
}

}  // namespace castra::apps::circuit
