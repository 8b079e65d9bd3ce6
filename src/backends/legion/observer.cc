#include "backends/legion/observer.h"

#include <cstring>

#include "backends/legion/layouts.h"

namespace castra::legion {
namespace {

namespace measurements = Legion::Mapping::ProfilingMeasurements;

Privilege to_privilege(const Legion::RegionRequirement& requirement) {
  switch (requirement.privilege) {
    case LEGION_NO_ACCESS:
      return Privilege::None;
    case LEGION_READ_ONLY:
      return Privilege::Read;
    case LEGION_REDUCE:
      return Privilege::Reduce;
    case LEGION_WRITE_DISCARD:
      return Privilege::WriteDiscard;
    default:
      return Privilege::ReadWrite;
  }
}

/// Realm's times may not have been taken; they count from the run's start and are never negative.
Nanoseconds to_time(measurements::OperationTimeline::timestamp_t time) {
  return Nanoseconds{time < 0 ? 0 : time};
}

void ask_for_copies(Legion::Mapping::ProfilingRequest& request) {
  request.add_measurement<measurements::OperationTimeline>();
  request.add_measurement<measurements::OperationMemoryUsage>();
}

}  // namespace

std::uint64_t Observer::volume(MapperContext ctx, MapperRuntime* runtime,
                               Legion::IndexSpace space) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = volumes_.find(space);
    if (found != volumes_.end()) return found->second;
  }
  const std::uint64_t volume = runtime->get_index_space_domain(ctx, space).get_volume();
  const std::lock_guard lock(mutex_);
  return volumes_.emplace(space, volume).first->second;
}

Field Observer::field(MapperContext ctx, MapperRuntime* runtime, Legion::FieldSpace space,
                      Legion::FieldID id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = fields_.find({space, id});
    if (found != fields_.end()) return found->second;
  }
  Field field{id, "", Bytes{runtime->get_field_size(ctx, space, id)}};
  const void* text = nullptr;
  std::size_t size = 0;
  if (runtime->retrieve_semantic_information(ctx, space, id, LEGION_NAME_SEMANTIC_TAG, text, size,
                                             /*can_fail=*/true)) {
    field.name.assign(static_cast<const char*>(text),
                      strnlen(static_cast<const char*>(text), size));
  }
  const std::lock_guard lock(mutex_);
  return fields_.emplace(std::pair(space, id), field).first->second;
}

Requirement Observer::read_requirement(MapperContext ctx, MapperRuntime* runtime, int index,
                                       const Legion::RegionRequirement& requirement) {
  Requirement result;
  result.index = index;
  result.privilege = to_privilege(requirement);
  result.reduction = result.privilege == Privilege::Reduce ? requirement.redop : 0;
  if (!requirement.region.exists()) return result;
  result.names = names_.of(ctx, runtime, requirement).names;
  result.dimensions = requirement.region.get_index_space().get_dim();
  std::uint64_t element = 0;
  for (const Legion::FieldID id : requirement.privilege_fields) {
    result.fields.push_back(field(ctx, runtime, requirement.region.get_field_space(), id));
    element += result.fields.back().size.value;
  }
  result.bytes = Bytes{element * volume(ctx, runtime, requirement.region.get_index_space())};
  result.max_bytes = result.bytes;
  return result;
}

ArgumentTrace Observer::read_argument(
    MapperContext ctx, MapperRuntime* runtime, int index,
    const std::vector<Legion::Mapping::PhysicalInstance>& instances, bool by_policy, bool created) {
  ArgumentTrace argument{index, false, {}};
  for (const auto& instance : instances) {
    if (instance.is_virtual_instance()) {
      argument.virtual_mapping = true;
      continue;
    }
    InstanceUse use;
    use.instance = instance.get_instance_id();
    use.memory = session_.machine().name(instance.get_location());
    use.bytes = Bytes{instance.get_instance_size()};
    use.layout =
        to_string(layout_of(runtime->find_layout_constraints(ctx, instance.get_layout_id())));
    const std::lock_guard lock(mutex_);
    const bool fresh = seen_instances_.insert(use.instance).second;
    use.created = by_policy ? created : fresh && !instance.is_external_instance();
    argument.instances.push_back(std::move(use));
  }
  return argument;
}

