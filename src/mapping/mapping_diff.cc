#include "mapping/mapping_diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "machine/kind_list.h"
#include "support/check.h"

namespace castra {
namespace {

constexpr std::size_t kExamples = 5;

std::string kind_text(const TaskDecision& task) {
  return task.kind_decided ? std::string(to_string(task.kind)) : "-";
}
std::string memories_text(const ArgumentDecision& argument) {
  return argument.memories ? joined(*argument.memories) : "-";
}
std::string layout_text(const ArgumentDecision& argument) {
  return argument.layout ? to_string(*argument.layout) : "-";
}

std::string placement_text(const LaunchDecision& launch) {
  if (!launch.failure.empty()) return "fails: " + launch.failure;
  return launch.processors ? "by an index map" : "-";
}

std::string placement_text(const SingleDecision& single) {
  if (!single.failure.empty()) return "fails: " + single.failure;
  if (single.depends_run) return "depends on where the task and its parents run";
  return single.processors ? owner_text(*single.processors) : "-";
}

template <typename T>
DecidedBy rule_of(const std::optional<RuledValue<T>>& decision) {
  return decision ? decision->by : DecidedBy{};
}

/// Decisions that a whole statement is about: their values as text.
template <typename T, typename Shown>
void compare(const std::string& about, const std::string& what,
             const std::optional<RuledValue<T>>& left, const std::optional<RuledValue<T>>& right,
             const Shown& shown, std::vector<Difference>& out) {
  const std::string a = left ? std::string(shown(left->value)) : "-";
  const std::string b = right ? std::string(shown(right->value)) : "-";
  if (a != b) out.push_back({about, what, a, b, rule_of(left), rule_of(right), 0, {}});
}

void compare(const TaskDecision& left, const TaskDecision& right, std::vector<Difference>& out) {
  const std::string about = "task " + left.task;
  if (kind_text(left) != kind_text(right)) {
    out.push_back({about,
                   "processor kind",
                   kind_text(left),
                   kind_text(right),
                   left.kind_by,
                   right.kind_by,
                   0,
                   {}});
  }
  compare(
      about, "instance limit", left.instance_limit, right.instance_limit,
      [](std::int64_t limit) { return std::to_string(limit); }, out);
  compare(
      about, "control replicated", left.replicated, right.replicated,
      [](bool replicated) { return replicated ? "yes" : "no"; }, out);
  compare(
      about, "task steal", left.steals, right.steals,
      [](StealScope scope) { return to_string(scope); }, out);
  // Both sides list the arguments of the same program.
  for (std::size_t i = 0; i < std::min(left.arguments.size(), right.arguments.size()); ++i) {
    const ArgumentDecision& a = left.arguments[i];
    const ArgumentDecision& b = right.arguments[i];
    const std::string argument = fmt::format("{}, argument {}", about, a.index);
    if (memories_text(a) != memories_text(b)) {
      out.push_back({argument,
                     "memories",
                     memories_text(a),
                     memories_text(b),
                     a.memories_by,
                     b.memories_by,
                     0,
                     {}});
    }
    if (layout_text(a) != layout_text(b))
      out.push_back({argument, "layout", layout_text(a), layout_text(b), {}, {}, 0, {}});
    if (a.collected != b.collected) {
      const auto shown = [](bool collected) { return collected ? "yes" : "-"; };
      out.push_back({argument,
                     "collected",
                     shown(a.collected),
                     shown(b.collected),
                     a.collected_by,
                     b.collected_by,
                     0,
                     {}});
    }
  }
}

void compare(const LaunchDecision& left, const LaunchDecision& right,
             std::vector<Difference>& out) {
  Difference difference{fmt::format("launch of {} over {}", left.task, to_string(left.domain)),
                        "placement",
                        placement_text(left),
                        placement_text(right),
                        left.by,
                        right.by,
                        0,
                        {}};
  const bool both = left.processors && right.processors;
  if (both) {
    const auto& a = *left.processors;
    const auto& b = *right.processors;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      if (a[i] == b[i]) continue;
      if (++difference.points > kExamples) continue;
      const Point point = left.domain.at(static_cast<std::int64_t>(i));
      difference.examples.push_back(
          fmt::format("{}: {} | {}", to_string(point), owner_text(a[i]), owner_text(b[i])));
    }
    if (difference.points == 0) return;
    difference.left = difference.right =
        fmt::format("{} of {} points differ", difference.points, a.size());
  } else if (!left.failure.empty() && !right.failure.empty()) {
    // Neither places anything.
    if (left.function == right.function) return;
    difference.not_compared = "both functions fail here";
  } else if (difference.left == difference.right) {
    return;
  }
  out.push_back(std::move(difference));
}

void compare(const SingleDecision& left, const SingleDecision& right,
             std::vector<Difference>& out) {
  Difference difference{"launch of " + left.task,
                        "placement of the single task",
                        placement_text(left),
                        placement_text(right),
                        left.by,
                        right.by,
                        0,
                        {}};
  const auto unknown = [](const SingleDecision& single) {
    return single.depends_run || !single.failure.empty();
  };
  if (unknown(left) && unknown(right)) {
    if (left.function == right.function) return;
    difference.not_compared = left.failure.empty() || right.failure.empty()
                                  ? "what the functions ask for is known in a run only"
                                  : "both functions fail here";
  } else if (difference.left == difference.right) {
    return;
  }
  out.push_back(std::move(difference));
}

}  // namespace

std::string owner_text(const std::vector<int>& node_and_processors) {
  CASTRA_CHECK(node_and_processors.size() >= 2, "an owner has a node and a processor");
  const auto first = node_and_processors.begin() + 1;
  if (node_and_processors.size() == 2)
    return fmt::format("{}.{}", node_and_processors.front(), *first);
  return fmt::format("{}.{{{}}}", node_and_processors.front(),
                     fmt::join(first, node_and_processors.end(), ","));
}

std::vector<Difference> diff(const Mapping& left, const Mapping& right) {
  CASTRA_CHECK(left.tasks.size() == right.tasks.size() &&
                   left.launches.size() == right.launches.size() &&
                   left.singles.size() == right.singles.size(),
               "both mappings belong to one program");
  std::vector<Difference> out;
  for (std::size_t i = 0; i < left.tasks.size(); ++i) compare(left.tasks[i], right.tasks[i], out);
  for (std::size_t i = 0; i < left.launches.size(); ++i)
    compare(left.launches[i], right.launches[i], out);
  for (std::size_t i = 0; i < left.singles.size(); ++i)
    compare(left.singles[i], right.singles[i], out);
  return out;
}

}  // namespace castra
