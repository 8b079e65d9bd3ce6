#include "circuit/views.h"

#include "circuit/schema.h"
#include "common/legion_columns.h"
#include "support/check.h"

namespace castra::apps::circuit {

using namespace Legion;

namespace {

/// Positions of the three node regions in `NodeColumns`, which are those of the requirements too.
constexpr std::size_t kPrivate = static_cast<std::size_t>(Location::Private);
constexpr std::size_t kShared = static_cast<std::size_t>(Location::Shared);
constexpr std::size_t kGhost = static_cast<std::size_t>(Location::Ghost);

VoltageView node_view(const PhysicalRegion& constant, const PhysicalRegion& changing,
                      IdRange nodes) {
  return {.capacitance = read_column<float>(constant, kNodeCap, nodes),
          .leakage = read_column<float>(constant, kLeakage, nodes),
          .charge = write_column<float>(changing, kCharge, nodes),
          .voltage = write_column<float>(changing, kNodeVoltage, nodes)};
}

}  // namespace

CurrentsWork currents_work(const Task* task, const Regions& regions, Runtime* runtime) {
  CurrentsWork work;
  CurrentsView& view = work.view;
  for (const std::size_t place : {kPrivate, kShared, kGhost}) {
    const IdRange nodes = ids_of(runtime, task->regions[place].region);
    view.voltage.in[place] = read_column<float>(regions[place], kNodeVoltage, nodes);
  }
  const IdRange wires = work.wires = ids_of(runtime, task->regions[3].region);
  view.in_ptr = read_column<std::int64_t>(regions[3], kInPtr, wires);
  view.out_ptr = read_column<std::int64_t>(regions[3], kOutPtr, wires);
  view.in_location = read_column<std::uint8_t>(regions[3], kInLocation, wires);
  view.out_location = read_column<std::uint8_t>(regions[3], kOutLocation, wires);
  view.inductance = read_column<float>(regions[3], kInductance, wires);
  view.resistance = read_column<float>(regions[3], kResistance, wires);
  view.capacitance = read_column<float>(regions[3], kWireCap, wires);
  for (unsigned s = 0; s < kSegments; ++s) {
    view.current[s] = write_column<float>(regions[4], kCurrent + s, wires);
  }
  for (unsigned s = 0; s < kSegments - 1; ++s) {
    view.inner_voltage[s] = write_column<float>(regions[4], kVoltage + s, wires);
  }
  return work;
}

ChargeWork charge_work(const Task* task, const Regions& regions, Runtime* runtime) {
  ChargeWork work;
  ChargeView& view = work.view;
  view.charge.in[kPrivate] = write_column<float>(regions[kPrivate], kCharge,
                                                 ids_of(runtime, task->regions[kPrivate].region));
  for (const std::size_t place : {kShared, kGhost}) {
    const IdRange nodes = ids_of(runtime, task->regions[place].region);
    view.charge.in[place] = reduce_column<ChargeSum>(regions[place], kCharge, kChargeSumId, nodes);
  }
  const IdRange wires = work.wires = ids_of(runtime, task->regions[3].region);
  view.in_ptr = read_column<std::int64_t>(regions[3], kInPtr, wires);
  view.out_ptr = read_column<std::int64_t>(regions[3], kOutPtr, wires);
  view.in_location = read_column<std::uint8_t>(regions[3], kInLocation, wires);
  view.out_location = read_column<std::uint8_t>(regions[3], kOutLocation, wires);
  view.first_current = read_column<float>(regions[3], kCurrent, wires);
  view.last_current = read_column<float>(regions[3], kCurrent + kSegments - 1, wires);
  return work;
}

VoltageWork voltage_work(const Task* task, const Regions& regions, Runtime* runtime) {
  VoltageWork work;
  work.private_nodes = ids_of(runtime, task->regions[1].region);
  work.shared_nodes = ids_of(runtime, task->regions[3].region);
  work.private_view = node_view(regions[0], regions[1], work.private_nodes);
  work.shared_view = node_view(regions[2], regions[3], work.shared_nodes);
  return work;
}

StampWork stamp_work(const Task* task, const Regions& regions, Runtime* runtime, std::size_t index,
                     FieldID field) {
  const IdRange own = ids_of(runtime, task->regions[index].region);
  CASTRA_CHECK(own.size() == 1, "a superpiece has one timestamp");
  return {write_column<std::int64_t>(regions[index], field, own), own.lo};
}

}  // namespace castra::apps::circuit
