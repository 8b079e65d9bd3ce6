#include "cli/recorded_launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "support/text.h"

namespace castra::cli {
namespace {

constexpr std::size_t kMaxListed = 8;

/// All of a task; fails, with the nearest name, if the program has no such task.
Result<std::vector<const Launch*>> launches_of(const Program& program, const std::string& task) {
  if (program.find_task(task) == nullptr) {
    std::vector<std::string> names;
    for (const Task& known : program.tasks) names.push_back(known.name);
    const auto nearest = did_you_mean(task, names);
    return failure(fmt::format("the program has no task `{}`", printable(task)),
                   nearest ? fmt::format("did you mean `{}`?", printable(*nearest))
                           : "its tasks are " + printable(join(names, ", ")));
  }
  std::vector<const Launch*> launches;
  for (const Launch& launch : program.launches) {
    if (launch.task == task) launches.push_back(&launch);
  }
  return launches;
}

/// "it is launched over [(0)..(7)], and singly".
std::string domains_text(const std::vector<const Launch*>& launches) {
  std::vector<std::string> domains;
  bool singly = false;
  for (const Launch* launch : launches) {
    singly = singly || !launch->domain;
    if (!launch->domain) continue;
    std::string domain = to_string(*launch->domain);
    if (std::find(domains.begin(), domains.end(), domain) == domains.end())
      domains.push_back(std::move(domain));
  }
  if (domains.size() > kMaxListed) {
    const std::size_t more = domains.size() - kMaxListed;
    domains.resize(kMaxListed);
    domains.push_back(fmt::format("{} more", more));
  }
  if (domains.empty()) return singly ? "it is launched singly" : "it is never launched";
  return "it is launched over " + join(domains, ", ") + (singly ? ", and singly" : "");
}

}  // namespace

Result<const Launch*> find_index_launch(const Program& program, const std::string& task,
                                        const std::optional<Rect>& domain) {
  const auto launches = launches_of(program, task);
  if (!launches) return tl::unexpected(launches.error());
  const Launch* found = nullptr;
  bool several = false;
  for (const Launch* launch : *launches) {
    if (!launch->domain || (domain && *launch->domain != *domain)) continue;
    several = several || (found != nullptr && *found->domain != *launch->domain);
    if (found == nullptr) found = launch;
  }
  if (several) {
    return failure(fmt::format("task `{}` is launched over several domains", printable(task)),
                   "choose one with --domain and --origin; " + domains_text(*launches));
  }
  if (found != nullptr) return found;
  return failure(domain
                     ? fmt::format("the program does not launch task `{}` over {}", printable(task),
                                   to_string(*domain))
                     : fmt::format("the program has no index launch of task `{}`", printable(task)),
                 domains_text(*launches));
}

Result<const Launch*> find_single_launch(const Program& program, const std::string& task) {
  const auto launches = launches_of(program, task);
  if (!launches) return tl::unexpected(launches.error());
  for (const Launch* launch : *launches) {
    if (!launch->domain) return launch;
  }
  return failure(fmt::format("the program does not launch task `{}` singly", printable(task)),
                 domains_text(*launches));
}

}  // namespace castra::cli
