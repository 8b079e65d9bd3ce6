// OverlayMapper::map_task: a task of which the policy decides anything is mapped here completely.
#include <fmt/format.h>

#include <algorithm>

#include "backends/legion/layouts.h"
#include "backends/legion/overlay_mapper.h"

namespace castra::legion {
namespace {

using Legion::Mapping::PhysicalInstance;

/// Mappings remembered per mapper; a program that never repeats a task starts over beyond that.
constexpr std::size_t kMaxCached = 1 << 16;

/// Where an argument goes that the policy does not place.
std::vector<MemoryKind> default_memories(ProcessorKind kind) {
  if (kind == ProcessorKind::Gpu) return {MemoryKind::FrameBuffer, MemoryKind::ZeroCopy};
  if (kind == ProcessorKind::Omp) return {MemoryKind::Socket, MemoryKind::System};
  return {MemoryKind::System};
}

bool needs_instance(const Legion::RegionRequirement& requirement) {
  return requirement.privilege != LEGION_NO_ACCESS && !requirement.privilege_fields.empty();
}

bool is_reduction(const Legion::RegionRequirement& requirement) {
  return requirement.privilege == LEGION_REDUCE;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  a ^= b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2);
  return a;
}

/// Everything that a mapping depends on besides the policy, which is fixed: equal keys may use
/// equal instances.
void build_key(const Legion::Task& task, Legion::Processor target,
               std::vector<std::uint64_t>& key) {
  key.clear();
  key.push_back((static_cast<std::uint64_t>(task.task_id) << 8) ^ target.id);
  for (const auto& requirement : task.regions) {
    const Legion::LogicalRegion region = requirement.region;
    key.push_back(mix(region.get_index_space().get_id(), region.get_tree_id()));
    std::uint64_t rest = mix(static_cast<std::uint64_t>(requirement.privilege), requirement.redop);
    rest = mix(rest, requirement.parent.get_index_space().get_id());
    for (const Legion::FieldID field : requirement.privilege_fields) rest = mix(rest, field);
    key.push_back(rest);
  }
}

std::string join_kinds(const std::vector<MemoryKind>& kinds) {
  std::string text;
  for (const MemoryKind kind : kinds)
    text += (text.empty() ? "" : ",") + std::string(to_string(kind));
  return text;
}

}  // namespace

std::size_t OverlayMapper::KeyHash::operator()(const std::vector<std::uint64_t>& key) const {
  std::uint64_t hash = key.size();
  for (const std::uint64_t word : key) hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32);
}

bool OverlayMapper::recall(const std::vector<std::uint64_t>& key, CachedMapping& mapping) {
  const std::lock_guard lock(mutex_);
  const auto found = cache_.find(key);
  if (found == cache_.end()) return false;
  mapping = found->second;
  return true;
}

void OverlayMapper::remember(const std::vector<std::uint64_t>& key, CachedMapping mapping) {
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= kMaxCached) cache_.clear();
  cache_.insert_or_assign(key, std::move(mapping));
}

