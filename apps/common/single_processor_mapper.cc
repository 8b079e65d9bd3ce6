#include "common/single_processor_mapper.h"

#include "common/processors.h"

namespace castra::apps {

using Legion::Processor;
using Legion::Mapping::DefaultMapper;
using Legion::Mapping::MapperContext;

SingleProcessorMapper::SingleProcessorMapper(Legion::Mapping::MapperRuntime* mapper_runtime,
                                             const Legion::Machine& whole, Processor local)
    : DefaultMapper(mapper_runtime, whole, local, "single processor") {}

Processor SingleProcessorMapper::first_like(Processor processor) const {
  return local_processors(machine, local_proc, processor.kind()).front();
}

Processor SingleProcessorMapper::default_policy_select_initial_processor(MapperContext context,
                                                                         const Legion::Task& task) {
  return first_like(DefaultMapper::default_policy_select_initial_processor(context, task));
}

void SingleProcessorMapper::default_policy_select_target_processors(
    MapperContext, const Legion::Task& task, std::vector<Processor>& targets) {
  targets.push_back(first_like(task.target_proc));
}

void SingleProcessorMapper::slice_task(MapperContext context, const Legion::Task& task,
                                       const SliceTaskInput& input, SliceTaskOutput& output) {
  DefaultMapper::slice_task(context, task, input, output);
  for (TaskSlice& slice : output.slices) slice.proc = first_like(slice.proc);
}

}  // namespace castra::apps
