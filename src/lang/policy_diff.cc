#include "lang/policy_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "lang/bind.h"
#include "lang/checked_program.h"
#include "lang/diagnostics.h"
#include "lang/function_code.h"
#include "lang/policy_table.h"

namespace castra::lang {
namespace {

constexpr std::size_t kExamples = 5;
constexpr std::size_t kMaxFurtherNames = 1000;
constexpr std::string_view kOtherTask = "\n";  ///< no rule can name it: no string has a newline

DecidedBy cite(const RuleRef& rule) { return {rule.line, rule.text}; }

std::string shown(const std::string& value) { return value.empty() ? "-" : value; }

/// What an index map makes of a launch, for comparison.
struct Outcome {
  std::string state;   ///< "-", "fails: ...", or empty
  bool asked = false;  ///< it fails because it asks for what is not known without a program
  Placement placement;

  bool fails() const { return state.starts_with("fails"); }
};

Outcome outcome_of(const PlaceResult& result) {
  if (!result) {
    return {"fails: " + result.error().message,
            result.error().code == info(Finding::NotKnown).code,
            {}};
  }
  if (!*result) return {"-", false, {}};
  return {"", false, **result};
}

std::string owner_text(const ProcessorSet& set) {
  std::vector<int> numbers{set.node};
  numbers.insert(numbers.end(), set.processors.begin(), set.processors.end());
  return castra::owner_text(numbers);
}

bool same_text(const Policy& left, const Decision<std::string>& left_map, const Policy& right,
               const Decision<std::string>& right_map) {
  return function_text(left.program(), left_map.value) ==
         function_text(right.program(), right_map.value);
}

/// The points that two placements of one domain give to others.
void add_points(const Rect& domain, const Placement& left, const Placement& right,
                Difference& difference) {
  for (std::size_t i = 0; i < left.points.size(); ++i) {
    if (left.points[i] == right.points[i]) continue;
    if (++difference.points > kExamples) continue;
    difference.examples.push_back(
        fmt::format("{}: {} | {}", castra::to_string(domain.at(static_cast<std::int64_t>(i))),
                    owner_text(left.points[i]), owner_text(right.points[i])));
  }
  difference.left = difference.right =
      fmt::format("{} of {} points differ", difference.points, left.points.size());
}

/// The first sample on which two policies place a task's points differently; else, if on samples
/// neither could be evaluated and the functions are not the same, that.
std::optional<Difference> index_difference(const Policy& left, const Policy& right,
                                           std::string_view task, ProcessorKind kind,
                                           const MachineShape& machine) {
  const auto left_map = left.index_map(task, kind);
  const auto right_map = right.index_map(task, kind);
  if (!left_map && !right_map) return std::nullopt;
  Difference difference;
  if (left_map) difference.left_by = cite(left_map->rule);
  if (right_map) difference.right_by = cite(right_map->rule);
  std::optional<Difference> unknown;
  bool asked = false;
  bool compared = false;
  for (const Rect& domain : sample_domains()) {
    const Outcome a = outcome_of(left.place(task, kind, domain, machine));
    const Outcome b = outcome_of(right.place(task, kind, domain, machine));
    difference.what = fmt::format("placement over {} on {}", to_string(domain), to_string(kind));
    difference.left = a.state.empty() ? a.placement.rule.text : a.state;
    difference.right = b.state.empty() ? b.placement.rule.text : b.state;
    if (left_map && right_map && ((a.fails() && b.fails()) || a.asked || b.asked)) {
      const bool asks = a.asked || b.asked;
      if (!unknown || (asks && !asked)) unknown = difference;
      asked = asked || asks;
      continue;
    }
    compared = true;
    if (a.state == b.state && a.placement.points == b.placement.points) continue;
    if (a.state.empty() && b.state.empty())
      add_points(domain, a.placement, b.placement, difference);
    return difference;
  }
  // Most functions fail on domains of other dimensions than theirs: those say nothing.
  if (!unknown || (compared && !asked) || same_text(left, *left_map, right, *right_map))
    return std::nullopt;
  unknown->what = fmt::format("placement on {}", to_string(kind));
  unknown->not_compared = asked ? "what the functions ask for is known with --program"
                                : "both functions fail over every sample domain; with --program "
                                  "those of its launches are tried";
  return unknown;
}

/// Failures name the task, which here is any other.
void name_other_task(std::string& text) {
  const std::string name = fmt::format("task `{}`", quoted_excerpt(kOtherTask));
  const std::size_t at = text.find(name);
  if (at != std::string::npos) text.replace(at, name.size(), "any other task");
}

/// As of two mappings of a program that launches this task singly.
std::optional<Difference> single_difference(const Policy& left, const Policy& right,
                                            const std::string& task, ProcessorKind kind,
                                            const MachineShape& machine) {
  if (!left.single_map(task, kind) && !right.single_map(task, kind)) return std::nullopt;
  const auto found = castra::diff({{}, {}, {bind_single(left, task, kind, {}, machine)}},
                                  {{}, {}, {bind_single(right, task, kind, {}, machine)}});
  if (found.empty()) return std::nullopt;
  Difference difference = found.front();
  difference.what += fmt::format(" on {}", to_string(kind));
  name_other_task(difference.left);
  name_other_task(difference.right);
  const bool fail = difference.left.starts_with("fails") && difference.right.starts_with("fails");
  if (fail && !difference.not_compared.empty())
    difference.not_compared = "both functions fail without a program; --program gives one";
  return difference;
}

/// Names that functions bound to tasks may compare with the task's, and that no rule mentions.
std::set<std::string> further_names(const Policy& left, const Policy& right,
                                    const std::vector<std::string>& known) {
  std::set<std::string> names;
  for (const Policy* policy : {&left, &right}) {
    for (const Statement& statement : policy->program().ast.statements) {
      const auto* map = std::get_if<MapStmt>(&statement.node);
      if (map == nullptr) continue;
      names.merge(task_questions(policy->program(), map->function.value).texts);
    }
  }
  for (const std::string& name : known) names.erase(name);
  return names;
}

/// All placements of one task.
std::vector<Difference> placement_differences(const Policy& left, const Policy& right,
                                              const std::optional<std::string>& task,
                                              const MachineShape& machine) {
  const std::string name = task.value_or(std::string(kOtherTask));
  std::vector<Difference> differences;
  for (const ProcessorKind kind : kAllProcessorKinds) {
    for (auto& difference : {index_difference(left, right, name, kind, machine),
                             single_difference(left, right, name, kind, machine)}) {
      if (!difference) continue;
      differences.push_back(*difference);
      differences.back().about = PolicyRow{task, false, {}, {}, {}, {}, {}, {}}.about();
    }
  }
  return differences;
}

/// Whether two tasks differ in the same way.
bool same_differences(const std::vector<Difference>& a, const std::vector<Difference>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Difference& x, const Difference& y) {
                      return x.what == y.what && x.left_by.line == y.left_by.line &&
                             x.right_by.line == y.right_by.line && x.examples == y.examples &&
                             x.not_compared == y.not_compared &&
                             (!x.not_compared.empty() || (x.left == y.left && x.right == y.right));
                    });
}

}  // namespace

