#include "mapping/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include "support/text.h"

namespace castra {
namespace {

/// A set of memory kinds as bits; VIRTUAL is no memory and never in one.
using KindSet = unsigned;
constexpr KindSet bit(MemoryKind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr std::array kMemories = {MemoryKind::FrameBuffer, MemoryKind::ZeroCopy, MemoryKind::System,
                                  MemoryKind::Socket, MemoryKind::Registered};

std::string set_text(KindSet set, const Machine& machine) {
  std::vector<std::string> words;
  for (const MemoryKind kind : kMemories) {
    const MemoryGroup* group = machine.find(kind);
    if ((set & bit(kind)) != 0 && group != nullptr)
      words.push_back(fmt::format("{} ({})", to_string(kind), to_string(group->capacity)));
  }
  return join(words, " and ");
}

/// One argument whose memories the mapping decides and that needs an instance.
struct Argument {
  const Requirement* requirement = nullptr;
  const ArgumentDecision* decision = nullptr;
  KindSet kinds = 0;            ///< where it may live
  std::uint64_t total = 0;      ///< over all points, of the largest recorded launch
  std::uint64_t least = 0;      ///< over all points, of the smallest recorded launch
  std::uint64_t largest = 0;    ///< of one point
  std::uint64_t elsewhere = 0;  ///< what a point has at least where another argument is largest
  std::size_t component = 0;    ///< arguments of one component may share an instance

  std::string text(std::uint64_t bytes) const {
    const auto& names = requirement->names;
    return fmt::format("argument {}{} {}", requirement->index,
                       names.empty() ? "" : " (" + names.front() + ")", to_string(Bytes{bytes}));
  }
};

bool may_share(const Requirement& a, const Requirement& b) {
  if (a.privilege != b.privilege || a.reduction != b.reduction) return false;
  if (a.privilege != Privilege::Read && a.privilege != Privilege::Reduce) return false;
  if (a.fields.empty() || b.fields.empty()) return true;
  return std::any_of(a.fields.begin(), a.fields.end(), [&](const Field& field) {
    return std::any_of(b.fields.begin(), b.fields.end(),
                       [&](const Field& other) { return other.id == field.id; });
  });
}

/// At least this many of `total` units lie in `part` of `whole` equal places that hold at most
/// `largest` each.
std::uint64_t forced(std::uint64_t total, std::uint64_t largest, std::uint64_t whole,
                     std::uint64_t part) {
  std::uint64_t others = 0;
  if (__builtin_mul_overflow(largest, whole - part, &others)) return 0;
  return total > others ? total - others : 0;
}

std::vector<Argument> arguments_of(const TaskDecision& task, const Launch& launch,
                                   const Machine& machine) {
  std::vector<Argument> arguments;
  const auto points = static_cast<std::uint64_t>(
      launch.domain ? std::max<std::int64_t>(1, launch.domain->volume()) : 1);
  for (const Requirement& requirement : launch.requirements) {
    if (requirement.privilege == Privilege::None) continue;
    const auto decision =
        std::find_if(task.arguments.begin(), task.arguments.end(),
                     [&](const ArgumentDecision& a) { return a.index == requirement.index; });
    if (decision == task.arguments.end() || !decision->memories) continue;
    Argument argument;
    argument.requirement = &requirement;
    argument.decision = &*decision;
    bool without_instance = false;
    Bytes holds;
    for (const MemoryKind memory : *decision->memories) {
      without_instance = without_instance || memory == MemoryKind::Virtual;
      if (!machine.visible(memory, task.kind)) continue;
      argument.kinds |= bit(memory);
      holds = std::max(holds, machine.find(memory)->capacity);
    }
    // An argument that has no place by itself is reported by itself.
    if (without_instance || argument.kinds == 0 || requirement.max_bytes > holds) continue;
    argument.total = requirement.bytes.value;
    argument.least = launch.count <= 1 ? requirement.bytes.value
                                       : requirement.least_bytes.value_or(Bytes{}).value;
    argument.largest = requirement.max_bytes.value;
    argument.elsewhere = forced(argument.least, argument.largest, points, 1);
    argument.component = arguments.size();
    for (Argument& before : arguments) {
      if (!may_share(*before.requirement, requirement)) continue;
      const std::size_t merged = before.component;
      for (Argument& other : arguments) {
        if (other.component == merged) other.component = argument.component;
      }
    }
    arguments.push_back(argument);
  }
  return arguments;
}

/// What some arguments need together, and how much of it each.
struct Need {
  std::uint64_t bytes = 0;
  std::vector<std::pair<const Argument*, std::uint64_t>> parts;
};

/// Sum over components of the largest member's amount.
template <typename Amount>
Need add_up(const std::vector<const Argument*>& arguments, Amount&& amount) {
  std::map<std::size_t, std::pair<const Argument*, std::uint64_t>> largest;
  for (const Argument* argument : arguments) {
    const std::uint64_t bytes = amount(*argument);
    auto& entry = largest[argument->component];
    if (entry.first == nullptr || bytes > entry.second) entry = {argument, bytes};
  }
  Need need;
  for (const auto& [component, part] : largest) {
    if (part.second == 0) continue;
    if (__builtin_add_overflow(need.bytes, part.second, &need.bytes)) need.bytes = UINT64_MAX;
    need.parts.push_back(part);
  }
  return need;
}

/// The best of the lower bounds "the point where this argument is largest".
Need need_of_one_point(const std::vector<const Argument*>& arguments) {
  Need best;
  for (const Argument* where : arguments) {
    Need need = add_up(arguments, [&](const Argument& argument) {
      return &argument == where ? argument.largest : argument.elsewhere;
    });
    if (need.bytes > best.bytes) best = std::move(need);
  }
  return best;
}

/// What `share` of `points` points write at least, in the launch where this argument was largest.
Need need_of_points(const std::vector<const Argument*>& arguments, std::uint64_t points,
                    std::uint64_t share) {
  Need best;
  for (const Argument* where : arguments) {
    Need need = add_up(arguments, [&](const Argument& argument) {
      const std::uint64_t total = &argument == where ? argument.total : argument.least;
      return forced(total, argument.largest, points, share);
    });
    if (need.bytes > best.bytes) best = std::move(need);
  }
  return best;
}

std::vector<const Argument*> within(const std::vector<Argument>& arguments, KindSet set,
                                    bool written_only) {
  std::vector<const Argument*> out;
  for (const Argument& argument : arguments) {
    const Privilege privilege = argument.requirement->privilege;
    const bool written = privilege == Privilege::ReadWrite || privilege == Privilege::WriteDiscard;
    if ((argument.kinds & ~set) == 0 && (written || !written_only)) out.push_back(&argument);
  }
  return out;
}

/// What one memory of each kind holds, or all of a node's. A point uses its own frame buffer only.
std::uint64_t capacity(KindSet set, const Machine& machine, bool whole_node) {
  std::uint64_t sum = 0;
  for (const MemoryGroup& group : machine.memories) {
    if ((set & bit(group.kind)) == 0 || group.per_node <= 0) continue;
    const bool one = group.kind == MemoryKind::FrameBuffer && !whole_node;
    std::uint64_t bytes = 0;
    const auto count = static_cast<std::uint64_t>(one ? 1 : group.per_node);
    if (__builtin_mul_overflow(group.capacity.value, count, &bytes) ||
        __builtin_add_overflow(sum, bytes, &sum))
      return UINT64_MAX;
  }
  return sum;
}

/// Sets of kinds that the arguments could be confined to, small ones first.
std::vector<KindSet> candidate_sets(const std::vector<Argument>& arguments) {
  std::set<KindSet> sets;
  for (const Argument& argument : arguments) {
    std::set<KindSet> grown = {argument.kinds};
    for (const KindSet set : sets) grown.insert(set | argument.kinds);
    sets.merge(grown);
  }
  std::vector<KindSet> ordered(sets.begin(), sets.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](KindSet a, KindSet b) { return std::popcount(a) < std::popcount(b); });
  return ordered;
}

std::string parts_text(const Need& need) {
  std::vector<std::string> words;
  for (const auto& [argument, bytes] : need.parts) words.push_back(argument->text(bytes));
  return join(words, ", ");
}

/// A memory outside the set that could take the smallest part that is in the way.
std::string way_out(const TaskDecision& task, const Need& need, KindSet set, std::uint64_t holds,
                    const Machine& machine) {
  const std::uint64_t too_much = need.bytes - holds;
  auto parts = need.parts;
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second < b.second
                                : a.first->requirement->index < b.first->requirement->index;
  });
  for (const auto& [argument, bytes] : parts) {
    if (bytes < too_much) continue;
    for (const MemoryKind kind : kMemories) {
      const MemoryGroup* group = machine.find(kind);
      if ((set & bit(kind)) != 0 || !machine.visible(kind, task.kind) ||
          group->capacity.value < argument->largest)
        continue;
      std::vector<std::string> list;
      for (const MemoryKind memory : *argument->decision->memories)
        list.emplace_back(to_string(memory));
      list.emplace_back(to_string(kind));
      return fmt::format("let argument {} fall through to {} ({}): `Region {} {} {} {};`",
                         argument->requirement->index, to_string(kind), to_string(group->capacity),
                         task.task, argument->requirement->index, to_string(task.kind),
                         join(list, ", "));
    }
  }
  return fmt::format(
      "no other memory that {} processors see has room for one of them: launch the "
      "task over more, smaller pieces",
      to_string(task.kind));
}

