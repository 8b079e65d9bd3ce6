#include <algorithm>
#include <cstdio>
#include <limits>
#include <vector>

#include "circuit/reference.h"
#include "circuit/schema.h"
#include "circuit/tasks.h"
#include "common/compare.h"
#include "common/legion_columns.h"
#include "common/report.h"
#include "common/task_registration.h"

namespace castra::apps::circuit {

using namespace Legion;

namespace {

/// Hands out what main has read: the runtime's own copy of the command line may hold more words,
/// from its environment variables.
CircuitConfig parse_input(const Task*, const Regions&, Context, Runtime*,
                          const CircuitConfig& config) {
  std::fputs(settings_text(config).c_str(), stdout);
  std::fflush(stdout);
  return config;
}

/// Seconds from the first start to the last stop. Requirement: all_times.
double get_elapsed(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const IdRange superpieces = ids_of(runtime, task->regions[0].region);
  const auto start = read_column<std::int64_t>(regions[0], kStart, superpieces);
  const auto stop = read_column<std::int64_t>(regions[0], kStop, superpieces);
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (std::int64_t superpiece = superpieces.lo; superpiece <= superpieces.hi; ++superpiece) {
    first = std::min(first, start[superpiece]);
    last = std::max(last, stop[superpiece]);
  }
  return 1e-6 * static_cast<double>(last - first);
}

void print_summary(const Task* task, const Regions&, Context, Runtime*) {
  if (task->index_point[0] != 0) return;
  const auto& [config, seconds] = argument_of<SummaryArguments>(task);
  print_performance(seconds, config.operations());
}

/// Requirement: the currents and voltages of all_wires.
void dump_wires(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const IdRange wires = ids_of(runtime, task->regions[0].region);
  std::vector<Column<const float>> columns;
  columns.reserve(2 * kSegments - 1);
  for (unsigned s = 0; s < kSegments; ++s) {
    columns.push_back(read_column<float>(regions[0], kCurrent + s, wires));
  }
  for (unsigned s = 0; s < kSegments - 1; ++s) {
    columns.push_back(read_column<float>(regions[0], kVoltage + s, wires));
  }
  for (std::int64_t wire = wires.lo; wire <= wires.hi; ++wire) {
    for (const auto& column : columns) std::printf(" %.5g", static_cast<double>(column[wire]));
    std::printf("\n");
  }
  std::fflush(stdout);
}

std::vector<float> values_of(const Column<const float>& column, IdRange ids) {
  std::vector<float> values;
  for (std::int64_t id = ids.lo; id <= ids.hi; ++id) values.push_back(column[id]);
  return values;
}

/// True if all nodes are as the reference says. Requirement: charge and node_voltage of all_nodes.
bool check_results(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const auto& config = argument_of<CircuitConfig>(task);
  const IdRange nodes = ids_of(runtime, task->regions[0].region);
  std::vector<float> voltage =
      values_of(read_column<float>(regions[0], kNodeVoltage, nodes), nodes);
  const std::vector<float> charge =
      values_of(read_column<float>(regions[0], kCharge, nodes), nodes);
  if (config.corrupt >= 0) voltage[static_cast<std::size_t>(config.corrupt)] += 1.0f;
  const Expectation expected = simulate_reference(config);
  Comparison comparison;
  comparison.add("node_voltage", voltage, expected.voltage, expected.voltage_tolerance);
  comparison.add("charge", charge, expected.charge, expected.charge_tolerance);
  std::fputs(comparison.report().c_str(), stdout);
  std::fflush(stdout);
  return comparison.same();
}

}  // namespace

void register_report_tasks(const CircuitConfig& config) {
  constexpr auto kCpu = Processor::LOC_PROC;
  constexpr auto kLeaf = TaskShape::Leaf;
  register_task<CircuitConfig, CircuitConfig, parse_input>(kParseInput, "parse_input", kCpu, kLeaf,
                                                           "CPU", config);
  register_task<double, get_elapsed>(kGetElapsed, "get_elapsed", kCpu, kLeaf, "CPU");
  register_task<print_summary>(kPrintSummary, "print_summary", kCpu, kLeaf, "CPU");
  register_task<dump_wires>(kDumpWires, "dump_wires", kCpu, kLeaf, "CPU");
  register_task<bool, check_results>(kCheckResults, "check_results", kCpu, kLeaf, "CPU");
}

}  // namespace castra::apps::circuit
