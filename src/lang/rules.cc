#include "lang/rules.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "lang/printer.h"

namespace castra::lang {
namespace {

constexpr int kExact = std::numeric_limits<int>::max();

std::optional<int> fit_task(const Target& target, std::string_view task) {
  if (target.any()) return 0;
  const std::string* name = target.name();
  if (name != nullptr && *name == task) return kExact;
  return std::nullopt;
}

std::optional<int> fit_region(const Target& target, const ArgumentQuery& query, Naming naming) {
  if (target.any()) return 0;
  if (const int* position = std::get_if<int>(&target.what)) {
    if (naming == Naming::Name || *position != query.argument) return std::nullopt;
    return kExact;
  }
  if (naming == Naming::Index) return std::nullopt;
  for (std::size_t i = 0; i < query.regions.size(); ++i) {
    if (query.regions[i] == *target.name()) return kExact - static_cast<int>(i);
  }
  return std::nullopt;
}

/// The best fit of several targets: an empty optional compares least.
template <typename Query, typename FitOne>
std::optional<int> best(const std::vector<Target>& targets, const Query& query, FitOne&& fit_one) {
  std::optional<int> result;
  for (const Target& target : targets) result = std::max(result, fit_one(target, query));
  return result;
}

/// Of a processor written in a rule: 1 if it is the one asked for, 0 for `*`.
std::optional<int> fit_kind(std::optional<ProcessorKind> wanted, ProcessorKind kind) {
  if (!wanted) return 0;
  if (*wanted != kind) return std::nullopt;
  return 1;
}

std::optional<int> fit_place(const LayoutRule& rule, ProcessorKind processor, MemoryKind memory) {
  if (const auto* wanted = std::get_if<MemoryKind>(&rule.place))
    return *wanted == memory ? std::optional(1) : std::nullopt;
  if (const auto* wanted = std::get_if<ProcessorKind>(&rule.place))
    return fit_kind(*wanted, processor);
  return 0;
}

std::optional<Fit> fit_of(std::optional<int> task, std::optional<int> region,
                          std::optional<int> kind) {
  if (!task || !region || !kind) return std::nullopt;
  return Fit{*task, *region, *kind};
}

/// A map's target is a task's name, or a processor kind, or `*`.
std::optional<Fit> fit_map(const MapRule& rule, std::string_view task, ProcessorKind kind,
                           bool star_maps) {
  std::optional<Fit> result;
  for (const Target& target : rule.targets) {
    if (target.any() && !star_maps) continue;
    std::optional<Fit> fit;
    if (const auto* wanted = std::get_if<ProcessorKind>(&target.what)) {
      fit = fit_of(0, 0, fit_kind(*wanted, kind));
    } else {
      fit = fit_of(fit_task(target, task), 0, 0);
    }
    result = std::max(result, fit);
  }
  return result;
}

template <typename Kind>
std::vector<Kind> values(const std::vector<Located<Kind>>& kinds) {
  std::vector<Kind> out;
  for (const auto& kind : kinds) out.push_back(kind.value);
  return out;
}

/// The statement on one line: as written if it was written on one, else in canonical form.
std::string one_line(const SourceFile& source, const Statement& statement) {
  const std::string_view written = source.slice(statement.span);
  if (written.find('\n') == std::string_view::npos) return std::string(written);
  return print(statement);
}

}  // namespace

RuleEffect yields(const Fit& stronger, const Fit& weaker, const Profile& profile) {
  if (stronger[0] != weaker[0]) return RuleEffect::LessSpecificTask;
  if (stronger[1] != weaker[1]) return RuleEffect::LessSpecificRegion;
  if (stronger[2] != weaker[2]) return RuleEffect::LessSpecificKind;
  return profile.first_rule_wins ? RuleEffect::Later : RuleEffect::Earlier;
}

RuleTables::RuleTables(const Ast& ast, const SourceFile& source, const Profile& profile)
    : source_(source), profile_(profile) {
  Names tasks;
  Names regions;
  for (const Statement& statement : ast.statements) add(statement, tasks, regions);
  for (const auto& [name, span] : tasks) task_names_.push_back({name, span});
  for (const auto& [name, span] : regions) region_names_.push_back({name, span});
}

void RuleTables::note_names(const std::vector<Target>& targets, Names& names) {
  for (const Target& target : targets) {
    if (const std::string* name = target.name()) names.try_emplace(*name, target.span);
  }
}

void RuleTables::add(const Statement& statement, Names& tasks, Names& regions) {
  const std::size_t ref = refs_.size();
  std::visit(
      [&](const auto& s) {
        using S = std::decay_t<decltype(s)>;
        if constexpr (requires { s.tasks; }) note_names(s.tasks, tasks);
        if constexpr (requires { s.regions; }) note_names(s.regions, regions);
        if constexpr (std::is_same_v<S, TaskStmt>) {
          tasks_.push_back({s.tasks, values(s.processors), ref});
        } else if constexpr (std::is_same_v<S, RegionStmt>) {
          regions_.push_back({s.tasks, s.regions, s.processor, values(s.memories), ref});
        } else if constexpr (std::is_same_v<S, LayoutStmt>) {
          Layout layout;
          for (const LayoutConstraint& c : s.constraints) layout = c.part.merged_over(layout);
          layouts_.push_back({s.tasks, s.regions, s.place, layout, ref});
        } else if constexpr (std::is_same_v<S, MapStmt>) {
          note_names(s.targets, tasks);
          (s.single ? single_maps_ : index_maps_).push_back({s.targets, s.function.value, ref});
        } else if constexpr (std::is_same_v<S, InstanceLimitStmt>) {
          limits_.push_back({s.tasks, s.limit, ref});
        } else if constexpr (std::is_same_v<S, CollectMemoryStmt>) {
          collects_.push_back({s.tasks, s.regions, ref});
        } else if constexpr (std::is_same_v<S, ControlReplicateStmt>) {
          replicates_.push_back({s.tasks, ref});
        } else if constexpr (std::is_same_v<S, TaskStealStmt>) {
          const StealScope scope = s.any_node ? StealScope::AnyNode : StealScope::SameNode;
          steals_.push_back({s.tasks, s.processor, scope, ref});
        } else {
          return;
        }
        refs_.push_back({statement.span, source_.locate(statement.span.begin).line,
                         one_line(source_, statement)});
      },
      statement.node);
}

template <typename Rule, typename FitRule>
Matches<Rule> RuleTables::matching(const std::vector<Rule>& rules, FitRule&& fit_rule) const {
  Matches<Rule> matches;
  for (const Rule& rule : rules) {
    if (const std::optional<Fit> fit = fit_rule(rule)) matches.push_back({*fit, &rule});
  }
  const bool first_wins = profile_.first_rule_wins;
  std::sort(matches.begin(), matches.end(), [first_wins](const auto& a, const auto& b) {
    if (a.fit != b.fit) return a.fit > b.fit;
    return first_wins ? a.rule->ref < b.rule->ref : a.rule->ref > b.rule->ref;
  });
  return matches;
}

std::optional<int> RuleTables::best_region(const std::vector<Target>& targets,
                                           const ArgumentQuery& query) const {
  return best(targets, query, [this](const Target& target, const ArgumentQuery& argument) {
    return fit_region(target, argument, profile_.naming);
  });
}

Matches<TaskRule> RuleTables::tasks(std::string_view task) const {
  return matching(
      tasks_, [&](const TaskRule& rule) { return fit_of(best(rule.tasks, task, fit_task), 0, 0); });
}

Matches<RegionRule> RuleTables::regions(const ArgumentQuery& query) const {
  return matching(regions_, [&](const RegionRule& rule) {
    return fit_of(best(rule.tasks, query.task, fit_task), best_region(rule.regions, query),
                  fit_kind(rule.processor, query.processor));
  });
}

Matches<LayoutRule> RuleTables::layouts(const ArgumentQuery& query, MemoryKind memory) const {
  return matching(layouts_, [&](const LayoutRule& rule) {
    return fit_of(best(rule.tasks, query.task, fit_task), best_region(rule.regions, query),
                  fit_place(rule, query.processor, memory));
  });
}

Matches<MapRule> RuleTables::index_maps(std::string_view task, ProcessorKind kind) const {
  return matching(index_maps_, [&](const MapRule& rule) {
    return fit_map(rule, task, kind, profile_.star_maps);
  });
}

Matches<MapRule> RuleTables::single_maps(std::string_view task, ProcessorKind kind) const {
  return matching(single_maps_, [&](const MapRule& rule) {
    return fit_map(rule, task, kind, profile_.star_maps);
  });
}

Matches<LimitRule> RuleTables::limits(std::string_view task) const {
  return matching(limits_, [&](const LimitRule& rule) {
    return fit_of(best(rule.tasks, task, fit_task), 0, 0);
  });
}

Matches<CollectRule> RuleTables::collects(const ArgumentQuery& query) const {
  return matching(collects_, [&](const CollectRule& rule) {
    return fit_of(best(rule.tasks, query.task, fit_task), best_region(rule.regions, query), 0);
  });
}

Matches<ReplicateRule> RuleTables::replicates(std::string_view task) const {
  return matching(replicates_, [&](const ReplicateRule& rule) {
    return fit_of(best(rule.tasks, task, fit_task), 0, 0);
  });
}

Matches<StealRule> RuleTables::steals(std::string_view task, ProcessorKind kind) const {
  return matching(steals_, [&](const StealRule& rule) {
    return fit_of(best(rule.tasks, task, fit_task), 0, fit_kind(rule.processor, kind));
  });
}

}  // namespace castra::lang
