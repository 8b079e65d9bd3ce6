#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/policy.h"
#include "support/result.h"

/// What a policy decides without a program: one row for each combination of the names its rules
/// distinguish.
namespace castra::lang {

/// The tasks, regions and argument positions that rules name; every other name behaves like one
/// that is not listed.
struct RuleNames {
  std::vector<std::string> tasks;  ///< sorted, each once; so are the others
  std::vector<std::string> regions;
  std::vector<int> positions;
};
RuleNames rule_names(const Policy& policy);
RuleNames merged(const RuleNames& a, const RuleNames& b);

struct PolicyRow {
  std::optional<std::string> task;    ///< none: any task that is not named
  bool argument = false;              ///< the row is about an argument
  std::optional<std::string> region;  ///< none: any other region
  std::optional<int> position;        ///< none: any other position
  std::string what;   ///< "processors", "memories", "layout", "index map", "instance limit", ...
  std::string where;  ///< "on GPU", "on GPU in FBMEM"; empty: always
  std::string value;  ///< empty: left to the program's own mapper
  std::vector<RuleRef> rules;  ///< that gave it

  std::string about() const;  ///< "task foo, region r"
};

/// All rows in a fixed order: two policies give tables of the same shape for the same names.
/// Fails if there would be over a million rows.
Result<std::vector<PolicyRow>> policy_table(const Policy& policy, const RuleNames& names);
/// The same for people: rows that differ only in `where` become one, undecided rows are left out.
std::vector<PolicyRow> condensed(const std::vector<PolicyRow>& table);

}  // namespace castra::lang
