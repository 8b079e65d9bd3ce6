#include "backends/legion/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "backends/legion/layouts.h"
#include "backends/legion/slices.h"
#include "support/check.h"

namespace castra::legion {
namespace {

Legion::Domain to_domain(const Rect& rect) {
  Legion::DomainPoint lo;
  Legion::DomainPoint hi;
  lo.dim = hi.dim = rect.dimensions();
  for (int d = 0; d < rect.dimensions(); ++d) {
    lo[d] = rect.lo[d];
    hi[d] = rect.hi[d];
  }
  return {lo, hi};
}

/// Constraints that overlap become one group.
std::vector<std::vector<unsigned>> group(
    const std::vector<Legion::ColocationConstraint>& constraints) {
  std::vector<std::set<unsigned>> groups;
  for (const auto& constraint : constraints) {
    std::set<unsigned> merged = constraint.indexes;
    std::erase_if(groups, [&merged](const std::set<unsigned>& other) {
      const bool overlaps =
          std::ranges::any_of(other, [&merged](unsigned i) { return merged.contains(i); });
      if (overlaps) merged.insert(other.begin(), other.end());
      return overlaps;
    });
    groups.push_back(std::move(merged));
  }
  std::vector<std::vector<unsigned>> result;
  for (const auto& members : groups) result.emplace_back(members.begin(), members.end());
  return result;
}

std::vector<VariantInfo> find_variants(MapperContext ctx, MapperRuntime* runtime,
                                       Legion::TaskID task, ProcessorKind kind) {
  std::vector<Legion::VariantID> ids;
  runtime->find_valid_variants(ctx, task, ids, legion_kind(kind));
  std::ranges::sort(ids);
  std::vector<VariantInfo> variants;
  for (const Legion::VariantID id : ids) {
    const auto& execution = runtime->find_execution_constraints(ctx, task, id);
    variants.push_back({id, runtime->is_leaf_variant(ctx, task, id),
                        runtime->is_inner_variant(ctx, task, id),
                        group(execution.colocation_constraints)});
  }
  return variants;
}

/// What the variant was registered with, by argument, in the language's words.
std::map<int, std::string> demanded_layouts(MapperContext ctx, MapperRuntime* runtime,
                                            Legion::TaskID task, Legion::VariantID variant) {
  std::map<int, std::string> layouts;
  const auto& demanded = runtime->find_task_layout_constraints(ctx, task, variant);
  for (const auto& [argument, id] : demanded.layouts) {
    const std::string words = to_string(layout_of(runtime->find_layout_constraints(ctx, id)));
    if (!words.empty()) layouts.try_emplace(static_cast<int>(argument), words);
  }
  return layouts;
}

}  // namespace

Rect to_rect(const Legion::Domain& domain) {
  Rect rect;
  const Legion::DomainPoint lo = domain.lo();
  const Legion::DomainPoint hi = domain.hi();
  for (int d = 0; d < domain.get_dim(); ++d) {
    rect.lo.push_back(lo[d]);
    rect.hi.push_back(hi[d]);
  }
  return rect;
}

Point to_point(const Legion::DomainPoint& point) {
  Point result;
  for (int d = 0; d < point.get_dim(); ++d) result.push_back(point[d]);
  return result;
}

lang::ProcessorSet PlaceTable::at(const Legion::DomainPoint& point) const {
  std::int64_t index = 0;
  for (int d = 0; d < domain.dimensions(); ++d)
    index = index * domain.extent(d) + (point[d] - domain.lo[d]);
  return placement.points[static_cast<std::size_t>(index)];
}

void Decisions::prepare() {
  if (has_policy()) uses_region_names_ = !session_.policy()->region_names().empty();
}

const TaskInfo& Decisions::task(MapperContext ctx, MapperRuntime* runtime,
                                const Legion::Task& task) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = tasks_.find(task.task_id);
    if (found != tasks_.end()) return *found->second;
  }
  auto info = std::make_unique<const TaskInfo>(describe(ctx, runtime, task));
  session_.saw_task(info->name);
  const std::lock_guard lock(mutex_);
  return *tasks_.try_emplace(task.task_id, std::move(info)).first->second;
}

TaskInfo Decisions::describe(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task) {
  TaskInfo info;
  info.id = task.task_id;
  info.name = task.get_task_name();
  castra::Task recorded{task.task_id, info.name, {}};
  for (const ProcessorKind kind : kAllProcessorKinds) {
    auto& variants = info.variants[static_cast<std::size_t>(kind)];
    variants = find_variants(ctx, runtime, task.task_id, kind);
    for (const auto& variant : variants) {
      recorded.variants.push_back({static_cast<std::uint32_t>(variant.id), kind, variant.leaf,
                                   variant.inner,
                                   demanded_layouts(ctx, runtime, task.task_id, variant.id)});
    }
  }
  std::ranges::stable_sort(recorded.variants, {}, &TaskVariant::id);
  if (Recorder* recorder = session_.recorder()) recorder->add_task(recorded);
  if (has_policy()) choose_kind(info);
  return info;
}