const DecidedBy& rule_of(const Need& need) {
  const auto largest =
      std::max_element(need.parts.begin(), need.parts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return largest->first->decision->memories_by;
}

const TaskDecision* find_task(const Mapping& mapping, const std::string& name) {
  const auto found = std::find_if(mapping.tasks.begin(), mapping.tasks.end(),
                                  [&](const TaskDecision& task) { return task.task == name; });
  return found == mapping.tasks.end() ? nullptr : &*found;
}

std::optional<Fault> overflow_of_a_point(const TaskDecision& task,
                                         const std::vector<Argument>& arguments,
                                         const Machine& machine) {
  for (const KindSet set : candidate_sets(arguments)) {
    const Need need = need_of_one_point(within(arguments, set, false));
    const std::uint64_t holds = capacity(set, machine, false);
    if (need.bytes <= holds) continue;
    return Fault{
        FaultKind::TooMuchAtOnce,
        fmt::format("one point of task `{}` needs at least {} at once in {}: {}", task.task,
                    to_string(Bytes{need.bytes}), set_text(set, machine), parts_text(need)),
        way_out(task, need, set, holds, machine), rule_of(need), task.task};
  }
  return std::nullopt;
}

/// The most points of the launch on one processor and on one node, with names for them.
struct Shares {
  std::uint64_t processor = 0;
  std::uint64_t node = 0;
  std::string processor_name;
  std::string node_name;
};

Shares shares_of(const LaunchDecision& launch, ProcessorKind kind, const Machine& machine) {
  std::map<std::pair<int, int>, std::uint64_t> by_processor;
  std::map<int, std::uint64_t> by_node;
  for (const std::vector<int>& point : *launch.processors) {
    if (point.size() == 2) ++by_processor[{point[0], point[1]}];
    ++by_node[point[0]];
  }
  Shares shares;
  for (const auto& [processor, count] : by_processor) {
    if (count <= shares.processor) continue;
    shares.processor = count;
    shares.processor_name =
        fmt::format("{} {} of node {}", to_string(kind), processor.second, processor.first);
  }
  for (const auto& [node, count] : by_node) {
    if (count <= shares.node) continue;
    shares.node = count;
    shares.node_name = machine.nodes > 1 ? fmt::format("node {}", node) : "the node";
  }
  return shares;
}

std::optional<Fault> pressure_of(const TaskDecision& task, const LaunchDecision& decision,
                                 const std::vector<Argument>& arguments, const Machine& machine) {
  const auto points = static_cast<std::uint64_t>(decision.domain.volume());
  if (points == 0) return std::nullopt;
  const Shares shares = shares_of(decision, task.kind, machine);
  const auto complain = [&](KindSet set, const std::string& where, std::uint64_t share,
                            std::uint64_t holds) -> std::optional<Fault> {
    const Need need = need_of_points(within(arguments, set, true), points, share);
    if (need.bytes <= holds) return std::nullopt;
    return Fault{FaultKind::TooMuchAtOnce,
                 fmt::format("the {} points of task `{}` on {} write at least {} in all, but their "
                             "memory is {}, {} there: {}",
                             share, task.task, where, to_string(Bytes{need.bytes}),
                             set_text(set, machine), to_string(Bytes{holds}), parts_text(need)),
                 way_out(task, need, set, holds, machine), rule_of(need), task.task};
  };
  const MemoryGroup* frame = machine.find(MemoryKind::FrameBuffer);
  const ProcessorGroup* processors = machine.find(task.kind);
  const bool own_frame = frame != nullptr && processors != nullptr &&
                         task.kind == ProcessorKind::Gpu && frame->per_node == processors->per_node;
  for (const KindSet set : candidate_sets(arguments)) {
    if (own_frame && set == bit(MemoryKind::FrameBuffer) && shares.processor > 0) {
      if (auto fault =
              complain(set, shares.processor_name, shares.processor, frame->capacity.value))
        return fault;
    }
    if (auto fault = complain(set, shares.node_name, shares.node, capacity(set, machine, true)))
      return fault;
  }
  return std::nullopt;
}

}  // namespace

