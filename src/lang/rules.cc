#include "lang/rules.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

#include "lang/printer.h"

namespace castra::lang {
namespace {

/// How closely a rule fits a query; empty if it does not apply. Compared member by member.
using Fit = std::array<int, 3>;

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

std::optional<int> best_region(const std::vector<Target>& targets, const ArgumentQuery& query,
                               Naming naming) {
  return best(targets, query, [naming](const Target& target, const ArgumentQuery& argument) {
    return fit_region(target, argument, naming);
  });
}

std::optional<Fit> fit(const RegionRule& rule, const ArgumentQuery& query, Naming naming) {
  const auto task = best(rule.tasks, query.task, fit_task);
  const auto region = best_region(rule.regions, query, naming);
  const bool kind = !rule.processor || *rule.processor == query.processor;
  if (!task || !region || !kind) return std::nullopt;
  return Fit{*task, *region, rule.processor ? 1 : 0};
}

std::optional<Fit> fit(const LayoutRule& rule, const ArgumentQuery& query, MemoryKind memory,
                       Naming naming) {
  const auto task = best(rule.tasks, query.task, fit_task);
  const auto region = best_region(rule.regions, query, naming);
  if (!task || !region) return std::nullopt;
  if (const auto* wanted = std::get_if<MemoryKind>(&rule.place)) {
    if (*wanted != memory) return std::nullopt;
    return Fit{*task, *region, 1};
  }
  if (const auto* wanted = std::get_if<ProcessorKind>(&rule.place)) {
    if (*wanted != query.processor) return std::nullopt;
    return Fit{*task, *region, 1};
  }
  return Fit{*task, *region, 0};
}

template <typename Rule>
struct Match {
  Fit fit;
  const Rule* rule;
};

template <typename Rule>
void sort_strongest_first(std::vector<Match<Rule>>& matching, bool first_wins) {
  std::sort(matching.begin(), matching.end(), [first_wins](const auto& a, const auto& b) {
    if (a.fit != b.fit) return a.fit > b.fit;
    return first_wins ? a.rule->ref < b.rule->ref : a.rule->ref > b.rule->ref;
  });
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
          if (s.single) return;
          index_maps_.push_back({s.targets, s.function.value, ref});
        } else {
          return;
        }
        refs_.push_back({statement.span, source_.locate(statement.span.begin).line,
                         one_line(source_, statement)});
      },
      statement.node);
}

const TaskRule* RuleTables::task(std::string_view task) const {
  const TaskRule* winner = nullptr;
  int best_fit = -1;
  for (const TaskRule& rule : tasks_) {
    const auto here = best(rule.tasks, task, fit_task);
    if (here && replaces(*here > best_fit, *here == best_fit)) {
      winner = &rule;
      best_fit = *here;
    }
  }
  return winner;
}

std::vector<const RegionRule*> RuleTables::regions(const ArgumentQuery& query) const {
  std::vector<Match<RegionRule>> matching;
  for (const RegionRule& rule : regions_) {
    if (const auto here = fit(rule, query, profile_.naming)) matching.push_back({*here, &rule});
  }
  sort_strongest_first(matching, profile_.first_rule_wins);
  std::vector<const RegionRule*> rules;
  for (std::size_t i = 0; i < matching.size(); ++i) {
    const auto same_arguments = [&](std::size_t other) {
      return matching[i].fit[0] == matching[other].fit[0] &&
             matching[i].fit[1] == matching[other].fit[1];
    };
    if (i > 0 && (!profile_.concatenate_memories || same_arguments(i - 1))) continue;
    rules.push_back(matching[i].rule);
  }
  return rules;
}

std::vector<const LayoutRule*> RuleTables::layouts(const ArgumentQuery& query,
                                                   MemoryKind memory) const {
  std::vector<Match<LayoutRule>> matching;
  for (const LayoutRule& rule : layouts_) {
    if (const auto here = fit(rule, query, memory, profile_.naming))
      matching.push_back({*here, &rule});
  }
  sort_strongest_first(matching, profile_.first_rule_wins);
  std::vector<const LayoutRule*> rules;
  for (const Match<LayoutRule>& match : matching) rules.push_back(match.rule);
  return rules;
}

std::vector<const IndexMapRule*> RuleTables::index_maps(std::string_view task,
                                                        ProcessorKind kind) const {
  const IndexMapRule* by_name = nullptr;
  const IndexMapRule* by_kind = nullptr;
  const IndexMapRule* by_any = nullptr;
  for (const IndexMapRule& rule : index_maps_) {
    for (const Target& target : rule.targets) {
      const IndexMapRule** slot = nullptr;
      if (target.any()) {
        if (profile_.star_maps) slot = &by_any;
      } else if (const auto* target_kind = std::get_if<ProcessorKind>(&target.what)) {
        if (*target_kind == kind) slot = &by_kind;
      } else if (*target.name() == task) {
        slot = &by_name;
      }
      if (slot != nullptr && replaces(*slot == nullptr, true)) *slot = &rule;
    }
  }
  std::vector<const IndexMapRule*> rules;
  for (const IndexMapRule* rule : {by_name, by_kind, by_any}) {
    if (rule != nullptr) rules.push_back(rule);
  }
  return rules;
}

}  // namespace castra::lang
