#pragma once

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
struct IndexMapRule {
  std::vector<Target> targets;
  std::string function;
  std::size_t ref = 0;
};

/// The rules of a program, and who wins. More specific beats less specific, compared first by task,
/// then by region, then by processor or memory kind; of equals the later statement wins. Among
/// region targets a position and the argument's first name are most specific, then its further
/// names, then `*`. The profile may let the first of equals win, and leave out one way of naming.
class RuleTables {
 public:
  RuleTables(const Ast& ast, const SourceFile& source, const Profile& profile);

  const TaskRule* task(std::string_view task) const;
  /// The strongest rule; with Profile::concatenate_memories, also the strongest of every weaker
  /// combination of task and region, strongest first.
  std::vector<const RegionRule*> regions(const ArgumentQuery& query) const;
  /// All that match, strongest first.
  std::vector<const LayoutRule*> layouts(const ArgumentQuery& query, MemoryKind memory) const;
  /// The strongest rule by task name, by kind, by `*`, in this order, each if there is one.
  std::vector<const IndexMapRule*> index_maps(std::string_view task, ProcessorKind kind) const;

  const RuleRef& ref(std::size_t index) const { return refs_[index]; }
  const std::vector<Policy::NameUse>& task_names() const { return task_names_; }
  const std::vector<Policy::NameUse>& region_names() const { return region_names_; }

 private:
  using Names = std::map<std::string, SourceSpan>;
  void add(const Statement& statement, Names& tasks, Names& regions);
  static void note_names(const std::vector<Target>& targets, Names& names);

  /// Whether a rule that fits as well as an earlier one replaces it.
  bool replaces(bool fits_better, bool fits_equally) const {
    return fits_better || (fits_equally && !profile_.first_rule_wins);
  }

  const SourceFile& source_;
  const Profile profile_;
  std::vector<RuleRef> refs_;
  std::vector<TaskRule> tasks_;
  std::vector<RegionRule> regions_;
  std::vector<LayoutRule> layouts_;
  std::vector<IndexMapRule> index_maps_;
  std::vector<Policy::NameUse> task_names_;
  std::vector<Policy::NameUse> region_names_;
};

}  // namespace castra::lang