std::string visible_memories(const Machine& machine, ProcessorKind kind, Bytes at_least) {
  std::vector<std::string> words;
  for (const MemoryKind memory : kMemories) {
    const MemoryGroup* group = machine.find(memory);
    if (group == nullptr || !machine.visible(memory, kind) || group->capacity < at_least) continue;
    words.push_back(fmt::format("{} ({})", to_string(memory), to_string(group->capacity)));
  }
  return words.empty() ? std::string(kNoMemory) : join(words, ", ");
}

std::vector<Fault> find_overflows(const Mapping& mapping, const Program& program,
                                  const Machine& machine) {
  std::vector<Fault> faults;
  std::set<std::string> told;
  for (const Launch& launch : program.launches) {
    const TaskDecision* task = find_task(mapping, launch.task);
    if (task == nullptr || told.contains(launch.task)) continue;
    auto fault = overflow_of_a_point(*task, arguments_of(*task, launch, machine), machine);
    if (!fault) continue;
    told.insert(launch.task);
    faults.push_back(std::move(*fault));
  }
  return faults;
}

std::vector<Fault> find_pressures(const Mapping& mapping, const Program& program,
                                  const Machine& machine) {
  std::vector<Fault> faults;
  std::set<std::string> told;
  auto decision = mapping.launches.begin();
  for (const Launch& launch : program.launches) {
    if (!launch.domain) continue;
    if (decision == mapping.launches.end()) break;
    const LaunchDecision& placed = *decision++;
    const TaskDecision* task = find_task(mapping, launch.task);
    if (task == nullptr || !placed.processors || told.contains(launch.task)) continue;
    const std::vector<Argument> arguments = arguments_of(*task, launch, machine);
    // What is certain about a single point is reported as such.
    if (overflow_of_a_point(*task, arguments, machine)) continue;
    auto fault = pressure_of(*task, placed, arguments, machine);
    if (!fault) continue;
    told.insert(launch.task);
    faults.push_back(std::move(*fault));
  }
  return faults;
}

}  // namespace castra
