#include "lang/cached_placement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace castra::lang {

std::optional<std::string> CachedPlacement::key(const FunctionDef& function,
                                                const LaunchQuery& query,
                                                const MachineShape& machine) const {
  const FunctionInputs* inputs = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto found = inputs_.find(&function);
    if (found == inputs_.end())
      found = inputs_.emplace(&function, function_inputs(symbols_, function)).first;
    inputs = &found->second;  // stays where it is
  }
  if (inputs->prints) return std::nullopt;
  std::string key = fmt::format("{} {}", function.name.value, machine.nodes);
  for (const ProcessorKind kind : inputs->machines)
    key += fmt::format(" {}:{}", to_string(kind), machine.count(kind));
  if (inputs->extents) key += fmt::format(" {}", fmt::join(query.domain.extents(), "x"));
  if (inputs->launch) {
    key += fmt::format(" {} [{}] {}", to_string(query.kind), fmt::join(query.region_bytes, ","),
                       query.task);
  }
  return key;
}

PlaceResult CachedPlacement::place(const FunctionDef& function, std::optional<ProcessorKind> kind,
                                   const LaunchQuery& query, const MachineShape& machine,
                                   PlaceLog* log) const {
  const auto inputs = key(function, query, machine);
  if (inputs) {
    if (auto known = cache_.find(*inputs, query.domain)) {
      if (kind && known->kind != *kind) return std::nullopt;
      return Placement{known->kind, std::move(known->points), {}};
    }
  }
  PlaceResult result = place_points(symbols_, source_, function, kind, query, machine, log);
  if (inputs && result && *result)
    cache_.keep(*inputs, query.domain, {(*result)->kind, (*result)->points});
  return result;
}

PlacePointResult CachedPlacement::place_point(const FunctionDef& function,
                                              std::optional<ProcessorKind> kind,
                                              const LaunchQuery& query, const MachineShape& machine,
                                              const Point& point, PlaceLog* log) const {
  if (const auto inputs = key(function, query, machine)) {
    if (auto known = cache_.find_point(*inputs, point)) {
      if (kind && known->first != *kind) return std::nullopt;
      return PointPlacement{known->first, std::move(known->second), {}};
    }
  }
  return lang::place_point(symbols_, source_, function, kind, query, machine, point, log);
}

}  // namespace castra::lang
