#include "lang/bind.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "lang/checked_program.h"
#include "lang/function_code.h"

namespace castra::lang {
namespace {

DecidedBy cite(const RuleRef& rule) { return {rule.line, rule.text}; }

template <typename T>
std::optional<RuledValue<T>> ruled(const std::optional<Decision<T>>& decision) {
  if (!decision) return std::nullopt;
  return RuledValue<T>{decision->value, cite(decision->rule)};
}

bool can_run(const Task& task, ProcessorKind kind, const Machine& machine) {
  return machine.find(kind) != nullptr && task.has_variant(kind);
}

ProcessorKind default_kind(const Task& task, const Machine& machine) {
  constexpr std::array kOrder = {ProcessorKind::Gpu, ProcessorKind::Omp, ProcessorKind::Cpu,
                                 ProcessorKind::Io, ProcessorKind::Py};
  const auto found = std::find_if(kOrder.begin(), kOrder.end(),
                                  [&](ProcessorKind kind) { return can_run(task, kind, machine); });
  return found == kOrder.end() ? ProcessorKind::Cpu : *found;
}

/// The one memory of a list without fall-through: VIRTUAL, the first that exists, or `fallback`.
std::vector<MemoryKind> first_existing(const std::vector<MemoryKind>& list, MemoryKind fallback,
                                       ProcessorKind kind, const Machine& machine) {
  for (const MemoryKind memory : list) {
    if (memory == MemoryKind::Virtual || machine.visible(memory, kind)) return {memory};
  }
  return {fallback};
}

ArgumentDecision bind_argument(const Policy& policy, const Requirement& requirement,
                               const std::string& task, ProcessorKind kind,
                               const Machine& machine) {
  ArgumentDecision decision;
  decision.index = requirement.index;
  const ArgumentQuery query{task, requirement.index, requirement.names, kind};
  MemoryKind memory = default_memory(kind);
  if (auto memories = policy.memories(query)) {
    for (MemoryKind candidate : memories->value) {
      if (!machine.visible(candidate, kind)) continue;
      memory = candidate;
      break;
    }
    decision.memories_by = cite(memories->rule);
    decision.memories = memories->fall_through
                            ? std::move(memories->value)
                            : first_existing(memories->value, memory, kind, machine);
  }
  if (auto layout = policy.layout(query, memory)) {
    decision.layout = layout->layout;
    decision.layout_by = cite(layout->rules.front());
  }
  if (const auto rule = policy.collects(query)) {
    decision.collected = true;
    decision.collected_by = cite(*rule);
  }
  return decision;
}

/// Requirements of all launches of a task, one per index: the first launch that has it.
std::vector<const Requirement*> arguments_of(const Program& program, const std::string& task) {
  std::vector<const Requirement*> arguments;
  std::set<int> seen;
  for (const Launch& launch : program.launches) {
    if (launch.task != task) continue;
    for (const Requirement& requirement : launch.requirements) {
      if (seen.insert(requirement.index).second) arguments.push_back(&requirement);
    }
  }
  std::sort(arguments.begin(), arguments.end(),
            [](const Requirement* a, const Requirement* b) { return a->index < b->index; });
  return arguments;
}

TaskDecision bind_task(const Policy& policy, const Program& program, const Task& task,
                       const Machine& machine) {
  TaskDecision decision;
  decision.task = task.name;
  decision.kind = default_kind(task, machine);
  if (auto kinds = policy.processors(task.name)) {
    const auto found =
        std::find_if(kinds->value.begin(), kinds->value.end(),
                     [&](ProcessorKind kind) { return can_run(task, kind, machine); });
    decision.kind_decided = found != kinds->value.end();
    if (decision.kind_decided) decision.kind = *found;
    if (decision.kind_decided || !policy.profile().unusable_kinds_default) {
      decision.kind_by = cite(kinds->rule);
      decision.listed = std::move(kinds->value);
    }
  }
  for (const Requirement* requirement : arguments_of(program, task.name)) {
    decision.arguments.push_back(
        bind_argument(policy, *requirement, task.name, decision.kind, machine));
  }
  decision.instance_limit = ruled(policy.instance_limit(task.name));
  decision.replicated = ruled(policy.replicates(task.name));
  decision.steals = ruled(policy.steals(task.name, decision.kind));
  return decision;
}

LaunchDecision bind_launch(const Policy& policy, const Launch& launch, ProcessorKind kind,
                           const Machine& machine) {
  LaunchDecision decision;
  decision.task = launch.task;
  decision.domain = *launch.domain;
  const std::vector<std::int64_t> bytes = region_bytes(launch);
  if (!policy.profile().limits_on_index_launches) {
    const auto limit = policy.instance_limit(launch.task);
    if (limit && limit->value > 0) {
      decision.failure = "the published mapper ends on an index launch of task `" + launch.task +
                         "`, which has an InstanceLimit";
      decision.by = cite(limit->rule);
      return decision;
    }
  }
  const PlaceResult placed =
      policy.place({launch.task, kind, *launch.domain, bytes}, machine.shape(), nullptr);
  if (!placed) {
    const LineColumn at = policy.source().locate(placed.error().span.begin);
    decision.failure =
        "the index map of task `" + launch.task + "` fails: " + placed.error().message;
    decision.by = {at.line, std::string(policy.source().line_text(at.line))};
    if (const auto map = policy.index_map(launch.task, kind))
      decision.function = function_text(policy.program(), map->value);
    return decision;
  }
  if (!*placed) return decision;
  const Placement& placement = **placed;
  decision.by = cite(placement.rule);
  decision.processors.emplace();
  for (const ProcessorSet& set : placement.points) {
    std::vector<int> point{set.node};
    point.insert(point.end(), set.processors.begin(), set.processors.end());
    decision.processors->push_back(std::move(point));
  }
  return decision;
}

}  // namespace

std::vector<std::int64_t> region_bytes(const Launch& launch) {
  std::vector<std::int64_t> bytes;
  for (const Requirement& requirement : launch.requirements) {
    const auto at = static_cast<std::size_t>(std::max(0, requirement.index));
    if (at >= bytes.size()) bytes.resize(at + 1, -1);
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    bytes[at] = static_cast<std::int64_t>(std::min(requirement.bytes.value, kMost));
  }
  return bytes;
}

MemoryKind default_memory(ProcessorKind kind) {
  return kind == ProcessorKind::Gpu ? MemoryKind::FrameBuffer : MemoryKind::System;
}

SingleDecision bind_single(const Policy& policy, const std::string& task, ProcessorKind kind,
                           std::span<const std::int64_t> bytes, const MachineShape& machine) {
  SingleDecision decision;
  decision.task = task;
  const auto map = policy.single_map(task, kind);
  if (!map) return decision;
  decision.by = cite(map->rule);
  if (task_questions(policy.program(), map->value).run) {
    decision.depends_run = true;
    decision.function = function_text(policy.program(), map->value);
    return decision;
  }
  const SinglePlaceResult placed =
      policy.place_single({{task, kind, 0, 0}, {}, bytes}, machine, nullptr);
  if (!placed) {
    decision.failure = placed.error().message;
    decision.function = function_text(policy.program(), map->value);
    return decision;
  }
  if (!*placed) {
    decision.by = {};
    return decision;
  }
  const ProcessorSet& set = (*placed)->processors;
  decision.by = cite((*placed)->rule);
  decision.processors = {set.node};
  decision.processors->insert(decision.processors->end(), set.processors.begin(),
                              set.processors.end());
  return decision;
}

Mapping bind(const Policy& policy, const Program& program, const Machine& machine,
             std::int64_t point_budget) {
  const bool limited = point_budget < std::numeric_limits<std::int64_t>::max();
  Mapping mapping;
  for (const Task& task : program.tasks) {
    const bool launched =
        std::any_of(program.launches.begin(), program.launches.end(),
                    [&](const Launch& launch) { return launch.task == task.name; });
    if (launched) mapping.tasks.push_back(bind_task(policy, program, task, machine));
  }
  for (const Launch& launch : program.launches) {
    const auto task = std::find_if(mapping.tasks.begin(), mapping.tasks.end(),
                                   [&](const TaskDecision& t) { return t.task == launch.task; });
    const ProcessorKind kind = task == mapping.tasks.end() ? ProcessorKind::Cpu : task->kind;
    if (!launch.domain) {
      if (limited && point_budget-- <= 0) {
        mapping.singles.push_back({launch.task, {}, {}, "", false, ""});
      } else {
        mapping.singles.push_back(
            bind_single(policy, launch.task, kind, region_bytes(launch), machine.shape()));
      }
      continue;
    }
    if (limited && !volume_within(*launch.domain, point_budget)) {
      LaunchDecision skipped;
      skipped.task = launch.task;
      skipped.domain = *launch.domain;
      skipped.skipped = true;
      mapping.launches.push_back(std::move(skipped));
      continue;
    }
    if (limited) point_budget -= launch.domain->volume();
    mapping.launches.push_back(bind_launch(policy, launch, kind, machine));
  }
  return mapping;
}

}  // namespace castra::lang