void OverlayMapper::map_task(const MapperContext ctx, const Legion::Task& task,
                             const MapTaskInput& input, MapTaskOutput& output) {
  const auto kind = kind_of(task.target_proc.kind());
  if (!shared_.decisions.has_policy() || !kind || task.must_epoch_task ||
      input.shard_processor.exists()) {
    forward_map_task(ctx, task, input, output);
    return;
  }
  const TaskInfo& info = shared_.decisions.task(ctx, runtime, task);
  const PlaceTable* table = placement(info, task, *kind);
  Call call{ctx, task, info, *kind, table, {}, {}, {}};
  if (table != nullptr) {
    const lang::ProcessorSet owner = table->at(task.index_point);
    const auto& processors = session_.machine().processors(*kind, owner.node);
    for (const int index : owner.processors) {
      call.targets.push_back(processors[static_cast<std::size_t>(index)]);
      if (*kind == ProcessorKind::Gpu) break;  // a frame buffer belongs to one GPU
    }
  } else {
    call.targets.push_back(task.target_proc);
  }

  std::vector<std::uint64_t> key;
  build_key(task, call.targets.front(), key);
  CachedMapping cached;
  const bool known = recall(key, cached);
  if ((known && cached.forward) || (!known && !decides(call, table != nullptr))) {
    if (!known) remember(key, {true, {}, {}});
    forward_map_task(ctx, task, input, output);
    return;
  }
  std::vector<bool> created(task.regions.size(), false);
  if (known) {
    call.variant = cached.variant;
    output.chosen_instances = std::move(cached.instances);
    if (!runtime->acquire_and_filter_instances(ctx, output.chosen_instances))
      output.chosen_instances.assign(task.regions.size(), {});
    decides(call, true);
  }
  map_here(call, input, output, created);
  CachedMapping made{false, call.variant, output.chosen_instances};
  for (std::size_t i = 0; i < task.regions.size(); ++i) {
    if (is_reduction(task.regions[i])) made.instances[i].clear();
  }
  if (!known || std::ranges::find(created, true) != created.end()) remember(key, std::move(made));
  session_.count_point(true);
  shared_.observer.task_mapped(ctx, runtime, task, info.name, output, true, created);
}

/// Looks up the rules of every argument and the variant. False if the policy is silent on the task,
/// or asks for what cannot be done here: then the program's mapper has it.
bool OverlayMapper::decides(Call& call, bool placed) {
  const auto& variants = call.info.of(call.kind);
  if (variants.empty()) return false;
  call.variant = variants.front();
  bool decided = placed || call.info.kind.has_value();
  static const RegionNames::Entry kNoNames;
  for (std::size_t i = 0; i < call.task.regions.size(); ++i) {
    const auto& names = shared_.decisions.uses_region_names()
                            ? shared_.names.of(call.ctx, runtime, call.task.regions[i])
                            : kNoNames;
    call.rules.push_back(&shared_.decisions.argument(call.info, call.kind, static_cast<int>(i),
                                                     names.id, names.names));
    decided = decided || call.rules.back()->decided;
  }
  return decided;
}

void OverlayMapper::map_here(Call& call, const MapTaskInput& input, MapTaskOutput& output,
                             std::vector<bool>& created) {
  output.chosen_variant = call.variant.id;
  output.target_procs = call.targets;
  output.chosen_instances.resize(call.task.regions.size());
  for (std::size_t i = 0; i < call.task.regions.size(); ++i) {
    const bool premapped = std::ranges::find(input.premapped_regions, static_cast<unsigned>(i)) !=
                           input.premapped_regions.end();
    if (premapped || !needs_instance(call.task.regions[i])) continue;
    if (output.chosen_instances[i].empty()) map_argument(call, i, output, created);
  }
  if (!call.task.output_regions.empty()) map_outputs(call, output);
}

/// The memories an argument may go to. A task that only passes its regions on to children needs no
/// instances; reductions it passes on must not be instances either.
OverlayMapper::Candidates OverlayMapper::candidates(const Call& call, std::size_t index) const {
  const ArgumentRule& rule = *call.rules[index];
  const auto& requirement = call.task.regions[index];
  Candidates result;
  result.list = rule.memories ? rule.memories->value : default_memories(call.kind);
  if (!call.variant.leaf && (call.variant.inner || is_reduction(requirement)) &&
      requirement.prop == LEGION_EXCLUSIVE) {
    result.wants_virtual = true;
    return result;
  }
  for (const MemoryKind kind : result.list) {
    if (kind == MemoryKind::Virtual) {
      if (call.variant.leaf || is_reduction(requirement)) continue;
      result.wants_virtual = result.memories.empty();
      if (result.wants_virtual) return result;
      continue;
    }
    const Legion::Memory memory = session_.machine().memory(call.targets.front(), kind);
    if (memory.exists()) result.memories.push_back(memory);
  }
  if (rule.memories && !rule.memories->fall_through) without_fall_through(call, result);
  return result;
}

