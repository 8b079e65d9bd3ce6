#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "mapping/mapping.h"
#include "program/program.h"

namespace castra {

/// Processors of a kind that get no point of any launch, though the largest launch has points
/// enough.
struct IdleProcessors {
  ProcessorKind kind = ProcessorKind::Cpu;
  int total = 0;             ///< of the kind, on all nodes
  int idle = 0;              ///< of those
  std::string which;         ///< "node 0: 2-3; node 1: 0-3"
  std::size_t launches = 0;  ///< shapes of launches looked at
  std::string task;          ///< of the launch with most points
  std::int64_t points = 0;   ///< of that launch
  DecidedBy by;              ///< its rule
};

/// One launch that gives some processor many more points than the others.
struct Imbalance {
  std::string task;
  Rect domain;
  ProcessorKind kind = ProcessorKind::Cpu;
  std::string busiest;  ///< "node 0 GPU 3"
  double most = 0;      ///< points of the busiest; a point any of n may run counts 1/n for each
  double mean = 0;      ///< over `processors`
  /// Those that any launch uses; all of the kind, if not every launch of it is decided.
  std::size_t processors = 0;
  double time_share = 0;  ///< of the program's recorded task time; 0 if not recorded
  DecidedBy by;
};

/// Per kind, for kinds of which every index launch is decided and evaluated; elsewhere other
/// processors may be used. Cost: one visit per point.
std::vector<IdleProcessors> find_idle(const Mapping& mapping, const Machine& machine);

/// Launches whose busiest processor has over `threshold` times the mean, and more than an even
/// division would give it. If times were recorded, those below 1% of them are left out. One per
/// task and rule: the one that costs most; by cost, largest first.
std::vector<Imbalance> find_imbalances(const Mapping& mapping, const Program& program,
                                       const Machine& machine, double threshold = 1.5);

}  // namespace castra
