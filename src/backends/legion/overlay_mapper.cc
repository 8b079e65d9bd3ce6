#include "backends/legion/overlay_mapper.h"

#include <algorithm>

#include "backends/legion/slices.h"

namespace castra::legion {

using Legion::Mapping::Mapper;

OverlayMapper::OverlayMapper(Mapper* wrapped, Session& session, SharedTables& shared)
    : ForwardingMapper(wrapped), session_(session), shared_(shared) {}

void OverlayMapper::select_task_options(const MapperContext ctx, const Legion::Task& task,
                                        TaskOptions& output) {
  ForwardingMapper::select_task_options(ctx, task, output);
  if (shared_.observer.recording()) output.memoize = false;  // a replayed task would not be seen
  if (!shared_.decisions.has_policy()) return;
  const TaskInfo& info = shared_.decisions.task(ctx, runtime, task);
  if (!info.kind || task.must_epoch_task) return;
  output.stealable = false;
  const bool first = session_.policy()->profile().first_processor;
  if (!first && kind_of(output.initial_proc.kind()) == info.kind) return;
  const int node = static_cast<int>(output.initial_proc.address_space());
  const auto& processors = session_.machine().processors(*info.kind, node);
  if (processors.empty()) return;
  if (first) {
    output.initial_proc = processors.front();
    return;
  }
  const std::lock_guard lock(mutex_);
  auto& next = next_processor_[static_cast<std::size_t>(*info.kind)];
  output.initial_proc = processors[task.is_index_space ? 0 : next++ % processors.size()];
}

const PlaceTable* OverlayMapper::placement(const TaskInfo& info, const Legion::Task& task,
                                           ProcessorKind kind) {
  if (!task.is_index_space || task.must_epoch_task) return nullptr;
  return shared_.decisions.place(info, kind, task.index_domain);
}

void OverlayMapper::slice_task(const MapperContext ctx, const Legion::Task& task,
                               const SliceTaskInput& input, SliceTaskOutput& output) {
  const auto kind = kind_of(task.target_proc.kind());
  if (!shared_.decisions.has_policy() || !kind || task.must_epoch_task) {
    ForwardingMapper::slice_task(ctx, task, input, output);
    return;
  }
  const TaskInfo& info = shared_.decisions.task(ctx, runtime, task);
  if (const PlaceTable* table = placement(info, task, *kind)) {
    slice_by_table(*table, *kind, task, input, output);
    return;
  }
  ForwardingMapper::slice_task(ctx, task, input, output);
  if (!info.kind) return;
  const bool obeyed = std::ranges::all_of(output.slices, [&info](const TaskSlice& slice) {
    return kind_of(slice.proc.kind()) == info.kind;
  });
  if (!obeyed) slice_in_blocks(*info.kind, input, output);
}

void OverlayMapper::slice_by_table(const PlaceTable& table, ProcessorKind kind,
                                   const Legion::Task& task, const SliceTaskInput& input,
                                   SliceTaskOutput& output) {
  if (input.domain == task.index_domain && !table.slices.empty()) {
    output.slices = table.slices;
    return;
  }
  for (Legion::Domain::DomainPointIterator it(input.domain); it; it++) {
    const lang::ProcessorSet owner = table.at(it.p);
    const auto& processors = session_.machine().processors(kind, owner.node);
    output.slices.emplace_back(Legion::Domain(it.p, it.p),
                               processors[static_cast<std::size_t>(owner.processors.front())],
                               false, false);
  }
}

/// The program's mapper sent points to another kind of processor than the policy wants, and the
/// policy does not say which ones.
void OverlayMapper::slice_in_blocks(ProcessorKind kind, const SliceTaskInput& input,
                                    SliceTaskOutput& output) {
  const auto& processors = session_.machine().processors(kind, 0);
  const auto points = static_cast<std::int64_t>(input.domain.get_volume());
  output.slices.clear();
  std::int64_t index = 0;
  for (Legion::Domain::DomainPointIterator it(input.domain, false); it; it++, ++index) {
    const int owner = block_owner(index, points, static_cast<int>(processors.size()));
    output.slices.emplace_back(Legion::Domain(it.p, it.p),
                               processors[static_cast<std::size_t>(owner)], false, false);
  }
}

void OverlayMapper::forward_map_task(MapperContext ctx, const Legion::Task& task,
                                     const MapTaskInput& input, MapTaskOutput& output) {
  ForwardingMapper::map_task(ctx, task, input, output);
  session_.count_point(false);
  if (shared_.observer.recording()) {
    const TaskInfo& info = shared_.decisions.task(ctx, runtime, task);
    shared_.observer.task_mapped(ctx, runtime, task, info.name, output, false, {});
  }
}

void OverlayMapper::report_profiling(const MapperContext ctx, const Legion::Task& task,
                                     const TaskProfilingInfo& input) {
  if (shared_.observer.task_profiled(task, input))
    ForwardingMapper::report_profiling(ctx, task, input);
}

void OverlayMapper::map_inline(const MapperContext ctx, const Legion::InlineMapping& op,
                               const MapInlineInput& input, MapInlineOutput& output) {
  ForwardingMapper::map_inline(ctx, op, input, output);
  shared_.observer.operation_mapped(op.get_unique_id(), output.profiling_requests);
}

void OverlayMapper::report_profiling(const MapperContext ctx, const Legion::InlineMapping& op,
                                     const InlineProfilingInfo& input) {
  if (shared_.observer.operation_profiled(op.get_unique_id(), input.profiling_responses))
    ForwardingMapper::report_profiling(ctx, op, input);
}

void OverlayMapper::map_copy(const MapperContext ctx, const Legion::Copy& op,
                             const MapCopyInput& input, MapCopyOutput& output) {
  ForwardingMapper::map_copy(ctx, op, input, output);
  shared_.observer.operation_mapped(op.get_unique_id(), output.profiling_requests);
}

void OverlayMapper::report_profiling(const MapperContext ctx, const Legion::Copy& op,
                                     const CopyProfilingInfo& input) {
  if (shared_.observer.operation_profiled(op.get_unique_id(), input.profiling_responses))
    ForwardingMapper::report_profiling(ctx, op, input);
}

void OverlayMapper::memoize_operation(const MapperContext ctx, const Legion::Mappable& mappable,
                                      const MemoizeInput& input, MemoizeOutput& output) {
  ForwardingMapper::memoize_operation(ctx, mappable, input, output);
  if (shared_.observer.recording()) output.memoize = false;
}

void OverlayMapper::handle_instance_collection(const MapperContext ctx,
                                               const Legion::Mapping::PhysicalInstance& instance) {
  mapper->handle_instance_collection(ctx, instance);
}

void OverlayMapper::map_future_map_reduction(const MapperContext ctx,
                                             const FutureMapReductionInput& input,
                                             FutureMapReductionOutput& output) {
  mapper->map_future_map_reduction(ctx, input, output);
}

}  // namespace castra::legion