/// Only the first memory that exists; if none does, what an argument without a rule gets.
void OverlayMapper::without_fall_through(const Call& call, Candidates& tried) const {
  if (tried.memories.size() > 1) tried.memories.resize(1);
  if (!tried.memories.empty() || !session_.policy()->profile().exhausted_list_defaults) return;
  for (const MemoryKind kind : default_memories(call.kind)) {
    const Legion::Memory memory = session_.machine().memory(call.targets.front(), kind);
    if (memory.exists()) tried.memories.push_back(memory);
  }
}

std::vector<std::size_t> OverlayMapper::sharers(const Call& call, std::size_t index) {
  for (const auto& group : call.variant.shared_instances) {
    if (std::ranges::find(group, static_cast<unsigned>(index)) == group.end()) continue;
    std::vector<std::size_t> members;
    for (const unsigned member : group) {
      if (member < call.task.regions.size() && needs_instance(call.task.regions[member]))
        members.push_back(member);
    }
    return members;
  }
  return {index};
}

/// Arguments that the variant wants in one instance live where the first of them that the policy
/// decides says.
void OverlayMapper::map_argument(Call& call, std::size_t index, MapTaskOutput& output,
                                 std::vector<bool>& created) {
  const std::vector<std::size_t> members = sharers(call, index);
  std::size_t leader = index;
  for (const std::size_t member : members) {
    if (!call.rules[leader]->decided && call.rules[member]->decided) leader = member;
  }
  const Candidates options = candidates(call, leader);
  if (options.wants_virtual) {
    output.chosen_instances[index].push_back(PhysicalInstance::get_virtual_instance());
    return;
  }
  std::size_t footprint = 0;
  for (const Legion::Memory memory : options.memories) {
    bool fresh = false;
    PhysicalInstance instance;
    if (!make_instance(call, leader, members, memory, instance, fresh, footprint)) continue;
    for (const std::size_t member : members) output.chosen_instances[member] = {instance};
    created[index] = fresh;
    return;
  }
  fail_argument(call, leader, options, footprint);
}

bool OverlayMapper::make_instance(Call& call, std::size_t index,
                                  const std::vector<std::size_t>& members, Legion::Memory memory,
                                  PhysicalInstance& instance, bool& created,
                                  std::size_t& footprint) {
  const auto& requirement = call.task.regions[index];
  const bool reduction = is_reduction(requirement);
  const Legion::LayoutConstraintSet* demanded = demanded_layout(call, index);
  const MemoryKind memory_kind = kind_of(memory.kind());
  const Layout& own = call.rules[index]->layouts[static_cast<std::size_t>(memory_kind)];
  const Layout& layout =
      demanded == nullptr ? shared_.decisions.settled_layout(own, memory_kind, requirement) : own;
  InstanceShape shape;
  shape.aos_f_order_omits_x = session_.policy()->profile().aos_f_order_omits_x;
  shape.dimensions = requirement.region.get_index_space().get_dim();
  shape.memory = memory.kind();
  if (reduction) {
    shape.reduction = requirement.redop;
    shape.fields.assign(requirement.privilege_fields.begin(), requirement.privilege_fields.end());
  } else {
    // All fields, so that tasks that use different ones can share the instance.
    runtime->get_field_space_fields(call.ctx, requirement.region.get_field_space(), shape.fields);
  }
  const auto constraints = constraints_for(layout, shape, demanded);
  const bool exact = layout.exact.value_or(false);
  const auto make = [&](const std::vector<Legion::LogicalRegion>& regions) {
    if (reduction) {
      return make_reduction(call, index, memory, constraints, exact, regions, instance, created,
                            footprint);
    }
    return runtime->find_or_create_physical_instance(call.ctx, memory, constraints, regions,
                                                     instance, created, true, 0, exact, &footprint);
  };
  const bool whole = !reduction && !exact && shares_whole_region();
  if (!(whole && make({root_of(call.ctx, requirement.region)})) &&
      !make(regions_of(call, members))) {
    return false;
  }
  // Legion offers to report the end of an instance, but as a call to this mapper: where map_task
  // makes room by collecting, both would wait for each other. So ends are not known.
  if (created) session_.allocated(memory, Bytes{instance.get_instance_size()});
  return true;
}

