#include <vector>

#include "circuit/circuit_data.h"
#include "circuit/schema.h"
#include "circuit/tasks.h"
#include "common/task_registration.h"

namespace castra::apps::circuit {

using namespace Legion;

namespace {

using Fields = std::vector<FieldID>;

/// Each point's own subregion of `partition`.
RegionRequirement each(LogicalPartition partition, LogicalRegion parent, PrivilegeMode privilege,
                       const Fields& fields) {
  RegionRequirement requirement(partition, 0, privilege, LEGION_EXCLUSIVE, parent);
  requirement.add_fields(fields);
  return requirement;
}

RegionRequirement each_reduced(LogicalPartition partition, LogicalRegion parent,
                               const Fields& fields) {
  RegionRequirement requirement(partition, 0, kChargeSumId, LEGION_EXCLUSIVE, parent);
  requirement.add_fields(fields);
  return requirement;
}

/// Names a region whose bounds a task needs, without access to its data.
RegionRequirement bounds_of(LogicalRegion region, LogicalRegion parent) {
  return RegionRequirement(region, LEGION_NO_ACCESS, LEGION_EXCLUSIVE, parent);
}

RegionRequirement whole(LogicalRegion region, PrivilegeMode privilege, const Fields& fields) {
  RegionRequirement requirement(region, privilege, LEGION_EXCLUSIVE, region);
  requirement.add_fields(fields);
  return requirement;
}

Fields plus_segments(Fields fields) {
  for (unsigned s = 0; s < kSegments; ++s) fields.push_back(kCurrent + s);
  for (unsigned s = 0; s < kSegments - 1; ++s) fields.push_back(kVoltage + s);
  return fields;
}

/// The run of one circuit; each method is one step of the program, in the order they are called.
class Simulation {
 public:
  Simulation(Context context, Runtime* runtime, const CircuitConfig& config)
      : context_(context),
        runtime_(runtime),
        config_(config),
        data_(create_circuit_data(context, runtime, config)) {}

  void initialise() {
    launch_init_piece();
    TaskLauncher ghosts(kCreateGhostPartition, UntypedBuffer());
    ghosts.add_region_requirement(bounds_of(data_.all_shared, data_.all_nodes));
    ghosts.add_region_requirement(whole(data_.ghost_ranges, LEGION_READ_ONLY, {kRect}));
    const Future partition = runtime_->execute_task(context_, ghosts);
    set_ghost_partition(context_, runtime_, partition.get_result<IndexPartition>(), data_);
    launch_init_pointers();
    wait_for_everything();
  }

  /// Three launches per iteration, recorded once and replayed; nothing waits inside.
  void simulate() {
    const std::int64_t loops = config_.total_loops();
    for (std::int64_t loop = 0; loop < loops; ++loop) {
      runtime_->begin_trace(context_, kLoopTrace);
      launch_calculate_new_currents(loop == config_.prune);
      launch_distribute_charge();
      launch_update_voltages(loop == loops - config_.prune - 1);
      runtime_->end_trace(context_, kLoopTrace);
      if (config_.sync > 0 && (loop + 1) % config_.sync == 0) wait_for_everything();
    }
  }

  void report() {
    TaskLauncher elapsed(kGetElapsed, UntypedBuffer());
    elapsed.add_region_requirement(whole(data_.all_times, LEGION_READ_ONLY, {kStart, kStop}));
    const SummaryArguments arguments{
        config_, runtime_->execute_task(context_, elapsed).get_result<double>()};
    IndexTaskLauncher launcher(kPrintSummary, data_.superpieces,
                               UntypedBuffer(&arguments, sizeof arguments), ArgumentMap());
    runtime_->execute_index_space(context_, launcher).wait_all_results();
  }

  void dump() {
    TaskLauncher launcher(kDumpWires, UntypedBuffer());
    launcher.add_region_requirement(whole(data_.all_wires, LEGION_READ_ONLY, plus_segments({})));
    runtime_->execute_task(context_, launcher).get_void_result();
  }

  /// An iteration ends with all charges cleared, so half of one more fills them for the comparison.
  bool check() {
    launch_calculate_new_currents(false);
    launch_distribute_charge();
    TaskLauncher launcher(kCheckResults, UntypedBuffer(&config_, sizeof config_));
    launcher.add_region_requirement(
        whole(data_.all_nodes, LEGION_READ_ONLY, {kCharge, kNodeVoltage}));
    return runtime_->execute_task(context_, launcher).get_result<bool>();
  }

  void destroy() { destroy_circuit_data(context_, runtime_, data_); }

 private:
  static constexpr TraceID kLoopTrace = 1;

  void wait_for_everything() { runtime_->issue_execution_fence(context_).get_void_result(); }

