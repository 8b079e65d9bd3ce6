#include "search/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "support/text.h"

namespace castra::search {
namespace {

constexpr std::array kKindsFastestFirst = {ProcessorKind::Gpu, ProcessorKind::Omp,
                                           ProcessorKind::Cpu};

/// Nearest first. Registered memory is for network transfers: near a CPU, but small.
std::vector<MemoryKind> memories_nearest_first(ProcessorKind kind) {
  switch (kind) {
    case ProcessorKind::Gpu:
      return {MemoryKind::FrameBuffer, MemoryKind::ZeroCopy};
    case ProcessorKind::Omp:
      return {MemoryKind::Socket, MemoryKind::System, MemoryKind::Registered, MemoryKind::ZeroCopy};
    case ProcessorKind::Cpu:
    case ProcessorKind::Io:
    case ProcessorKind::Py:
    case ProcessorKind::Proc:
      break;
  }
  return {MemoryKind::System, MemoryKind::Socket, MemoryKind::Registered, MemoryKind::ZeroCopy};
}

/// An argument position over all launches of its task.
struct ArgumentFacts {
  std::string region;
  int dimensions = 1;
  std::size_t fields = 0;
  Bytes largest_point;
  Bytes bytes;
};

/// A task over all its launches.
struct TaskFacts {
  std::map<int, ArgumentFacts> arguments;
  std::vector<Rect> domains;
  std::int64_t time_ns = 0;
};

std::map<std::string, TaskFacts> collect(const Program& program) {
  std::map<std::string, TaskFacts> tasks;
  for (const Launch& launch : program.launches) {
    TaskFacts& facts = tasks[launch.task];
    facts.time_ns += launch.total_time.value;
    if (launch.domain && launch.domain->volume() > 0) facts.domains.push_back(*launch.domain);
    for (const Requirement& requirement : launch.requirements) {
      if (requirement.privilege == Privilege::None) continue;
      ArgumentFacts& argument = facts.arguments[requirement.index];
      if (argument.region.empty() && !requirement.names.empty()) {
        argument.region = requirement.names.front();
      }
      argument.dimensions = std::max(argument.dimensions, requirement.dimensions);
      argument.fields = std::max(argument.fields, requirement.fields.size());
      argument.largest_point = std::max(argument.largest_point, requirement.max_bytes);
      argument.bytes.value += requirement.bytes.value;
    }
  }
  return tasks;
}

bool writable(std::string_view name) {
  return !name.empty() && std::ranges::none_of(name, [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  });
}

/// For each memory that may hold the argument: itself and what is farther away.
std::vector<std::string> memory_lists(const Machine& machine, ProcessorKind kind,
                                      Bytes largest_point) {
  std::vector<std::string> usable;
  for (const MemoryKind memory : memories_nearest_first(kind)) {
    const MemoryGroup* group = machine.find(memory);
    if (group == nullptr || group->per_node <= 0 || !machine.visible(memory, kind)) continue;
    if (group->capacity.value == 0 || group->capacity < largest_point) continue;
    usable.emplace_back(to_string(memory));
  }
  std::vector<std::string> lists;
  for (std::size_t i = 0; i < usable.size(); ++i) {
    lists.push_back(join(std::span(usable).subspan(i), ","));
  }
  return lists;
}

std::vector<std::string> layouts(const ArgumentFacts& argument) {
  std::vector<std::string> values;
  for (const char* fields : {"SOA", "AOS"}) {
    for (const char* order : {"F_order", "C_order"})
      values.push_back(fmt::format("{} {}", fields, order));
  }
  if (argument.dimensions <= 1)
    std::erase_if(values, [](auto& v) { return v.ends_with("C_order"); });
  if (argument.fields <= 1) std::erase_if(values, [](auto& v) { return v.starts_with("AOS"); });
  return values;
}

}  // namespace

class SpaceBuilder {
 public:
  SpaceBuilder(const Program& program, const Machine& machine)
      : program_(program), machine_(machine), tasks_(collect(program)) {
    for (const auto& [name, facts] : tasks_) total_ns_ += facts.time_ns;
  }

  SearchSpace build() {
    for (const auto& [name, facts] : tasks_) {
      const Task* task = program_.find_task(name);
      if (task != nullptr && searchable(*task, facts)) add_task(*task, facts);
    }
    return std::move(space_);
  }

 private:
  using MemoryLists = std::map<int, std::vector<std::string>>;  ///< per argument

  static bool searchable(const Task& task, const TaskFacts& facts) {
    if (facts.arguments.empty() && facts.domains.empty()) return false;
    const bool inner = std::ranges::any_of(task.variants, [](const auto& v) { return v.inner; });
    return !inner && writable(task.name);
  }

  /// Nothing if some argument fits no memory the kind sees, or the task cannot run there at all.
  std::optional<MemoryLists> memories(const Task& task, const TaskFacts& facts,
                                      ProcessorKind kind) const {
    if (!task.has_variant(kind) || machine_.shape().count(kind) <= 0) return std::nullopt;
    MemoryLists lists;
    for (const auto& [index, argument] : facts.arguments) {
      lists[index] = memory_lists(machine_, kind, argument.largest_point);
      if (lists[index].empty()) return std::nullopt;
    }
    return lists;
  }

