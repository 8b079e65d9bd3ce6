#include "virtual_node/mapper.h"

#include <cstdio>
#include <cstdlib>

#include "default_mapper.h"
#include "virtual_node/placement.h"

namespace castra::virtual_node {
namespace {

using namespace Legion;
using namespace Legion::Mapping;

std::vector<Processor> processors_of(Machine machine, Processor::Kind kind) {
  Machine::ProcessorQuery query(machine);
  query.only_kind(kind);
  return {query.begin(), query.end()};
}

class PlacementMapper : public DefaultMapper {
 public:
  PlacementMapper(MapperRuntime* mapper_runtime, Machine node, Processor local)
      : DefaultMapper(mapper_runtime, node, local, "virtual node mapper"),
        cpus_(processors_of(node, Processor::LOC_PROC)),
        gpus_(processors_of(node, Processor::TOC_PROC)) {}

  void select_task_options(const MapperContext ctx, const Task& task,
                           TaskOptions& output) override {
    DefaultMapper::select_task_options(ctx, task, output);
    if (!Placement::is_tag(task.tag)) return;
    output.initial_proc = processors(Placement::from_tag(task.tag)).front();
    output.inline_task = false;
    output.stealable = false;
    output.map_locally = true;
  }

  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    if (!Placement::is_tag(task.tag)) return DefaultMapper::slice_task(ctx, task, input, output);
    const auto targets = processors(Placement::from_tag(task.tag));
    std::size_t next = 0;
    for (Domain::DomainPointIterator point(input.domain); point; point++) {
      output.slices.emplace_back(Domain(point.p, point.p), targets[next++ % targets.size()], false,
                                 false);
    }
  }

  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    if (!Placement::is_tag(task.tag)) return DefaultMapper::map_task(ctx, task, input, output);
    std::vector<VariantID> variants;
    runtime->find_valid_variants(ctx, task.task_id, variants, task.target_proc.kind());
    output.chosen_variant = variants.at(0);
    output.target_procs.assign(1, task.target_proc);
    for (unsigned i = 0; i < task.regions.size(); ++i) {
      output.chosen_instances[i].assign(
          1, instance(ctx, task.regions[i], task.target_proc, Placement::from_tag(task.tag), i,
                      task.task_id));
    }
  }

  void map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override {
    if (!Placement::is_tag(copy.tag)) return DefaultMapper::map_copy(ctx, copy, input, output);
    const Placement placement = Placement::from_tag(copy.tag);
    const auto targets = processors(placement);
    const auto point = copy.is_index_space ? static_cast<std::size_t>(copy.index_point[0]) : 0;
    const Processor target = targets[point % targets.size()];
    const auto put = [&](const RegionRequirement& requirement, unsigned index) {
      return instance(ctx, requirement, target, placement, index, 0);
    };
    for (unsigned i = 0; i < copy.src_requirements.size(); ++i) {
      output.src_instances[i].assign(1, put(copy.src_requirements[i], 2 * i));
      output.dst_instances[i].assign(1, put(copy.dst_requirements[i], 2 * i + 1));
    }
    for (unsigned i = 0; i < copy.src_indirect_requirements.size(); ++i) {
      output.src_indirect_instances[i] = put(copy.src_indirect_requirements[i], 2 * i);
    }
    for (unsigned i = 0; i < copy.dst_indirect_requirements.size(); ++i) {
      output.dst_indirect_instances[i] = put(copy.dst_indirect_requirements[i], 2 * i);
    }
  }

 private:
  std::vector<Processor> processors(const Placement& placement) const {
    if (gpus_.empty() || placement.processors == ProcessorChoice::Cpus) return cpus_;
    if (placement.processors == ProcessorChoice::Gpus) return gpus_;
    std::vector<Processor> both;
    for (std::size_t i = 0; i < std::max(cpus_.size(), gpus_.size()); ++i) {
      both.push_back(gpus_[i % gpus_.size()]);
      both.push_back(cpus_[i % cpus_.size()]);
    }
    return both;
  }

  Memory memory(Processor target, MemoryChoice choice, unsigned index) const {
    const bool zero_copy =
        choice == MemoryChoice::ZeroCopy || (choice == MemoryChoice::Mixed && index % 2 == 1);
    const Memory::Kind local =
        target.kind() == Processor::TOC_PROC ? Memory::GPU_FB_MEM : Memory::SYSTEM_MEM;
    for (const Memory::Kind kind : {zero_copy ? Memory::Z_COPY_MEM : local, local}) {
      Machine::MemoryQuery query(machine);
      query.only_kind(kind).best_affinity_to(target);
      if (query.count() > 0) return query.first();
    }
    return Memory::NO_MEMORY;
  }

  static std::vector<DimensionKind> order(LayoutChoice choice, int dim, unsigned mix) {
    if (choice == LayoutChoice::Mixed) choice = static_cast<LayoutChoice>(mix % 3);
    std::vector<DimensionKind> dims;
    for (int d = 0; d < dim; ++d) {
      const int axis = choice == LayoutChoice::Rows ? dim - 1 - d : d;
      dims.push_back(static_cast<DimensionKind>(static_cast<int>(LEGION_DIM_X) + axis));
    }
    dims.insert(choice == LayoutChoice::Structs ? dims.begin() : dims.end(), LEGION_DIM_F);
    return dims;
  }

  PhysicalInstance instance(const MapperContext ctx, const RegionRequirement& requirement,
                            Processor target, const Placement& placement, unsigned index,
                            unsigned mix) {
    const Memory where = memory(target, placement.memory, index);
    const int dim = requirement.region.get_index_space().get_dim();
    const bool reduction = requirement.privilege == LEGION_REDUCE;
    LayoutConstraintSet constraints;
    constraints.add_constraint(MemoryConstraint(where.kind()))
        .add_constraint(FieldConstraint(requirement.privilege_fields, false))
        .add_constraint(OrderingConstraint(order(placement.layout, dim, index + mix), false))
        .add_constraint(
            reduction ? SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE, requirement.redop)
                      : SpecializedConstraint(LEGION_AFFINE_SPECIALIZE));
    PhysicalInstance result;
    bool created = true;
    const bool done = reduction
                          ? runtime->create_physical_instance(ctx, where, constraints,
                                                              {requirement.region}, result)
                          : runtime->find_or_create_physical_instance(
                                ctx, where, constraints, {requirement.region}, result, created);
    if (!done) {
      std::fprintf(stderr, "virtual_node: no room in memory of kind %d\n",
                   static_cast<int>(where.kind()));
      std::exit(3);
    }
    return result;
  }

  const std::vector<Processor> cpus_;
  const std::vector<Processor> gpus_;
};

}  // namespace

void register_mappers(Machine machine, Runtime* runtime,
                      const std::set<Processor>& local_processors) {
  for (const Processor processor : local_processors) {
    runtime->replace_default_mapper(
        new PlacementMapper(runtime->get_mapper_runtime(), machine, processor), processor);
  }
}

}  // namespace castra::virtual_node
