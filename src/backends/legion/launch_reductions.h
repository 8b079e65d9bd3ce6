#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "backends/legion/decisions.h"
#include "legion.h"

namespace castra::legion {

/// The points of one index launch that a processor runs, and the pieces they reduce to through some
/// of their arguments, if those can be told and one instance of all of them takes no more room than
/// one instance each.
struct ReductionGroup {
  std::vector<Legion::LogicalRegion> pieces;  ///< empty: each argument has its own instance
  std::size_t uses = 0;                       ///< points times arguments
};

/// Reduction instances of the launches that are being mapped. The points that one processor runs
/// add into one instance, made fresh for that launch, instead of one each: every instance costs a
/// fill before and a fold after. Points that run one after the other cannot disturb each other, and
/// an instance that no other launch ever uses holds no contributions but theirs. Thread-safe.
class LaunchReductions {
 public:
  /// Equal keys share.
  struct Key {
    std::uint64_t parent = 0;  ///< unique id of the task that launched
    std::uint64_t launch = 0;  ///< its position in that task
    std::size_t argument = 0;  ///< the first of those that share
    const ArgumentRule* rule = nullptr;
    std::uint64_t processor = 0;
    std::uint64_t memory = 0;
    auto operator<=>(const Key&) const = default;
  };

  /// Finds out who shares with `task`, a point on `processor` of the launch that `table` places,
  /// when its `arguments` (ascending) may be in one instance. Assumes that every point's piece is
  /// that of its own colour, or that all have one region, where that holds for `task`; a wrong
  /// assumption costs memory only, for pieces are compared before an instance is used.
  const ReductionGroup& group(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task,
                              const std::vector<std::size_t>& arguments, const PlaceTable& table,
                              const lang::ProcessorSet& processor);

  /// The launch's instance, waiting for it if another point is just making it. Nothing: the caller
  /// has to make it and say so with `made`. Not existing: there is none, make one for the point.
  std::optional<Legion::Mapping::PhysicalInstance> find(MapperContext ctx, MapperRuntime* runtime,
                                                        const Key& key, std::size_t uses);
  void made(MapperContext ctx, MapperRuntime* runtime, const Key& key,
            const Legion::Mapping::PhysicalInstance& instance);

 private:
  struct Entry {
    Legion::Mapping::PhysicalInstance instance;
    Legion::Mapping::MapperEvent ready;
    bool known = false;
    std::size_t uses_left = 0;
  };
  /// Where the points of a launch find their pieces: a partition by their colours, or one region.
  struct Source {
    Legion::LogicalPartition partition = Legion::LogicalPartition::NO_PART;
    Legion::LogicalRegion region = Legion::LogicalRegion::NO_REGION;
    bool operator<(const Source& other) const;
  };
  struct GroupKey {
    std::vector<Source> sources;  ///< by argument
    const PlaceTable* table = nullptr;
    int node = 0;
    int processor = 0;
    bool operator<(const GroupKey& other) const;
  };

  static ReductionGroup find_group(MapperContext ctx, MapperRuntime* runtime,
                                   const Legion::Task& task, const GroupKey& key);

  std::mutex mutex_;
  std::map<Key, Entry> entries_;
  std::deque<Key> order_;
  std::map<GroupKey, std::unique_ptr<const ReductionGroup>> groups_;
};

}  // namespace castra::legion