/// Arguments that may add into one reduction instance in `memory` with argument `index`, itself
/// included, ascending: the same operator on the same fields of one region tree, mapped alike.
std::vector<std::size_t> OverlayMapper::reduced_alike(const Call& call, std::size_t index,
                                                      Legion::Memory memory) {
  const auto layout_of_rule = [&](std::size_t i) -> const Layout& {
    return call.rules[i]->layouts[static_cast<std::size_t>(kind_of(memory.kind()))];
  };
  const auto list_of_rule = [&](std::size_t i) {
    const auto& memories = call.rules[i]->memories;
    return memories ? memories->value : std::vector<MemoryKind>{};
  };
  const auto& own = call.task.regions[index];
  std::vector<std::size_t> alike;
  for (std::size_t i = 0; i < call.task.regions.size(); ++i) {
    const auto& other = call.task.regions[i];
    if (i == index ||
        (is_reduction(other) && other.redop == own.redop &&
         other.region.get_tree_id() == own.region.get_tree_id() &&
         other.privilege_fields == own.privilege_fields && list_of_rule(i) == list_of_rule(index) &&
         layout_of_rule(i) == layout_of_rule(index) && sharers(call, i).size() == 1 &&
         demanded_layout(call, i) == nullptr)) {
      alike.push_back(i);
    }
  }
  return alike;
}

/// A fresh instance for this launch: shared with the launch's other points on this processor where
/// that is possible, else for this point alone.
bool OverlayMapper::make_reduction(Call& call, std::size_t index, Legion::Memory memory,
                                   const Legion::LayoutConstraintSet& constraints, bool exact,
                                   const std::vector<Legion::LogicalRegion>& regions,
                                   PhysicalInstance& instance, bool& created,
                                   std::size_t& footprint) {
  const auto create = [&](const std::vector<Legion::LogicalRegion>& pieces) {
    return runtime->create_physical_instance(call.ctx, memory, constraints, pieces, instance, true,
                                             LEGION_GC_FIRST_PRIORITY, exact, &footprint);
  };
  created = true;
  if (call.table == nullptr || exact || sharers(call, index).size() != 1 ||
      demanded_layout(call, index) != nullptr) {
    return create(regions);
  }
  const auto alike = reduced_alike(call, index, memory);
  const ReductionGroup& group = shared_.reductions.group(
      call.ctx, runtime, call.task, alike, *call.table, call.table->at(call.task.index_point));
  if (std::ranges::find(group.pieces, regions.front()) == group.pieces.end())
    return create(regions);
  const LaunchReductions::Key key{call.task.get_parent_task()->get_unique_id(),
                                  call.task.get_context_index(),
                                  alike.front(),
                                  call.rules[alike.front()],
                                  call.targets.front().id,
                                  memory.id};
  if (const auto shared = shared_.reductions.find(call.ctx, runtime, key, group.uses)) {
    instance = *shared;
    if (instance.exists() && runtime->acquire_instance(call.ctx, instance)) {
      created = false;
      return true;
    }
    return create(regions);
  }
  const bool fits = create(group.pieces);
  shared_.reductions.made(call.ctx, runtime, key, fits ? instance : PhysicalInstance());
  return fits || create(regions);
}

/// Memory that all processors of the only node share holds one instance of the whole region, as
/// with Legion's default mapper: pieces that overlap then need no copies. Not beside GPUs: where
/// pieces of such an instance were copied to and from frame buffers, Legion 25.12 uses freed memory
/// when the program destroys the region (PhysicalManager::collect, ~NodeView), mostly on a busy
/// machine.
bool OverlayMapper::shares_whole_region() const {
  const MachineShape& shape = session_.machine().shape();
  return shape.nodes == 1 && shape.count(ProcessorKind::Gpu) == 0;
}