void Observer::task_mapped(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task,
                           const std::string& name, Legion::Mapping::Mapper::MapTaskOutput& output,
                           bool by_policy, const std::vector<bool>& created) {
  if (!recording()) return;
  PointRecord record;
  record.parent = task.has_parent_task() ? task.get_parent_task()->get_unique_id() : 0;
  record.context_index = task.get_context_index();
  record.uid = task.get_unique_id();
  record.trace.task = name;
  record.trace.by_policy = by_policy;
  if (task.is_index_space) {
    record.domain = to_rect(task.index_domain);
    record.trace.point = to_point(task.index_point);
  }
  if (!output.target_procs.empty())
    record.trace.target = session_.machine().name(output.target_procs.front());
  for (std::size_t i = 0; i < task.regions.size(); ++i) {
    const int index = static_cast<int>(i);
    record.requirements.push_back(read_requirement(ctx, runtime, index, task.regions[i]));
    record.trace.arguments.push_back(read_argument(ctx, runtime, index, output.chosen_instances[i],
                                                   by_policy, i < created.size() && created[i]));
  }
  session_.recorder()->add_point(std::move(record));

  const ProfilingOwners owners{!output.task_prof_requests.empty(),
                               !output.copy_prof_requests.empty()};
  output.task_prof_requests.add_measurement<measurements::OperationTimeline>();
  output.task_prof_requests.add_measurement<measurements::OperationProcessorUsage>();
  ask_for_copies(output.copy_prof_requests);
  if (owners.program_task || owners.program_copy) {
    const std::lock_guard lock(mutex_);
    owners_[task.get_unique_id()] = owners;
  }
}

void Observer::operation_mapped(std::uint64_t uid, Legion::Mapping::ProfilingRequest& request) {
  if (!recording()) return;
  if (!request.empty()) {
    const std::lock_guard lock(mutex_);
    owners_[uid].program_copy = true;
  }
  ask_for_copies(request);
}

bool Observer::operation_profiled(std::uint64_t uid,
                                  const Legion::Mapping::ProfilingResponse& response) {
  if (!recording()) return true;
  copy_profiled(response);
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(uid);
  return found != owners_.end() && found->second.program_copy;
}

bool Observer::task_profiled(const Legion::Task& task,
                             const Legion::Mapping::Mapper::TaskProfilingInfo& info) {
  if (!recording()) return true;
  if (info.task_response) {
    measurements::OperationTimeline timeline;
    measurements::OperationProcessorUsage usage;
    if (info.profiling_responses.get_measurement(timeline) &&
        info.profiling_responses.get_measurement(usage)) {
      session_.recorder()->add_profile(task.get_unique_id(), session_.machine().name(usage.proc),
                                       to_time(timeline.start_time), to_time(timeline.end_time));
    }
  } else if (!info.fill_response) {
    copy_profiled(info.profiling_responses);
  }
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(task.get_unique_id());
  if (found == owners_.end()) return false;
  return info.task_response ? found->second.program_task : found->second.program_copy;
}

void Observer::copy_profiled(const Legion::Mapping::ProfilingResponse& response) {
  measurements::OperationTimeline timeline;
  measurements::OperationMemoryUsage usage;
  if (!response.get_measurement(timeline) || !response.get_measurement(usage)) return;
  if (!usage.source.exists() || !usage.target.exists()) return;  // a fill has no source
  const MachineView& machine = session_.machine();
  session_.recorder()->add_copy({machine.name(usage.source), machine.name(usage.target),
                                 Bytes{usage.size}, to_time(timeline.start_time),
                                 to_time(timeline.end_time)});
}

}  // namespace castra::legion
