#pragma once

#include <legion.h>
#include <mappers/default_mapper.h>

#include <vector>

namespace castra::apps {

/// A bad mapper, on purpose: Legion's default one, except that everything of a kind of processor
/// runs on the first processor of that kind. What a search must at least repair.
class SingleProcessorMapper : public Legion::Mapping::DefaultMapper {
 public:
  SingleProcessorMapper(Legion::Mapping::MapperRuntime* mapper_runtime,
                        const Legion::Machine& whole, Legion::Processor local);

  void slice_task(Legion::Mapping::MapperContext context, const Legion::Task& task,
                  const SliceTaskInput& input, SliceTaskOutput& output) override;

 protected:
  Legion::Processor default_policy_select_initial_processor(Legion::Mapping::MapperContext context,
                                                            const Legion::Task& task) override;
  void default_policy_select_target_processors(Legion::Mapping::MapperContext context,
                                               const Legion::Task& task,
                                               std::vector<Legion::Processor>& targets) override;

 private:
  Legion::Processor first_like(Legion::Processor processor) const;
};

}  // namespace castra::apps