Legion::LogicalRegion OverlayMapper::root_of(MapperContext ctx,
                                             Legion::LogicalRegion region) const {
  while (runtime->has_parent_logical_partition(ctx, region)) {
    region =
        runtime->get_parent_logical_region(ctx, runtime->get_parent_logical_partition(ctx, region));
  }
  return region;
}

std::vector<Legion::LogicalRegion> OverlayMapper::regions_of(
    const Call& call, const std::vector<std::size_t>& members) {
  std::vector<Legion::LogicalRegion> regions;
  for (const std::size_t member : members) {
    const Legion::LogicalRegion region = call.task.regions[member].region;
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  return regions;
}

/// What the variant itself demands of an argument's layout; null if nothing.
const Legion::LayoutConstraintSet* OverlayMapper::demanded_layout(const Call& call,
                                                                  std::size_t index) {
  const auto& demands =
      runtime->find_task_layout_constraints(call.ctx, call.task.task_id, call.variant.id);
  const auto demand = demands.layouts.find(static_cast<unsigned>(index));
  if (demand == demands.layouts.end()) return nullptr;
  return &runtime->find_layout_constraints(call.ctx, demand->second);
}

void OverlayMapper::fail_argument(const Call& call, std::size_t index, const Candidates& tried,
                                  std::size_t footprint) {
  const ArgumentRule& rule = *call.rules[index];
  run::OverlayFailure failure;
  failure.task = call.info.name;
  failure.argument = static_cast<int>(index);
  failure.memories = join_kinds(tried.list);
  std::string who = fmt::format("task '{}' argument {}", failure.task, index);
  if (call.task.is_index_space) {
    failure.point = to_string(to_point(call.task.index_point));
    who += " at point " + failure.point;
  }
  std::string why = "Castra's default, no rule applies";
  if (rule.memories) {
    failure.rule = rule.memories->rule.text;
    failure.rule_line = rule.memories->rule.line;
    why = fmt::format("line {}: {}", failure.rule_line, failure.rule);
  }
  const bool is_virtual = std::ranges::find(tried.list, MemoryKind::Virtual) != tried.list.end();
  if (tried.memories.empty() && is_virtual) {
    failure.kind = run::FailureKind::InvalidMapping;
    failure.message = fmt::format(
        "{}: it is mapped VIRTUAL, but the task's {} variant accesses it: only an inner variant "
        "can "
        "do without an instance ({})",
        who, to_string(call.kind), why);
  } else if (tried.memories.empty()) {
    failure.kind = run::FailureKind::InvalidMapping;
    failure.message = fmt::format("{}: none of its memories {} can be addressed by {} ({})", who,
                                  failure.memories,
                                  to_string(session_.machine().name(call.targets.front())), why);
  } else {
    const Legion::Memory last = tried.memories.back();
    failure.kind = run::FailureKind::OutOfMemory;
    failure.wanted = Bytes{footprint};
    failure.capacity = Bytes{last.capacity()};
    failure.message = fmt::format(
        "out of memory: {} wants {} and no memory of its list {} has room; the last, {}, has a "
        "capacity of {} ({})",
        who, to_string(*failure.wanted), failure.memories, to_string(session_.machine().name(last)),
        to_string(*failure.capacity), why);
  }
  session_.fail(std::move(failure));
}

/// Output regions are created by the task itself; the policy has no say in them.
void OverlayMapper::map_outputs(const Call& call, MapTaskOutput& output) {
  const auto kinds = default_memories(call.kind);
  Legion::Memory target = Legion::Memory::NO_MEMORY;
  for (const MemoryKind kind : kinds) {
    if (!target.exists()) target = session_.machine().memory(call.targets.front(), kind);
  }
  for (std::size_t i = 0; i < call.task.output_regions.size(); ++i) {
    const auto& requirement = call.task.output_regions[i];
    InstanceShape shape;
    shape.dimensions = requirement.region.get_index_space().get_dim();
    output.output_targets[i] = target;
    const auto constraints = constraints_for(Layout{}, shape, nullptr);
    output.output_constraints[i].add_constraint(constraints.ordering_constraint);
  }
}

}  // namespace castra::legion