std::vector<Rect> sample_domains() {
  const std::vector<Point> all = {{1},      {4},       {7},       {8},       {16},
                                  {64},     {4, 4},    {3, 5},    {8, 2},    {1, 6},
                                  {16, 16}, {2, 2, 2}, {4, 3, 2}, {4, 4, 1}, {8, 8, 8}};
  std::vector<Rect> domains;
  for (const Point& extents : all) domains.push_back(rect_of_extents(extents));
  return domains;
}

Result<std::vector<Difference>> diff(const Policy& left, const Policy& right,
                                     const MachineShape& machine) {
  const RuleNames names = merged(rule_names(left), rule_names(right));
  const auto left_table = policy_table(left, names);
  const auto right_table = policy_table(right, names);
  if (!left_table) return tl::unexpected(left_table.error());
  if (!right_table) return tl::unexpected(right_table.error());
  // Rows that differ, with both values in one, so that contexts can be joined.
  std::vector<PolicyRow> rows;
  std::vector<Difference> differences;
  for (std::size_t i = 0; i < left_table->size(); ++i) {
    const PolicyRow& a = (*left_table)[i];
    const PolicyRow& b = (*right_table)[i];
    // Maps are compared by what they do.
    if (a.what == "index map" || a.what == "single map" || a.value == b.value) continue;
    PolicyRow row = a;
    row.value = shown(a.value) + "\n" + shown(b.value);
    row.rules = {a.rules.empty() ? RuleRef{} : a.rules.front(),
                 b.rules.empty() ? RuleRef{} : b.rules.front()};
    rows.push_back(std::move(row));
  }
  for (const PolicyRow& row : condensed(rows)) {
    const std::size_t middle = row.value.find('\n');
    Difference difference;
    difference.about = row.about();
    difference.what = row.where.empty() ? row.what : row.what + " " + row.where;
    difference.left = row.value.substr(0, middle);
    difference.right = row.value.substr(middle + 1);
    difference.left_by = cite(row.rules[0]);
    difference.right_by = cite(row.rules[1]);
    differences.push_back(std::move(difference));
  }
  const auto other = placement_differences(left, right, std::nullopt, machine);
  for (const std::string& task : names.tasks) {
    const auto found = placement_differences(left, right, task, machine);
    differences.insert(differences.end(), found.begin(), found.end());
  }
  const std::set<std::string> further = further_names(left, right, names.tasks);
  if (further.size() > kMaxFurtherNames) {
    return failure(
        fmt::format("the functions mention {} names of tasks: too many to try", further.size()),
        "give a program: then only its own tasks are looked at");
  }
  for (const std::string& task : further) {
    const auto found = placement_differences(left, right, task, machine);
    if (same_differences(found, other)) continue;
    differences.insert(differences.end(), found.begin(), found.end());
  }
  differences.insert(differences.end(), other.begin(), other.end());
  return differences;
}

}  // namespace castra::lang