void Decisions::choose_kind(TaskInfo& info) {
  const auto listed = session_.policy()->processors(info.name);
  if (!listed) return;
  info.kind_rule_line = listed->rule.line;
  std::string words;
  for (const ProcessorKind kind : listed->value) {
    if (session_.machine().shape().count(kind) > 0 && !info.of(kind).empty()) {
      info.kind = kind;
      return;
    }
    words += (words.empty() ? "" : ",") + std::string(to_string(kind));
  }
  if (!session_.options().strict) return;
  run::OverlayFailure failure;
  failure.kind = run::FailureKind::InvalidMapping;
  failure.task = info.name;
  failure.rule = listed->rule.text;
  failure.rule_line = listed->rule.line;
  failure.message = fmt::format(
      "task '{}' cannot run on {}: it has no such variant, or this machine no such processor "
      "(line {}: {})",
      info.name, words, listed->rule.line, listed->rule.text);
  session_.fail(std::move(failure));
}

const ArgumentRule& Decisions::argument(const TaskInfo& task, ProcessorKind kind, int index,
                                        std::uint32_t names_id,
                                        const std::vector<std::string>& names) {
  const ArgumentKey key{task.id, kind, index, names_id};
  const std::lock_guard lock(mutex_);
  auto& entry = arguments_[key];
  if (entry == nullptr) entry = std::make_unique<const ArgumentRule>(ask(key, task.name, names));
  return *entry;
}

ArgumentRule Decisions::ask(const ArgumentKey& key, const std::string& task,
                            const std::vector<std::string>& names) const {
  const lang::ArgumentQuery query{task, key.index, names, key.kind};
  ArgumentRule rule;
  rule.memories = session_.policy()->memories(query);
  rule.decided = rule.memories.has_value();
  for (const MemoryKind memory : kAllMemoryKinds) {
    if (memory == MemoryKind::Virtual) continue;
    if (const auto layout = session_.policy()->layout(query, memory)) {
      rule.layouts[static_cast<std::size_t>(memory)] = layout->layout;
      rule.decided = true;
    }
  }
  return rule;
}

const Layout& Decisions::settled_layout(const Layout& own, MemoryKind memory,
                                        const Legion::RegionRequirement& requirement) {
  if (!has_policy() || !session_.policy()->profile().shared_layouts) return own;
  const auto reduction = requirement.privilege == LEGION_REDUCE ? requirement.redop : 0;
  const std::uint64_t fields = reduction != 0 ? 0 : requirement.region.get_field_space().get_id();
  const std::lock_guard lock(mutex_);
  return settled_.try_emplace({memory, reduction, fields}, own).first->second;
}

const PlaceTable* Decisions::place(const TaskInfo& task, ProcessorKind kind,
                                   const Legion::Domain& domain) {
  if (!has_policy()) return nullptr;
  const std::lock_guard lock(mutex_);
  Tables& tables = places_[{task.id, kind}];
  const auto found = tables.find(domain);
  if (found != tables.end()) return found->second.get();
  return tables.emplace(domain, build_table(task, kind, domain)).first->second.get();
}

/// The published mapper ends in an assertion where a limited task is launched with an index.
void Decisions::refuse_limit(const TaskInfo& task) {
  if (session_.policy()->profile().limits_on_index_launches) return;
  const auto limit = session_.policy()->instance_limit(task.name);
  if (!limit || limit->value <= 0) return;
  run::OverlayFailure failure;
  failure.kind = run::FailureKind::InvalidMapping;
  failure.task = task.name;
  failure.rule = limit->rule.text;
  failure.rule_line = limit->rule.line;
  failure.message = fmt::format(
      "task '{}' is launched with an index and has an InstanceLimit, which ends the published "
      "mapper (line {}: {})",
      task.name, limit->rule.line, limit->rule.text);
  session_.fail(std::move(failure));
}

std::unique_ptr<const PlaceTable> Decisions::build_table(const TaskInfo& task, ProcessorKind kind,
                                                         const Legion::Domain& domain) {
  const lang::Policy& policy = *session_.policy();
  refuse_limit(task);
  const Rect rect = to_rect(domain);
  auto placement = policy.place(task.name, kind, rect, session_.machine().shape());
  if (!placement) {
    run::OverlayFailure failure;
    failure.kind = run::FailureKind::FunctionError;
    failure.task = task.name;
    const auto map = policy.index_map(task.name, kind);
    if (map) {
      failure.rule = map->rule.text;
      failure.rule_line = map->rule.line;
    }
    const Diagnostic& fault = placement.error();
    const auto where = policy.source().locate(fault.span.begin);
    failure.message = fmt::format("task '{}': {} ({}:{}:{})", task.name, fault.message,
                                  policy.source().name(), where.line, where.column);
    session_.fail(std::move(failure));
  }
  if (!*placement) return nullptr;
  auto table = std::make_unique<PlaceTable>();
  table->domain = rect;
  table->placement = std::move(**placement);
  if (domain.dense()) {
    for (const auto& part : cover(rect, table->placement.points)) {
      const lang::ProcessorSet owner = table->placement.points.owner(part.owner);
      const auto& processors = session_.machine().processors(kind, owner.node);
      table->slices.emplace_back(to_domain(part.rect),
                                 processors[static_cast<std::size_t>(owner.processors.front())],
                                 false, false);
    }
  }
  return table;
}

}  // namespace castra::legion
