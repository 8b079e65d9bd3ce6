#include "mapping/balance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "support/text.h"

namespace castra {
namespace {

using ProcessorIndex = std::pair<int, int>;  // node, index

std::optional<ProcessorKind> kind_of(const Mapping& mapping, const std::string& task) {
  const auto found = std::find_if(mapping.tasks.begin(), mapping.tasks.end(),
                                  [&](const TaskDecision& t) { return t.task == task; });
  if (found == mapping.tasks.end()) return std::nullopt;
  return found->kind;
}

/// The processors of one kind that get a point of some launch.
struct Used {
  std::set<ProcessorIndex> processors;
  bool all_known = true;  ///< every index launch of the kind was decided and evaluated
  std::size_t launches = 0;
  const LaunchDecision* largest = nullptr;
};

std::map<ProcessorKind, Used> used_processors(const Mapping& mapping) {
  std::map<ProcessorKind, Used> used;
  for (const LaunchDecision& launch : mapping.launches) {
    const auto kind = kind_of(mapping, launch.task);
    if (!kind || launch.domain.volume() == 0) continue;
    Used& here = used[*kind];
    if (!launch.processors) {
      here.all_known = false;
      continue;
    }
    ++here.launches;
    if (here.largest == nullptr || launch.domain.volume() > here.largest->domain.volume())
      here.largest = &launch;
    for (const std::vector<int>& point : *launch.processors) {
      for (std::size_t i = 1; i < point.size(); ++i) here.processors.emplace(point[0], point[i]);
    }
  }
  return used;
}

/// "2", "0,2-5": ascending numbers as ranges.
std::string ranges_text(const std::vector<int>& numbers) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) ++end;
    words.push_back(end == i ? std::to_string(numbers[i])
                             : fmt::format("{}-{}", numbers[i], numbers[end]));
    i = end + 1;
  }
  return join(words, ",");
}

constexpr std::size_t kShownGroups = 4;

/// Nodes with the same idle processors are told together.
std::string which_idle(const std::set<ProcessorIndex>& used, int nodes, int per_node) {
  std::vector<std::pair<std::string, std::vector<int>>> groups;
  for (int node = 0; node < nodes; ++node) {
    std::vector<int> idle;
    for (int index = 0; index < per_node; ++index) {
      if (!used.contains({node, index})) idle.push_back(index);
    }
    if (idle.empty()) continue;
    std::string text = ranges_text(idle);
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const auto& group) { return group.first == text; });
    if (same != groups.end()) {
      same->second.push_back(node);
    } else {
      groups.push_back({std::move(text), {node}});
    }
  }
  std::vector<std::string> words;
  for (const auto& [indices, of_nodes] : groups) {
    if (words.size() == kShownGroups) {
      words.emplace_back("...");
      break;
    }
    words.push_back(fmt::format("node{} {}: {}", of_nodes.size() == 1 ? "" : "s",
                                ranges_text(of_nodes), indices));
  }
  return join(words, "; ");
}

/// Points of each processor in one launch.
std::map<ProcessorIndex, double> load_of(const LaunchDecision& launch) {
  std::map<ProcessorIndex, double> load;
  for (const std::vector<int>& point : *launch.processors) {
    const double share = 1.0 / static_cast<double>(point.size() - 1);
    for (std::size_t i = 1; i < point.size(); ++i) load[{point[0], point[i]}] += share;
  }
  return load;
}

struct Weighed {
  Imbalance imbalance;
  double cost = 0;  ///< what even division would save: recorded time, or points
};

}  // namespace

std::vector<IdleProcessors> find_idle(const Mapping& mapping, const Machine& machine) {
  std::vector<IdleProcessors> found;
  const MachineShape shape = machine.shape();
  for (const auto& [kind, used] : used_processors(mapping)) {
    const int per_node = shape.count(kind);
    const std::int64_t total = std::int64_t{shape.nodes} * per_node;
    if (!used.all_known || used.largest == nullptr) continue;
    const std::int64_t points = used.largest->domain.volume();
    const auto busy = static_cast<std::int64_t>(used.processors.size());
    if (busy >= std::min(total, points)) continue;
    found.push_back({kind, static_cast<int>(total), static_cast<int>(total - busy),
                     which_idle(used.processors, shape.nodes, per_node), used.launches,
                     used.largest->task, points, used.largest->by});
  }
  return found;
}

std::vector<Imbalance> find_imbalances(const Mapping& mapping, const Program& program,
                                       const Machine& machine, double threshold) {
  const MachineShape shape = machine.shape();
  constexpr double kWorthTelling = 0.01;
  const std::map<ProcessorKind, Used> used = used_processors(mapping);
  double all_time = 0;
  for (const Launch& launch : program.launches)
    all_time += static_cast<double>(launch.total_time.value);
  std::map<std::pair<std::string, int>, Weighed> worst;  // by task and rule
  auto next = mapping.launches.begin();
  for (const Launch& launch : program.launches) {
    if (!launch.domain) continue;
    if (next == mapping.launches.end()) break;
    const LaunchDecision& decision = *next++;
    const auto kind = kind_of(mapping, launch.task);
    if (!decision.processors || decision.processors->empty() || !kind) continue;
    const std::map<ProcessorIndex, double> load = load_of(decision);
    const auto busiest = std::max_element(
        load.begin(), load.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const Used& of_kind = used.at(*kind);
    const std::size_t processors =
        of_kind.all_known
            ? of_kind.processors.size()
            : static_cast<std::size_t>(std::int64_t{shape.nodes} * shape.count(*kind));
    const auto points = static_cast<double>(decision.processors->size());
    const double mean = points / static_cast<double>(processors);
    // An uneven division that nobody can avoid is not worth a word.
    if (busiest->second <= threshold * mean || busiest->second <= std::ceil(mean)) continue;
    const auto time = static_cast<double>(launch.total_time.value);
    if (all_time > 0 && time < kWorthTelling * all_time) continue;
    const double lost = 1.0 - mean / busiest->second;
    const double weight = all_time > 0 ? time : points * static_cast<double>(launch.count);
    Weighed here{
        {launch.task, *launch.domain, *kind,
         fmt::format("{} {} of node {}", to_string(*kind), busiest->first.second,
                     busiest->first.first),
         busiest->second, mean, processors, all_time > 0 ? time / all_time : 0, decision.by},
        weight * lost};
    const auto [entry, fresh] = worst.try_emplace({launch.task, decision.by.line}, here);
    if (!fresh && here.cost > entry->second.cost) entry->second = std::move(here);
  }
  std::vector<Weighed> ordered;
  for (auto& [key, weighed] : worst) ordered.push_back(std::move(weighed));
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Weighed& a, const Weighed& b) { return a.cost > b.cost; });
  std::vector<Imbalance> out;
  for (Weighed& weighed : ordered) out.push_back(std::move(weighed.imbalance));
  return out;
}

}  // namespace castra
