#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/legion/session.h"
#include "legion.h"

namespace castra::legion {

/// The names by which a mapping may call a region requirement (Requirement::names), read from
/// Legion once per region and kept. Equal lists have equal ids; id 0 is the empty list.
/// Thread-safe.
class RegionNames {
 public:
  struct Entry {
    std::uint32_t id = 0;
    std::vector<std::string> names;
  };

  explicit RegionNames(Session& session);
  /// The reference stays valid for the life of this object.
  const Entry& of(Legion::Mapping::MapperContext ctx, Legion::Mapping::MapperRuntime* runtime,
                  const Legion::RegionRequirement& requirement);

 private:
  Session& session_;
  std::mutex mutex_;
  std::map<std::pair<Legion::LogicalRegion, Legion::LogicalRegion>, const Entry*> by_region_;
  std::map<std::vector<std::string>, std::unique_ptr<const Entry>> lists_;
  const Entry* empty_;
};

}  // namespace castra::legion
