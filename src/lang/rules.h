#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/ast.h"
#include "lang/policy.h"
#include "lang/profile.h"

namespace castra::lang {

/// One per statement, in program order. A rule applies if any of its targets does; `ref` is an
/// index into RuleTables' references.
struct TaskRule {
  std::vector<Target> tasks;
  std::vector<ProcessorKind> processors;
  std::size_t ref = 0;
};
struct RegionRule {
  std::vector<Target> tasks;
  std::vector<Target> regions;
  std::optional<ProcessorKind> processor;
  std::vector<MemoryKind> memories;
  std::size_t ref = 0;
};
struct LayoutRule {
  std::vector<Target> tasks;
  std::vector<Target> regions;
  std::variant<Any, MemoryKind, ProcessorKind> place;
  Layout layout;
  std::size_t ref = 0;
};
/// IndexTaskMap and SingleTaskMap.
struct MapRule {
  std::vector<Target> targets;
  std::string function;
  std::size_t ref = 0;
};
struct LimitRule {
  std::vector<Target> tasks;
  std::int64_t limit = 0;
  std::size_t ref = 0;
};
struct CollectRule {
  std::vector<Target> tasks;
  std::vector<Target> regions;
  std::size_t ref = 0;
};
struct ReplicateRule {
  std::vector<Target> tasks;
  std::size_t ref = 0;
};
struct StealRule {
  std::vector<Target> tasks;
  std::optional<ProcessorKind> processor;
  StealScope scope = StealScope::SameNode;
  std::size_t ref = 0;
};

/// How closely a rule fits a question: by task, by region, by kind; greater is closer.
using Fit = std::array<int, 3>;

template <typename Rule>
struct Match {
  Fit fit;
  const Rule* rule = nullptr;
};
/// Strongest first: by fit, then the later statement (in some profiles the earlier one).
template <typename Rule>
using Matches = std::vector<Match<Rule>>;

/// Why a rule with the fit `weaker` yields to a stronger one.
RuleEffect yields(const Fit& stronger, const Fit& weaker, const Profile& profile);

/// The rules of a program, and who wins. More specific beats less specific, compared first by task,
/// then by region, then by processor or memory kind; of equals the later statement wins. Among
/// region targets a position and the argument's first name are most specific, then its further
/// names, then `*`. A processor kind as the target of a map is weaker than a task's name and
/// stronger than `*`. The profile may let the first of equals win, and leave out one way of naming.
class RuleTables {
 public:
  RuleTables(const Ast& ast, const SourceFile& source, const Profile& profile);

  const Profile& profile() const { return profile_; }

  Matches<TaskRule> tasks(std::string_view task) const;
  Matches<RegionRule> regions(const ArgumentQuery& query) const;
  Matches<LayoutRule> layouts(const ArgumentQuery& query, MemoryKind memory) const;
  Matches<MapRule> index_maps(std::string_view task, ProcessorKind kind) const;
  Matches<MapRule> single_maps(std::string_view task, ProcessorKind kind) const;
  Matches<LimitRule> limits(std::string_view task) const;
  Matches<CollectRule> collects(const ArgumentQuery& query) const;
  Matches<ReplicateRule> replicates(std::string_view task) const;
  Matches<StealRule> steals(std::string_view task, ProcessorKind kind) const;

  /// The last ControlReplicate statement, if there is one: it rules out the tasks no such statement
  /// names.
  const ReplicateRule* last_replicate() const {
    return replicates_.empty() ? nullptr : &replicates_.back();
  }

  const RuleRef& ref(std::size_t index) const { return refs_[index]; }
  const std::vector<Policy::NameUse>& task_names() const { return task_names_; }
  const std::vector<Policy::NameUse>& region_names() const { return region_names_; }

 private:
  using Names = std::map<std::string, SourceSpan>;
  void add(const Statement& statement, Names& tasks, Names& regions);
  static void note_names(const std::vector<Target>& targets, Names& names);

  template <typename Rule, typename FitRule>
  Matches<Rule> matching(const std::vector<Rule>& rules, FitRule&& fit_rule) const;
  std::optional<int> best_region(const std::vector<Target>& targets,
                                 const ArgumentQuery& query) const;

  const SourceFile& source_;
  const Profile profile_;
  std::vector<RuleRef> refs_;
  std::vector<TaskRule> tasks_;
  std::vector<RegionRule> regions_;
  std::vector<LayoutRule> layouts_;
  std::vector<MapRule> index_maps_;
  std::vector<MapRule> single_maps_;
  std::vector<LimitRule> limits_;
  std::vector<CollectRule> collects_;
  std::vector<ReplicateRule> replicates_;
  std::vector<StealRule> steals_;
  std::vector<Policy::NameUse> task_names_;
  std::vector<Policy::NameUse> region_names_;
};

}  // namespace castra::lang
