#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "lang/policy.h"
#include "machine/machine.h"
#include "mapping/mapping.h"
#include "program/program.h"

namespace castra::lang {

/// Resolves a policy for one program on one machine. Where the policy is silent about a task's
/// processor kind, the kind is the one Legion's DefaultMapper takes: the first of GPU, OMP, CPU,
/// IO, PY with a processor here and a variant. Pure; cost is one function evaluation per point of
/// each recorded index-launch shape and one of each single launch;
/// once `point_budget` points are used up, larger launches are left undecided and marked as
/// skipped.
Mapping bind(const Policy& policy, const Program& program, const Machine& machine,
             std::int64_t point_budget = std::numeric_limits<std::int64_t>::max());

/// Where the default mapper puts arguments of a task on such a processor.
MemoryKind default_memory(ProcessorKind kind);

/// Where the task's SingleTaskMap, if one is active on this kind, places it; bytes as in
/// LaunchQuery.
SingleDecision bind_single(const Policy& policy, const std::string& task, ProcessorKind kind,
                           std::span<const std::int64_t> bytes, const MachineShape& machine);

/// Of every argument over the whole launch, by position, for LaunchQuery; -1 where the launch has
/// no such argument.
std::vector<std::int64_t> region_bytes(const Launch& launch);

}  // namespace castra::lang
