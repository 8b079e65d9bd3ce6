#include "backends/legion/region_names.h"

#include <algorithm>
#include <cstring>

namespace castra::legion {
namespace {

using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

template <typename Handle>
void add_name(MapperContext ctx, MapperRuntime* runtime, Handle handle,
              std::vector<std::string>& names) {
  const void* text = nullptr;
  std::size_t size = 0;
  if (!runtime->retrieve_semantic_information(ctx, handle, LEGION_NAME_SEMANTIC_TAG, text, size,
                                              /*can_fail=*/true)) {
    return;
  }
  const auto* characters = static_cast<const char*>(text);
  const std::string name(characters, strnlen(characters, size));
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::vector<std::string> read_names(MapperContext ctx, MapperRuntime* runtime,
                                    const Legion::RegionRequirement& requirement) {
  std::vector<std::string> names;
  const Legion::LogicalRegion region = requirement.region;
  add_name(ctx, runtime, region, names);
  if (runtime->has_parent_logical_partition(ctx, region))
    add_name(ctx, runtime, runtime->get_parent_logical_partition(ctx, region), names);
  if (requirement.parent.exists()) add_name(ctx, runtime, requirement.parent, names);
  return names;
}

}  // namespace

RegionNames::RegionNames(Session& session) : session_(session) {
  auto entry = std::make_unique<const Entry>();
  empty_ = entry.get();
  lists_.emplace(std::vector<std::string>{}, std::move(entry));
}

const RegionNames::Entry& RegionNames::of(MapperContext ctx, MapperRuntime* runtime,
                                          const Legion::RegionRequirement& requirement) {
  if (!requirement.region.exists()) return *empty_;
  const std::pair key(requirement.region, requirement.parent);
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_region_.find(key);
    if (found != by_region_.end()) return *found->second;
  }
  std::vector<std::string> names = read_names(ctx, runtime, requirement);
  for (const auto& name : names) session_.saw_region(name);
  const std::lock_guard lock(mutex_);
  auto& list = lists_[names];
  if (list == nullptr) {
    const auto id = static_cast<std::uint32_t>(lists_.size() - 1);
    list = std::make_unique<const Entry>(Entry{id, std::move(names)});
  }
  return *by_region_.try_emplace(key, list.get()).first->second;
}

}  // namespace castra::legion
