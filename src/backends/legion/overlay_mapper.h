#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "backends/legion/decisions.h"
#include "backends/legion/launch_reductions.h"
#include "backends/legion/observer.h"
#include "backends/legion/region_names.h"
#include "backends/legion/session.h"
#include "forwarding_mapper.h"
#include "legion.h"

namespace castra::legion {

/// What all mappers of a process share besides the session.
struct SharedTables {
  explicit SharedTables(Session& session)
      : names(session), decisions(session), observer(session, names) {}
  RegionNames names;
  Decisions decisions;
  Observer observer;
  LaunchReductions reductions;
};

/// Wraps the program's mapper. Tasks on which the policy is wholly silent go to the wrapped mapper
/// untouched. A task of which the policy decides the processor, or any argument's memory or layout,
/// is mapped here completely: what the policy leaves open then gets the first of frame buffer and
/// zero-copy memory with room for a GPU, socket or system memory otherwise, all fields of the field
/// space, struct of arrays. Instances in GPU memories hold the argument's piece; in memory that a
/// node's processors share, the whole region (unless `Exact`, or that does not fit). Every other
/// kind of call is forwarded.
class OverlayMapper : public Legion::Mapping::ForwardingMapper {
 public:
  /// Takes ownership of `wrapped`.
  OverlayMapper(Legion::Mapping::Mapper* wrapped, Session& session, SharedTables& shared);

  void select_task_options(const MapperContext ctx, const Legion::Task& task,
                           TaskOptions& output) override;
  void slice_task(const MapperContext ctx, const Legion::Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void report_profiling(const MapperContext ctx, const Legion::Task& task,
                        const TaskProfilingInfo& input) override;

  void map_inline(const MapperContext ctx, const Legion::InlineMapping& op,
                  const MapInlineInput& input, MapInlineOutput& output) override;
  void report_profiling(const MapperContext ctx, const Legion::InlineMapping& op,
                        const InlineProfilingInfo& input) override;
  void map_copy(const MapperContext ctx, const Legion::Copy& op, const MapCopyInput& input,
                MapCopyOutput& output) override;
  void report_profiling(const MapperContext ctx, const Legion::Copy& op,
                        const CopyProfilingInfo& input) override;

  void memoize_operation(const MapperContext ctx, const Legion::Mappable& mappable,
                         const MemoizeInput& input, MemoizeOutput& output) override;
  /// Legion's ForwardingMapper forwards neither of these.
  void handle_instance_collection(const MapperContext ctx,
                                  const Legion::Mapping::PhysicalInstance& instance) override;
  void map_future_map_reduction(const MapperContext ctx, const FutureMapReductionInput& input,
                                FutureMapReductionOutput& output) override;

  using ForwardingMapper::report_profiling;

 private:
  using Instances = std::vector<Legion::Mapping::PhysicalInstance>;

  /// Everything about one map_task call that its helpers need.
  struct Call {
    MapperContext ctx;
    const Legion::Task& task;
    const TaskInfo& info;
    ProcessorKind kind;
    const PlaceTable* table;  ///< null: not placed by the policy
    VariantInfo variant;
    std::vector<Legion::Processor> targets;
    std::vector<const ArgumentRule*> rules;  ///< by argument
  };
  /// One argument's choices, tried in order.
  struct Candidates {
    std::vector<MemoryKind> list;
    std::vector<Legion::Memory> memories;  ///< those of the list that the target reaches
    bool wants_virtual = false;
  };
  struct CachedMapping {
    bool forward = false;
    VariantInfo variant;
    std::vector<Instances> instances;  ///< empty at arguments that are made fresh
  };
  struct KeyHash {
    std::size_t operator()(const std::vector<std::uint64_t>& key) const;
  };

  // overlay_map_task.cc
  bool decides(Call& call, bool placed);
  void map_here(Call& call, const MapTaskInput& input, MapTaskOutput& output,
                std::vector<bool>& created);
  /// Arguments that share argument `index`'s instance, itself included, ascending.
  static std::vector<std::size_t> sharers(const Call& call, std::size_t index);
  void map_argument(Call& call, std::size_t index, MapTaskOutput& output,
                    std::vector<bool>& created);
  Candidates candidates(const Call& call, std::size_t index) const;
  void without_fall_through(const Call& call, Candidates& tried) const;
  bool make_instance(Call& call, std::size_t index, const std::vector<std::size_t>& members,
                     Legion::Memory memory, Legion::Mapping::PhysicalInstance& instance,
                     bool& created, std::size_t& footprint);
  std::vector<std::size_t> reduced_alike(const Call& call, std::size_t index,
                                         Legion::Memory memory);
  bool make_reduction(Call& call, std::size_t index, Legion::Memory memory,
                      const Legion::LayoutConstraintSet& constraints, bool exact,
                      const std::vector<Legion::LogicalRegion>& regions,
                      Legion::Mapping::PhysicalInstance& instance, bool& created,
                      std::size_t& footprint);
  const Legion::LayoutConstraintSet* demanded_layout(const Call& call, std::size_t index);
  bool shares_whole_region() const;
  Legion::LogicalRegion root_of(MapperContext ctx, Legion::LogicalRegion region) const;
  static std::vector<Legion::LogicalRegion> regions_of(const Call& call,
                                                       const std::vector<std::size_t>& members);
  [[noreturn]] void fail_argument(const Call& call, std::size_t index, const Candidates& tried,
                                  std::size_t footprint);
  void map_outputs(const Call& call, MapTaskOutput& output);
  void remember(const std::vector<std::uint64_t>& key, CachedMapping mapping);
  bool recall(const std::vector<std::uint64_t>& key, CachedMapping& mapping);

  void forward_map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                        MapTaskOutput& output);
  const PlaceTable* placement(const TaskInfo& info, const Legion::Task& task, ProcessorKind kind);
  void slice_by_table(const PlaceTable& table, ProcessorKind kind, const Legion::Task& task,
                      const SliceTaskInput& input, SliceTaskOutput& output);
  void slice_in_blocks(ProcessorKind kind, const SliceTaskInput& input, SliceTaskOutput& output);

  Session& session_;
  SharedTables& shared_;
  std::mutex mutex_;
  std::unordered_map<std::vector<std::uint64_t>, CachedMapping, KeyHash> cache_;
  std::array<std::size_t, kAllProcessorKinds.size()> next_processor_{};
};

}  // namespace castra::legion