  void add_task(const Task& task, const TaskFacts& facts) {
    std::map<ProcessorKind, MemoryLists> by_kind;
    Choice processor = choice(ChoiceKind::Processor, task.name, facts);
    for (const ProcessorKind kind : kKindsFastestFirst) {
      if (auto lists = memories(task, facts, kind)) {
        by_kind[kind] = *std::move(lists);
        processor.values.emplace_back(to_string(kind));
      }
    }
    if (processor.values.empty()) return;
    current_task_ = space_.choices_.size();
    const std::vector<std::string> kinds = processor.values;
    add(std::move(processor));
    for (const std::string& word : kinds) {
      const ProcessorKind kind = *parse_processor_kind(word);
      add_index_map(task, facts, kind);
      add_memories(task, facts, kind, by_kind[kind]);
    }
    add_layouts(task, facts);
  }

  Choice choice(ChoiceKind kind, const std::string& task, const TaskFacts& facts) const {
    Choice choice;
    choice.kind = kind;
    choice.task = task;
    if (total_ns_ > 0) {
      choice.time_share = static_cast<double>(facts.time_ns) / static_cast<double>(total_ns_);
    }
    for (const auto& [index, argument] : facts.arguments)
      choice.bytes.value += argument.bytes.value;
    return choice;
  }

  Choice argument_choice(ChoiceKind kind, const std::string& task, const TaskFacts& facts,
                         int index) const {
    Choice result = choice(kind, task, facts);
    const ArgumentFacts& argument = facts.arguments.at(index);
    result.argument = index;
    result.region = argument.region;
    result.bytes = argument.bytes;
    return result;
  }

  void add(Choice choice) {
    space_.choices_.push_back(std::move(choice));
    space_.processor_choice_.push_back(current_task_);
  }

  void add_memories(const Task& task, const TaskFacts& facts, ProcessorKind kind,
                    const MemoryLists& lists) {
    for (const auto& [index, values] : lists) {
      Choice memory = argument_choice(ChoiceKind::Memory, task.name, facts, index);
      memory.processor = kind;
      memory.values = values;
      add(std::move(memory));
    }
  }

  void add_layouts(const Task& task, const TaskFacts& facts) {
    for (const auto& [index, argument] : facts.arguments) {
      Choice layout = argument_choice(ChoiceKind::Layout, task.name, facts, index);
      layout.values = layouts(argument);
      if (layout.values.size() > 1) add(std::move(layout));
    }
  }

  /// None for tasks launched over domains of different rank: one function cannot read both.
  void add_index_map(const Task& task, const TaskFacts& facts, ProcessorKind kind) {
    if (facts.domains.empty()) return;
    IndexMapContext context;
    context.kind = kind;
    context.nodes = machine_.nodes;
    context.per_node = machine_.shape().count(kind);
    context.rank = facts.domains.front().dimensions();
    context.origin = facts.domains.front().lo;
    for (const Rect& domain : facts.domains) {
      if (domain.dimensions() != context.rank) return;
      for (int d = 0; d < context.rank; ++d) {
        context.origin[d] = std::min(context.origin[d], domain.lo[d]);
      }
    }
    Choice map = choice(ChoiceKind::IndexMap, task.name, facts);
    map.processor = kind;
    map.values = distinct_index_maps(facts.domains, context);
    space_.index_contexts_[space_.choices_.size()] = std::move(context);
    add(std::move(map));
  }

  const Program& program_;
  const Machine& machine_;
  std::map<std::string, TaskFacts> tasks_;
  std::int64_t total_ns_ = 0;
  std::size_t current_task_ = 0;
  SearchSpace space_;
};

SearchSpace SearchSpace::derive(const Program& program, const Machine& machine) {
  return SpaceBuilder(program, machine).build();
}

double SearchSpace::log10_size() const {
  double size = 0;
  for (const Choice& choice : choices_)
    size += std::log10(static_cast<double>(choice.values.size()));
  return size;
}

Configuration SearchSpace::random(Rng& rng) const {
  Configuration configuration;
  for (const Choice& choice : choices_) {
    configuration.push_back(static_cast<int>(rng.below(choice.values.size())));
  }
  return configuration;
}

bool SearchSpace::active(const Configuration& configuration, std::size_t choice) const {
  const Choice& asked = choices_[choice];
  if (asked.kind != ChoiceKind::Memory && asked.kind != ChoiceKind::IndexMap) return true;
  const std::size_t task = processor_choice_[choice];
  return choices_[task].values[static_cast<std::size_t>(configuration[task])] ==
         to_string(asked.processor);
}

const IndexMapContext& SearchSpace::index_map_context(std::size_t choice) const {
  return index_contexts_.at(choice);
}

}  // namespace castra::search
