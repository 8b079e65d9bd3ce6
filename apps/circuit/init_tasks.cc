#include <vector>

#include "circuit/circuit_data.h"
#include "circuit/generator.h"
#include "circuit/schema.h"
#include "circuit/tasks.h"
#include "common/legion_columns.h"
#include "common/task_registration.h"
#include "support/check.h"

namespace castra::apps::circuit {

using namespace Legion;

namespace {

/// A child's requirement on a region its parent already holds.
RegionRequirement inherited(const RegionRequirement& parent) {
  RegionRequirement requirement(parent.region, parent.privilege, LEGION_EXCLUSIVE, parent.region);
  requirement.add_fields(
      std::vector<FieldID>(parent.privilege_fields.begin(), parent.privilege_fields.end()));
  return requirement;
}

/// Requirements: ghost_ranges.rect, rp_private, rp_shared, all_shared (no access), rp_wires.
void init_piece(const Task* task, const Regions&, Context context, Runtime* runtime) {
  const CircuitConfig& config = argument_of<CircuitConfig>(task);
  for (const int nodes : {1, 2}) {
    TaskLauncher launcher(kInitNodes, UntypedBuffer(&config, sizeof config));
    launcher.add_region_requirement(inherited(task->regions[static_cast<std::size_t>(nodes)]));
    runtime->execute_task(context, launcher);
  }
  const WireArguments arguments{config, task->index_point[0]};
  TaskLauncher launcher(kInitWires, UntypedBuffer(&arguments, sizeof arguments));
  launcher.add_region_requirement(inherited(task->regions[0]));
  for (const std::size_t bounds : {1, 2, 3}) {
    const LogicalRegion region = task->regions[bounds].region;
    launcher.add_region_requirement(
        RegionRequirement(region, LEGION_NO_ACCESS, LEGION_EXCLUSIVE, region));
  }
  launcher.add_region_requirement(inherited(task->regions[4]));
  runtime->execute_task(context, launcher);
}

void init_nodes(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const CircuitConfig& config = argument_of<CircuitConfig>(task);
  const IdRange nodes = ids_of(runtime, task->regions[0].region);
  const auto capacitance = write_column<float>(regions[0], kNodeCap, nodes);
  const auto leakage = write_column<float>(regions[0], kLeakage, nodes);
  const auto charge = write_column<float>(regions[0], kCharge, nodes);
  const auto voltage = write_column<float>(regions[0], kNodeVoltage, nodes);
  for (std::int64_t node = nodes.lo; node <= nodes.hi; ++node) {
    const NodeValues values = generate_node(config, node);
    capacitance[node] = values.capacitance;
    leakage[node] = values.leakage;
    charge[node] = values.charge;
    voltage[node] = values.voltage;
  }
}

/// Requirements as init_piece's. The ends' locations are found by init_pointers.
void init_wires(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const auto& [config, superpiece] = argument_of<WireArguments>(task);
  const IdRange wires = ids_of(runtime, task->regions[4].region);
  CASTRA_CHECK(wires == config.wires_of_superpiece(superpiece),
               "rp_wires is not cut into superpieces");
  const auto in_ptr = write_column<std::int64_t>(regions[4], kInPtr, wires);
  const auto out_ptr = write_column<std::int64_t>(regions[4], kOutPtr, wires);
  const auto inductance = write_column<float>(regions[4], kInductance, wires);
  const auto resistance = write_column<float>(regions[4], kResistance, wires);
  const auto capacitance = write_column<float>(regions[4], kWireCap, wires);
  std::vector<Column<float>> zeroed;
  zeroed.reserve(2 * kSegments - 1);
  for (unsigned s = 0; s < kSegments; ++s) {
    zeroed.push_back(write_column<float>(regions[4], kCurrent + s, wires));
  }
  for (unsigned s = 0; s < kSegments - 1; ++s) {
    zeroed.push_back(write_column<float>(regions[4], kVoltage + s, wires));
  }
  IdRange ghost;
  std::int64_t id = wires.lo;
  const std::int64_t first_piece = superpiece * config.pieces_per_superpiece;
  for (std::int64_t piece = first_piece; piece < first_piece + config.pieces_per_superpiece;
       ++piece) {
    const std::vector<WireValues> generated = generate_wires(config, piece);
    widen_ghost_range(config, piece, generated, ghost);
    for (const WireValues& wire : generated) {
      in_ptr[id] = wire.in_node;
      out_ptr[id] = wire.out_node;
      inductance[id] = wire.inductance;
      resistance[id] = wire.resistance;
      capacitance[id] = wire.capacitance;
      for (const Column<float>& column : zeroed) column[id] = 0.0f;
      ++id;
    }
  }
  const auto rect = write_column<Rect<1>>(regions[0], kRect, {superpiece, superpiece});
  rect[superpiece] = Rect<1>(ghost.lo, ghost.hi);
}

/// Requirements: all_shared (no access), ghost_ranges.rect.
IndexPartition create_ghost_partition(const Task* task, const Regions& regions, Context context,
                                      Runtime* runtime) {
  const IdRange superpieces = ids_of(runtime, task->regions[1].region);
  const auto rect = read_column<Rect<1>>(regions[1], kRect, superpieces);
  std::vector<IdRange> ranges;
  for (std::int64_t superpiece = superpieces.lo; superpiece <= superpieces.hi; ++superpiece) {
    ranges.push_back({rect[superpiece].lo[0], rect[superpiece].hi[0]});
  }
  return create_ghost_index_partition(context, runtime, task->regions[0].region.get_index_space(),
                                      ranges);
}

/// Requirements: rp_private, rp_shared, rp_ghost (no access), rp_wires' pointers and locations.
void init_pointers(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const IdRange privates = ids_of(runtime, task->regions[0].region);
  const IdRange shareds = ids_of(runtime, task->regions[1].region);
  const IdRange ghosts = ids_of(runtime, task->regions[2].region);
  const IdRange wires = ids_of(runtime, task->regions[3].region);
  const auto in_ptr = write_column<std::int64_t>(regions[3], kInPtr, wires);
  const auto in_location = write_column<std::uint8_t>(regions[3], kInLocation, wires);
  const auto out_ptr = write_column<std::int64_t>(regions[3], kOutPtr, wires);
  const auto out_location = write_column<std::uint8_t>(regions[3], kOutLocation, wires);
  const auto locate = [&](std::int64_t node) {
    if (privates.contains(node)) return static_cast<std::uint8_t>(Location::Private);
    if (shareds.contains(node)) return static_cast<std::uint8_t>(Location::Shared);
    CASTRA_CHECK(ghosts.contains(node), "a wire ends outside the nodes its superpiece reaches");
    return static_cast<std::uint8_t>(Location::Ghost);
  };
  for (std::int64_t wire = wires.lo; wire <= wires.hi; ++wire) {
    in_location[wire] = locate(in_ptr[wire]);
    out_location[wire] = locate(out_ptr[wire]);
  }
}

}  // namespace

void register_init_tasks() {
  constexpr auto kCpu = Processor::LOC_PROC;
  register_task<init_piece>(kInitPiece, "init_piece", kCpu, TaskShape::Inner, "CPU");
  register_task<init_nodes>(kInitNodes, "init_nodes", kCpu, TaskShape::Leaf, "CPU");
  register_task<init_wires>(kInitWires, "init_wires", kCpu, TaskShape::Leaf, "CPU");
  register_task<IndexPartition, create_ghost_partition>(
      kCreateGhostPartition, "create_ghost_partition", kCpu, TaskShape::General, "CPU");
  register_task<init_pointers>(kInitPointers, "init_pointers", kCpu, TaskShape::Leaf, "CPU");
}

}  // namespace castra::apps::circuit
