#pragma once

#include <string>
#include <utility>
#include <vector>

#include "machine/machine.h"
#include "program/program.h"
#include "support/rng.h"

namespace castra::search {

inline Machine test_machine(int cpus, int gpus, int nodes = 1, std::uint64_t fb_bytes = 1 << 20) {
  Machine machine;
  machine.name = "test";
  machine.nodes = nodes;
  machine.processors.push_back({ProcessorKind::Cpu, cpus, ""});
  machine.memories.push_back({MemoryKind::System, 1, Bytes{1 << 30}, {ProcessorKind::Cpu}, ""});
  if (gpus > 0) {
    machine.processors.push_back({ProcessorKind::Gpu, gpus, ""});
    machine.memories.push_back(
        {MemoryKind::FrameBuffer, gpus, Bytes{fb_bytes}, {ProcessorKind::Gpu}, ""});
    machine.memories.push_back(
        {MemoryKind::ZeroCopy, 1, Bytes{1 << 30}, {ProcessorKind::Gpu, ProcessorKind::Cpu}, ""});
  }
  return machine;
}

inline Requirement requirement(int index, int dimensions, int fields, std::uint64_t max_bytes) {
  Requirement r;
  r.index = index;
  r.privilege = Privilege::ReadWrite;
  r.names = {"region_" + std::to_string(index)};
  for (int f = 0; f < fields; ++f)
    r.fields.push_back({static_cast<std::uint32_t>(f), "", Bytes{8}});
  r.dimensions = dimensions;
  r.max_bytes = Bytes{max_bytes};
  r.bytes = Bytes{4 * max_bytes};
  return r;
}

inline Task task_with(const std::string& name, const std::vector<ProcessorKind>& kinds) {
  Task task;
  task.name = name;
  for (const ProcessorKind kind : kinds) {
    task.variants.push_back(
        {static_cast<std::uint32_t>(task.variants.size() + 1), kind, true, false});
  }
  return task;
}

/// Tasks with 1-3 arguments, index launches of 1-3 dimensions with odd origins, single tasks, kinds
/// in all combinations. Everything small.
inline Program random_program(Rng& rng) {
  Program program;
  const auto tasks = 1 + rng.below(4);
  for (std::uint64_t t = 0; t < tasks; ++t) {
    std::vector<ProcessorKind> kinds;
    if (rng.below(4) != 0) kinds.push_back(ProcessorKind::Cpu);
    if (rng.below(2) != 0 || kinds.empty()) kinds.push_back(ProcessorKind::Gpu);
    const std::string name = (rng.below(2) != 0 ? "task " : "task_") + std::to_string(t);
    program.tasks.push_back(task_with(name, kinds));
    Launch launch;
    launch.task = name;
    launch.count = 1;
    launch.total_time = Nanoseconds{static_cast<std::int64_t>(rng.below(1000))};
    if (rng.below(4) != 0) {
      Rect domain;
      const auto rank = 1 + rng.below(3);
      for (std::uint64_t d = 0; d < rank; ++d) {
        domain.lo.push_back(rng.below(3) == 0 ? static_cast<std::int64_t>(rng.below(9)) - 4 : 0);
        domain.hi.push_back(domain.lo.back() + static_cast<std::int64_t>(rng.below(6)));
      }
      launch.domain = domain;
    }
    const auto arguments = rng.below(4);
    for (std::uint64_t a = 0; a < arguments; ++a) {
      launch.requirements.push_back(
          requirement(static_cast<int>(a), static_cast<int>(1 + rng.below(3)),
                      static_cast<int>(1 + rng.below(3)), rng.below(1 << 21)));
    }
    program.launches.push_back(launch);
  }
  return program;
}

}  // namespace castra::search
