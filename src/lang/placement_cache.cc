#include "lang/placement_cache.h"

#include <algorithm>
#include <utility>

namespace castra::lang {
namespace {

/// Row-major position of a point of the domain.
std::size_t position(const Rect& domain, const Point& point) {
  std::int64_t at = 0;
  for (int d = 0; d < domain.dimensions(); ++d)
    at = at * domain.extent(d) +
         (point[static_cast<std::size_t>(d)] - domain.lo[static_cast<std::size_t>(d)]);
  return static_cast<std::size_t>(at);
}

/// The owners of the points of `part`, which lies in `whole`. Copies runs along the last dimension.
OwnerTable cut(const OwnerTable& owners, const Rect& whole, const Rect& part) {
  const int last = part.dimensions() - 1;
  const auto run = static_cast<std::size_t>(part.extent(last));
  std::vector<OwnerTable::Code> codes;
  const std::int64_t volume = part.volume();
  codes.reserve(static_cast<std::size_t>(volume));
  for (std::int64_t i = 0; i < volume; i += static_cast<std::int64_t>(run)) {
    const std::size_t from = position(whole, part.at(i));
    for (std::size_t k = 0; k < run; ++k) codes.push_back(owners.code(from + k));
  }
  return owners.with_codes(std::move(codes));
}

}  // namespace

PlacementCache::Entries::iterator PlacementCache::containing(const std::string& inputs,
                                                             const Rect& domain) {
  const auto found = by_inputs_.find(inputs);
  if (found == by_inputs_.end()) return entries_.end();
  for (const Entries::iterator entry : found->second) {
    if (!entry->domain.contains(domain.lo) || !entry->domain.contains(domain.hi)) continue;
    entries_.splice(entries_.begin(), entries_, entry);
    return entry;
  }
  return entries_.end();
}

std::optional<PlacementCache::Table> PlacementCache::find(const std::string& inputs,
                                                          const Rect& domain) {
  Rect whole;
  Table table;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = containing(inputs, domain);
    if (entry == entries_.end()) return std::nullopt;
    if (entry->domain == domain) return entry->table;
    whole = entry->domain;
    table = entry->table;
  }
  table.points = cut(table.points, whole, domain);
  return table;
}

std::optional<std::pair<ProcessorKind, ProcessorSet>> PlacementCache::find_point(
    const std::string& inputs, const Point& point) {
  const std::lock_guard lock(mutex_);
  const auto entry = containing(inputs, Rect{point, point});
  if (entry == entries_.end()) return std::nullopt;
  return std::pair{entry->table.kind, entry->table.points[position(entry->domain, point)]};
}

void PlacementCache::drop(Entries::iterator entry) {
  auto& same = by_inputs_[entry->inputs];
  std::erase(same, entry);
  if (same.empty()) by_inputs_.erase(entry->inputs);
  bytes_ -= entry->bytes;
  entries_.erase(entry);
}

void PlacementCache::keep(const std::string& inputs, const Rect& domain, const Table& table) {
  const std::size_t bytes = table.points.bytes() + 2 * inputs.size() + sizeof(Entry);
  if (table.points.empty() || bytes > limit_ / 4) return;
  const std::lock_guard lock(mutex_);
  if (containing(inputs, domain) != entries_.end()) return;  // another thread was faster
  // What the new table answers, too, is not needed any more.
  if (const auto found = by_inputs_.find(inputs); found != by_inputs_.end()) {
    const std::vector<Entries::iterator> others = found->second;
    for (const Entries::iterator entry : others) {
      if (domain.contains(entry->domain.lo) && domain.contains(entry->domain.hi)) drop(entry);
    }
  }
  entries_.push_front({inputs, domain, table, bytes});
  by_inputs_[inputs].push_back(entries_.begin());
  bytes_ += bytes;
  while (bytes_ > limit_) drop(std::prev(entries_.end()));
}

std::size_t PlacementCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::size_t PlacementCache::tables() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace castra::lang
