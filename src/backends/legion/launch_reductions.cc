#include "backends/legion/launch_reductions.h"

#include <algorithm>
#include <tuple>

namespace castra::legion {
namespace {

using Legion::Mapping::PhysicalInstance;

/// Launches whose points are still being mapped; older ones have lost points to traces or failures.
constexpr std::size_t kMaxEntries = 4096;

/// Smallest rectangle around points, and its volume in elements: what an instance allocates.
struct Bounds {
  std::vector<std::int64_t> lo, hi;

  void add(const Legion::Domain& domain) {
    if (domain.empty()) return;
    const Legion::DomainPoint low = domain.lo();
    const Legion::DomainPoint high = domain.hi();
    if (lo.empty()) {
      lo.assign(static_cast<std::size_t>(low.dim), INT64_MAX);
      hi.assign(static_cast<std::size_t>(low.dim), INT64_MIN);
    }
    for (std::size_t d = 0; d < lo.size(); ++d) {
      lo[d] = std::min<std::int64_t>(lo[d], low[static_cast<int>(d)]);
      hi[d] = std::max<std::int64_t>(hi[d], high[static_cast<int>(d)]);
    }
  }

  double volume() const {
    double result = lo.empty() ? 0 : 1;
    for (std::size_t d = 0; d < lo.size(); ++d) result *= static_cast<double>(hi[d] - lo[d]) + 1;
    return result;
  }
};

}  // namespace

bool LaunchReductions::Source::operator<(const Source& other) const {
  return std::tie(partition, region) < std::tie(other.partition, other.region);
}

bool LaunchReductions::GroupKey::operator<(const GroupKey& other) const {
  return std::tie(table, node, processor, sources) <
         std::tie(other.table, other.node, other.processor, other.sources);
}

const ReductionGroup& LaunchReductions::group(MapperContext ctx, MapperRuntime* runtime,
                                              const Legion::Task& task,
                                              const std::vector<std::size_t>& arguments,
                                              const PlaceTable& table,
                                              const lang::ProcessorSet& processor) {
  static const ReductionGroup kAlone;
  if (processor.processors.size() != 1) return kAlone;
  GroupKey key{{}, &table, processor.node, processor.processors.front()};
  for (const std::size_t argument : arguments) {
    const Legion::LogicalRegion piece = task.regions[argument].region;
    Source source;
    if (!runtime->has_parent_logical_partition(ctx, piece)) {
      source.region = piece;
    } else if (runtime->get_logical_region_color_point(ctx, piece) == task.index_point) {
      source.partition = runtime->get_parent_logical_partition(ctx, piece);
    } else {
      return kAlone;
    }
    key.sources.push_back(source);
  }
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = groups_.find(key); found != groups_.end()) return *found->second;
  }
  auto made = std::make_unique<const ReductionGroup>(find_group(ctx, runtime, task, key));
  const std::lock_guard lock(mutex_);
  return *groups_.try_emplace(std::move(key), std::move(made)).first->second;
}

ReductionGroup LaunchReductions::find_group(MapperContext ctx, MapperRuntime* runtime,
                                            const Legion::Task& task, const GroupKey& key) {
  const lang::ProcessorSet processor{key.node, {key.processor}};
  ReductionGroup result;
  Bounds together;
  double apart = 0;
  for (const Source& source : key.sources) {
    const bool by_colour = source.partition.exists();
    const Legion::Domain colours = by_colour ? runtime->get_index_partition_color_space(
                                                   ctx, source.partition.get_index_partition())
                                             : task.index_domain;
    for (Legion::Domain::DomainPointIterator it(task.index_domain); it; it++) {
      if (key.table->at(it.p) != processor) continue;
      if (!colours.contains(it.p)) return {};
      const auto piece = by_colour
                             ? runtime->get_logical_subregion_by_color(ctx, source.partition, it.p)
                             : source.region;
      const auto domain = runtime->get_index_space_domain(ctx, piece.get_index_space());
      Bounds own;
      own.add(domain);
      together.add(domain);
      apart += own.volume();
      ++result.uses;
      if (std::ranges::find(result.pieces, piece) == result.pieces.end())
        result.pieces.push_back(piece);
    }
  }
  if (result.uses < 2 || together.volume() > apart) return {};
  return result;
}

std::optional<PhysicalInstance> LaunchReductions::find(MapperContext ctx, MapperRuntime* runtime,
                                                       const Key& key, std::size_t uses) {
  Legion::Mapping::MapperEvent ready;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
      Entry& entry = entries_[key];
      entry.ready = runtime->create_mapper_event(ctx);
      entry.uses_left = uses - 1;
      return std::nullopt;
    }
    if (!found->second.known) ready = found->second.ready;
  }
  if (ready.exists()) runtime->wait_on_mapper_event(ctx, ready);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return PhysicalInstance();
  PhysicalInstance instance = found->second.instance;
  if (--found->second.uses_left == 0) entries_.erase(found);
  return instance;
}

void LaunchReductions::made(MapperContext ctx, MapperRuntime* runtime, const Key& key,
                            const PhysicalInstance& instance) {
  Legion::Mapping::MapperEvent ready;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    found->second.instance = instance;
    found->second.known = true;
    ready = found->second.ready;
    order_.push_back(key);
    while (order_.size() > kMaxEntries) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
  }
  runtime->trigger_mapper_event(ctx, ready);
}

}  // namespace castra::legion