  void launch(TaskID task, const UntypedBuffer& argument,
              const std::vector<RegionRequirement>& requirements) {
    IndexTaskLauncher launcher(task, data_.superpieces, argument, ArgumentMap());
    for (const RegionRequirement& requirement : requirements) {
      launcher.add_region_requirement(requirement);
    }
    runtime_->execute_index_space(context_, launcher);
  }

  void launch_init_piece() {
    const Fields node = {kNodeCap, kLeakage, kCharge, kNodeVoltage};
    const Fields wire = plus_segments(
        {kInPtr, kInLocation, kOutPtr, kOutLocation, kInductance, kResistance, kWireCap});
    launch(kInitPiece, UntypedBuffer(&config_, sizeof config_),
           {each(data_.rp_ghost_ranges, data_.ghost_ranges, LEGION_READ_WRITE, {kRect}),
            each(data_.rp_private, data_.all_nodes, LEGION_READ_WRITE, node),
            each(data_.rp_shared, data_.all_nodes, LEGION_READ_WRITE, node),
            bounds_of(data_.all_shared, data_.all_nodes),
            each(data_.rp_wires, data_.all_wires, LEGION_READ_WRITE, wire)});
  }

  void launch_init_pointers() {
    launch(kInitPointers, UntypedBuffer(),
           {each(data_.rp_private, data_.all_nodes, LEGION_NO_ACCESS, {}),
            each(data_.rp_shared, data_.all_nodes, LEGION_NO_ACCESS, {}),
            each(data_.rp_ghost, data_.all_nodes, LEGION_NO_ACCESS, {}),
            each(data_.rp_wires, data_.all_wires, LEGION_READ_WRITE,
                 {kInPtr, kInLocation, kOutPtr, kOutLocation})});
  }

  void launch_calculate_new_currents(bool print_ts) {
    const StepArguments arguments{print_ts, config_.steps};
    launch(kCalculateNewCurrents, UntypedBuffer(&arguments, sizeof arguments),
           {each(data_.rp_private, data_.all_nodes, LEGION_READ_ONLY, {kNodeVoltage}),
            each(data_.rp_shared, data_.all_nodes, LEGION_READ_ONLY, {kNodeVoltage}),
            each(data_.rp_ghost, data_.all_nodes, LEGION_READ_ONLY, {kNodeVoltage}),
            each(data_.rp_wires, data_.all_wires, LEGION_READ_ONLY,
                 {kInPtr, kInLocation, kOutPtr, kOutLocation, kInductance, kResistance, kWireCap}),
            each(data_.rp_wires, data_.all_wires, LEGION_READ_WRITE, plus_segments({})),
            each(data_.rp_times, data_.all_times, LEGION_READ_WRITE, {kStart, kStop})});
  }

  void launch_distribute_charge() {
    launch(
        kDistributeCharge, UntypedBuffer(),
        {each(data_.rp_private, data_.all_nodes, LEGION_READ_WRITE, {kCharge}),
         each_reduced(data_.rp_shared, data_.all_nodes, {kCharge}),
         each_reduced(data_.rp_ghost, data_.all_nodes, {kCharge}),
         each(data_.rp_wires, data_.all_wires, LEGION_READ_ONLY,
              {kInPtr, kInLocation, kOutPtr, kOutLocation, kCurrent, kCurrent + kSegments - 1})});
  }

  void launch_update_voltages(bool print_ts) {
    const StepArguments arguments{print_ts, config_.steps};
    const Fields constant = {kNodeCap, kLeakage};
    const Fields changing = {kCharge, kNodeVoltage};
    launch(kUpdateVoltages, UntypedBuffer(&arguments, sizeof arguments),
           {each(data_.rp_private, data_.all_nodes, LEGION_READ_ONLY, constant),
            each(data_.rp_private, data_.all_nodes, LEGION_READ_WRITE, changing),
            each(data_.rp_shared, data_.all_nodes, LEGION_READ_ONLY, constant),
            each(data_.rp_shared, data_.all_nodes, LEGION_READ_WRITE, changing),
            each(data_.rp_times, data_.all_times, LEGION_READ_WRITE, {kStart, kStop})});
  }

  Context context_;
  Runtime* runtime_;
  CircuitConfig config_;
  CircuitData data_;
};

void top_level(const Task*, const Regions&, Context context, Runtime* runtime) {
  const Future parsed = runtime->execute_task(context, TaskLauncher(kParseInput, UntypedBuffer()));
  const auto config = parsed.get_result<CircuitConfig>();
  Simulation simulation(context, runtime, config);
  simulation.initialise();
  simulation.simulate();
  simulation.report();
  if (config.dump) simulation.dump();
  if (config.checks && !simulation.check()) Runtime::set_return_code(1);
  simulation.destroy();
}

}  // namespace

void register_top_level_task() {
  register_task<top_level>(kTopLevel, "top_level", Processor::LOC_PROC, TaskShape::Inner, "CPU");
  Runtime::set_top_level_task_id(kTopLevel);
}

}  // namespace castra::apps::circuit
