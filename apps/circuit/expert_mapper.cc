#include "circuit/expert_mapper.h"

#include <mappers/default_mapper.h>

#include <algorithm>
#include <set>
#include <vector>

#include "circuit/schema.h"
#include "common/install_mapper.h"
#include "common/processors.h"
#include "support/check.h"

namespace castra::apps::circuit {

using namespace Legion;
using namespace Legion::Mapping;

namespace {

bool is_simulation(const Task& task) {
  return task.task_id == kCalculateNewCurrents || task.task_id == kDistributeCharge ||
         task.task_id == kUpdateVoltages;
}

/// True for the requirements on rp_shared and rp_ghost of the simulation tasks.
bool crosses_superpieces(const Task& task, std::size_t requirement) {
  if (task.task_id == kUpdateVoltages) return requirement == 2 || requirement == 3;
  return requirement == 1 || requirement == 2;
}

class ExpertMapper : public DefaultMapper {
 public:
  ExpertMapper(MapperRuntime* mapper_runtime, const Machine& whole, Processor local)
      : DefaultMapper(mapper_runtime, whole, local, "circuit expert"),
        cpus_(local_processors(whole, local, Processor::LOC_PROC)),
        gpus_(local_processors(whole, local, Processor::TOC_PROC)) {}

  void slice_task(MapperContext, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    const std::vector<Processor>& targets = is_simulation(task) && !gpus_.empty() ? gpus_ : cpus_;
    const coord_t first = input.domain.lo()[0];
    const auto points = static_cast<coord_t>(task.index_domain.get_volume());
    const auto count = static_cast<coord_t>(targets.size());
    for (coord_t point = first; point <= input.domain.hi()[0]; ++point) {
      const coord_t block = (point - task.index_domain.lo()[0]) * count / points;
      output.slices.emplace_back(Domain(Rect<1>(point, point)),
                                 targets[static_cast<std::size_t>(block)], false, false);
    }
  }

  void map_task(MapperContext context, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    if (!is_simulation(task)) {
      DefaultMapper::map_task(context, task, input, output);
      return;
    }
    std::vector<VariantID> variants;
    runtime->find_valid_variants(context, task.task_id, variants, task.target_proc.kind());
    CASTRA_CHECK(!variants.empty(), "a simulation task has no variant for its processor");
    output.chosen_variant = variants.front();
    output.target_procs = {task.target_proc};
    for (std::size_t index = 0; index < task.regions.size(); ++index) {
      output.chosen_instances[index] = {instance_for(context, task, index)};
    }
  }

 private:
  Memory memory_for(const Task& task, std::size_t index) const {
    const Processor target = task.target_proc;
    Memory::Kind kind = Memory::SYSTEM_MEM;
    if (target.kind() == Processor::TOC_PROC) {
      kind = crosses_superpieces(task, index) ? Memory::Z_COPY_MEM : Memory::GPU_FB_MEM;
    }
    Machine::MemoryQuery query(machine);
    query.only_kind(kind).best_affinity_to(target);
    return query.first();
  }

  /// All fields of exactly the requirement's region, so that every task of a superpiece finds the
  /// same instance; a fresh one for every reduction.
  PhysicalInstance instance_for(MapperContext context, const Task& task, std::size_t index) {
    const RegionRequirement& requirement = task.regions[index];
    const bool reduces = requirement.privilege == LEGION_REDUCE;
    std::set<FieldID> fields = requirement.privilege_fields;
    if (!reduces) {
      runtime->get_field_space_fields(context, requirement.region.get_field_space(), fields);
    }
    LayoutConstraintSet layout;
    layout.add_constraint(SpecializedConstraint(
        reduces ? LEGION_AFFINE_REDUCTION_SPECIALIZE : LEGION_AFFINE_SPECIALIZE,
        requirement.redop));
    layout.add_constraint(FieldConstraint(fields, false, false));
    layout.add_constraint(OrderingConstraint({LEGION_DIM_X, LEGION_DIM_F}, false));
    const Memory memory = memory_for(task, index);
    PhysicalInstance instance;
    std::size_t footprint = 0;
    bool created = reduces;
    const std::vector<LogicalRegion> regions = {requirement.region};
    const bool found =
        reduces
            ? runtime->create_physical_instance(context, memory, layout, regions, instance, true, 0,
                                                true, &footprint)
            : runtime->find_or_create_physical_instance(context, memory, layout, regions, instance,
                                                        created, true, 0, true, &footprint);
    if (!found) {
      default_report_failed_instance_creation(task, static_cast<unsigned>(index), task.target_proc,
                                              memory, footprint);
    }
    return instance;
  }

  std::vector<Processor> cpus_, gpus_;
};

}  // namespace

void install_expert_mapper() { install_mapper<ExpertMapper>(); }

}  // namespace castra::apps::circuit
