#include "agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mapping/layout.h"

namespace castra {
namespace {

using Domains = std::map<std::uint64_t, Rect>;

Domains launch_domains(const Trace& trace) {
  Domains domains;
  for (const auto& point : trace.points) {
    if (!point.point) continue;
    auto& rect = domains.try_emplace(point.launch, Rect{*point.point, *point.point}).first->second;
    for (std::size_t d = 0; d < point.point->size(); ++d) {
      rect.lo[d] = std::min(rect.lo[d], (*point.point)[d]);
      rect.hi[d] = std::max(rect.hi[d], (*point.point)[d]);
    }
  }
  return domains;
}

std::int64_t index_in(const Rect& rect, const Point& point) {
  std::int64_t index = 0;
  for (int d = 0; d < rect.dimensions(); ++d)
    index = index * rect.extent(d) + point[d] - rect.lo[d];
  return index;
}

/// What an instance reads as when the mapping asked for `asked` and left the rest to the default.
std::string expected_layout(Layout asked, int dimensions) {
  if (dimensions == 1) asked.dimensions = DimensionOrder::F;
  if (!asked.dimensions) asked.dimensions = DimensionOrder::F;
  if (!asked.fields) asked.fields = FieldOrder::StructOfArrays;
  if (asked.alignment && asked.alignment->bytes == 0) asked.alignment.reset();
  if (asked.compact && !*asked.compact) asked.compact.reset();
  if (asked.exact && !*asked.exact) asked.exact.reset();
  return to_string(asked);
}

class Comparison {
 public:
  Comparison(const lang::Policy& policy, const Program& program, bool fall_through)
      : policy_(policy), program_(program), fall_through_(fall_through) {}

  Agreement result;

  void compare_point(const PointTrace& point, const Domains& domains) {
    const Task* task = program_.find_task(point.task);
    const auto domain = domains.find(point.launch);
    const Launch* launch = find_launch(point, domain == domains.end() ? nullptr : &domain->second);
    if (task == nullptr || launch == nullptr) return differ(point, "is not in the program file");
    compare_kind(point, *task);
    if (domain != domains.end()) compare_place(point, domain->second);
    for (const auto& argument : point.arguments) {
      const auto& requirement = launch->requirements[static_cast<std::size_t>(argument.index)];
      compare_argument(point, argument, requirement);
    }
  }

 private:
  const Launch* find_launch(const PointTrace& point, const Rect* domain) const {
    for (const auto& launch : program_.launches) {
      const bool same =
          domain == nullptr ? !launch.domain : launch.domain && *launch.domain == *domain;
      if (launch.task == point.task && same) return &launch;
    }
    return nullptr;
  }

  void differ(const PointTrace& point, const std::string& what) {
    result.differences.push_back(
        fmt::format("{}{} {}", point.task, point.point ? to_string(*point.point) : "", what));
  }

  void compare_kind(const PointTrace& point, const Task& task) {
    const auto kinds = policy_.processors(point.task);
    if (!kinds) return;
    for (const auto kind : kinds->value) {
      if (program_.machine.find(kind) == nullptr || !task.has_variant(kind)) continue;
      ++result.points;
      if (point.target.kind != kind)
        differ(point, fmt::format("is on {}, not {}", to_string(point.target), to_string(kind)));
      return;
    }
  }

  void compare_place(const PointTrace& point, const Rect& domain) {
    const auto place =
        policy_.place(point.task, point.target.kind, domain, program_.machine.shape());
    if (!place) return differ(point, "has a failing index map: " + place.error().message);
    if (!place->has_value()) return;
    ++result.points;
    const auto& owner = (*place)->points[static_cast<std::size_t>(index_in(domain, *point.point))];
    const ProcessorName wanted{(*place)->kind, owner.node, owner.processors.front()};
    if (point.target != wanted)
      differ(point, fmt::format("is on {}, not {}", to_string(point.target), to_string(wanted)));
    if (!point.ran_on)
      differ(point, "was not profiled");
    else if (*point.ran_on != wanted)
      differ(point, fmt::format("ran on {}, not {}", to_string(*point.ran_on), to_string(wanted)));
  }

  /// Arguments that are not accessed, and those of tasks that only launch others.
  bool has_no_instance(const PointTrace& point, const Requirement& requirement) const {
    if (requirement.privilege == Privilege::None || requirement.fields.empty()) return true;
    const Task& task = *program_.find_task(point.task);
    return std::ranges::any_of(task.variants, [&point](const TaskVariant& variant) {
      return variant.processor == point.target.kind && variant.inner;
    });
  }

  void compare_argument(const PointTrace& point, const ArgumentTrace& argument,
                        const Requirement& requirement) {
    const lang::ArgumentQuery query{point.task, argument.index, requirement.names,
                                    point.target.kind};
    if (has_no_instance(point, requirement)) {
      if (!argument.instances.empty())
        differ(point, fmt::format("argument {} has an instance", argument.index));
      return;
    }
    const auto memories = policy_.memories(query);
    if (memories && argument.instances.size() != 1)
      return differ(point, fmt::format("argument {} has no instance", argument.index));
    for (const auto& use : argument.instances) {
      if (memories) compare_memory(point, argument.index, memories->value, use);
      if (const auto layout = policy_.layout(query, use.memory.kind)) {
        ++result.layouts;
        const std::string wanted = expected_layout(layout->layout, requirement.dimensions);
        if (use.layout != wanted)
          differ(point,
                 fmt::format("argument {} is {}, not {}", argument.index, use.layout, wanted));
      }
    }
  }

  void compare_memory(const PointTrace& point, int argument, const std::vector<MemoryKind>& list,
                      const InstanceUse& use) {
    ++result.arguments;
    const auto exists = [&](MemoryKind kind) {
      return program_.machine.visible(kind, point.target.kind);
    };
    const auto first = std::ranges::find_if(list, exists);
    const bool right = fall_through_ ? std::ranges::find(list, use.memory.kind) != list.end()
                                     : first != list.end() && use.memory.kind == *first;
    if (!right) differ(point, fmt::format("argument {} is in {}", argument, to_string(use.memory)));
    if (use.memory.kind == MemoryKind::FrameBuffer && use.memory.index != point.target.index)
      differ(point,
             fmt::format("argument {} is in another GPU's {}", argument, to_string(use.memory)));
  }

  const lang::Policy& policy_;
  const Program& program_;
  bool fall_through_;
};

}  // namespace

Agreement compare(const lang::Policy& policy, const Program& program, const Trace& trace,
                  bool fall_through) {
  Comparison comparison(policy, program, fall_through);
  const Domains domains = launch_domains(trace);
  for (const auto& point : trace.points) comparison.compare_point(point, domains);
  return std::move(comparison.result);
}

}  // namespace castra
