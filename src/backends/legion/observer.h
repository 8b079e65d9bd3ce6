#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "backends/legion/decisions.h"
#include "backends/legion/region_names.h"
#include "backends/legion/session.h"
#include "legion.h"

namespace castra::legion {

/// Whose profiling measurements a task, or its copies, asked for.
struct ProfilingOwners {
  bool program_task = false;  ///< the program's own mapper asked
  bool program_copy = false;
};

/// Turns mapper calls into the recorder's values. Does nothing unless a recording was asked for.
/// Thread-safe.
class Observer {
 public:
  Observer(Session& session, RegionNames& names) : session_(session), names_(names) {}

  bool recording() const { return session_.options().recording(); }

  /// After map_task: records the point and asks for its profile. `created[i]` says, for a task the
  /// overlay mapped, whether argument i's instances are new; for others it is found out here.
  void task_mapped(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task,
                   const std::string& name, Legion::Mapping::Mapper::MapTaskOutput& output,
                   bool by_policy, const std::vector<bool>& created);
  /// Returns true if the program's own mapper asked for this response too.
  bool task_profiled(const Legion::Task& task,
                     const Legion::Mapping::Mapper::TaskProfilingInfo& info);

  /// The same for operations that are not tasks: their copies are recorded, nothing else.
  void operation_mapped(std::uint64_t uid, Legion::Mapping::ProfilingRequest& request);
  bool operation_profiled(std::uint64_t uid, const Legion::Mapping::ProfilingResponse& response);

 private:
  ArgumentTrace read_argument(MapperContext ctx, MapperRuntime* runtime, int index,
                              const std::vector<Legion::Mapping::PhysicalInstance>& instances,
                              bool by_policy, bool created);
  Requirement read_requirement(MapperContext ctx, MapperRuntime* runtime, int index,
                               const Legion::RegionRequirement& requirement);
  std::uint64_t volume(MapperContext ctx, MapperRuntime* runtime, Legion::IndexSpace space);
  Field field(MapperContext ctx, MapperRuntime* runtime, Legion::FieldSpace space,
              Legion::FieldID id);
  void copy_profiled(const Legion::Mapping::ProfilingResponse& response);

  Session& session_;
  RegionNames& names_;
  std::mutex mutex_;
  std::map<Legion::IndexSpace, std::uint64_t> volumes_;
  std::map<std::pair<Legion::FieldSpace, Legion::FieldID>, Field> fields_;
  std::set<std::uint64_t> seen_instances_;
  std::unordered_map<std::uint64_t, ProfilingOwners> owners_;
};

}  // namespace castra::legion
