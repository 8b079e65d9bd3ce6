#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "lang/function_inputs.h"
#include "lang/placement.h"
#include "lang/placement_cache.h"

namespace castra::lang {

/// place_points and place_point for one program, with a memory of the tables made: kept under
/// exactly the inputs a function reads, so that tasks and launches share them where they can.
/// Thread-safe; threads that ask for the same table at once may both make it.
class CachedPlacement {
 public:
  static constexpr std::size_t kCacheBytes = std::size_t{64} << 20;

  /// Both must outlive this.
  CachedPlacement(const Symbols& symbols, const SourceFile& source,
                  std::size_t cache_bytes = kCacheBytes)
      : symbols_(symbols), source_(source), cache_(cache_bytes) {}

  PlaceResult place(const FunctionDef& function, std::optional<ProcessorKind> kind,
                    const LaunchQuery& query, const MachineShape& machine, PlaceLog* log) const;
  PlacePointResult place_point(const FunctionDef& function, std::optional<ProcessorKind> kind,
                               const LaunchQuery& query, const MachineShape& machine,
                               const Point& point, PlaceLog* log) const;

  const PlacementCache& cache() const { return cache_; }

 private:
  /// What the owners depend on besides the point, as text; nothing if they are not kept.
  std::optional<std::string> key(const FunctionDef& function, const LaunchQuery& query,
                                 const MachineShape& machine) const;

  const Symbols& symbols_;
  const SourceFile& source_;
  mutable PlacementCache cache_;
  mutable std::mutex mutex_;
  mutable std::map<const FunctionDef*, FunctionInputs> inputs_;
};

}  // namespace castra::lang
