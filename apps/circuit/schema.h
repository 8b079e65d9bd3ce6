#pragma once

// Ids and names that the program shows to Legion and, through it, to mappers.

#include <legion.h>

#include "circuit/charge_sum.h"
#include "circuit/config.h"

namespace castra::apps::circuit {

enum TaskId : Legion::TaskID {
  kTopLevel = 1,
  kParseInput,
  kInitPiece,
  kInitNodes,
  kInitWires,
  kCreateGhostPartition,
  kInitPointers,
  kCalculateNewCurrents,
  kDistributeCharge,
  kUpdateVoltages,
  kGetElapsed,
  kPrintSummary,
  kDumpWires,
  kCheckResults,
};

enum FieldId : Legion::FieldID {
  // all_nodes
  kNodeCap = 101,
  kLeakage,
  kCharge,
  kNodeVoltage,
  // all_wires; currents and voltages have one id per segment, counted from these
  kInPtr = 201,
  kInLocation,
  kOutPtr,
  kOutLocation,
  kInductance,
  kResistance,
  kWireCap,
  kCurrent = 220,
  kVoltage = 240,
  // all_times
  kStart = 301,
  kStop,
  // ghost_ranges
  kRect = 401,
};

/// Colours of rp_all_nodes.
inline constexpr Legion::coord_t kPrivateColor = 0;
inline constexpr Legion::coord_t kSharedColor = 1;

/// Argument of init_wires.
struct WireArguments {
  CircuitConfig config;
  std::int64_t superpiece = 0;
};

/// Argument of calculate_new_currents and update_voltages.
struct StepArguments {
  bool print_ts = false;  ///< write the time into the superpiece's timestamp
  std::int64_t steps = 0;
};

/// Argument of print_summary.
struct SummaryArguments {
  CircuitConfig config;
  double seconds = 0;
};

template <typename T>
const T& argument_of(const Legion::Task* task) {
  return *static_cast<const T*>(task->args);
}

}  // namespace castra::apps::circuit
