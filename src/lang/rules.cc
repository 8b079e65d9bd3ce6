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

std::optional<int> fit_region(const Target& target, const ArgumentQuery& query) {
  if (target.any()) return 0;
  if (const int* position = std::get_if<int>(&target.what)) {
    if (*position != query.argument) return std::nullopt;
    return kExact;
  }
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

std::optional<Fit> fit(const RegionRule& rule, const ArgumentQuery& query) {
  const auto task = best(rule.tasks, query.task, fit_task);
  const auto region = best(rule.regions, query, fit_region);
  const bool kind = !rule.processor || *rule.processor == query.processor;
  if (!task || !region || !kind) return std::nullopt;
  return Fit{*task, *region, rule.processor ? 1 : 0};
}

std::optional<Fit> fit(const LayoutRule& rule, const ArgumentQuery& query, MemoryKind memory) {
  const auto task = best(rule.tasks, query.task, fit_task);
  const auto region = best(rule.regions, query, fit_region);
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

RuleTables::RuleTables(const Ast& ast, const SourceFile& source) : source_(source) {
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
    if (here && *here >= best_fit) {
      winner = &rule;
      best_fit = *here;
    }
  }
  return winner;
}

const RegionRule* RuleTables::region(const ArgumentQuery& query) const {
  const RegionRule* winner = nullptr;
  Fit best_fit{-1, -1, -1};
  for (const RegionRule& rule : regions_) {
    const auto here = fit(rule, query);
    if (here && *here >= best_fit) {
      winner = &rule;
      best_fit = *here;
    }
  }
  return winner;
}

std::vector<const LayoutRule*> RuleTables::layouts(const ArgumentQuery& query,
                                                   MemoryKind memory) const {
  std::vector<std::pair<Fit, const LayoutRule*>> matching;
  for (const LayoutRule& rule : layouts_) {
    if (const auto here = fit(rule, query, memory)) matching.emplace_back(*here, &rule);
  }
  std::sort(matching.begin(), matching.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second->ref > b.second->ref;  // later first
  });
  std::vector<const LayoutRule*> rules;
  for (const auto& [fit, rule] : matching) rules.push_back(rule);
  return rules;
}

std::vector<const IndexMapRule*> RuleTables::index_maps(std::string_view task,
                                                        ProcessorKind kind) const {
  const IndexMapRule* by_name = nullptr;
  const IndexMapRule* by_kind = nullptr;
  const IndexMapRule* by_any = nullptr;
  for (const IndexMapRule& rule : index_maps_) {
    for (const Target& target : rule.targets) {
      if (target.any()) {
        by_any = &rule;
      } else if (const auto* target_kind = std::get_if<ProcessorKind>(&target.what)) {
        if (*target_kind == kind) by_kind = &rule;
      } else if (*target.name() == task) {
        by_name = &rule;
      }
    }
  }
  std::vector<const IndexMapRule*> rules;
  for (const IndexMapRule* rule : {by_name, by_kind, by_any}) {
    if (rule != nullptr) rules.push_back(rule);
  }
  return rules;
}

}  // namespace castra::lang
