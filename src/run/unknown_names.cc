#include "run/unknown_names.h"

#include <algorithm>

#include "lang/diagnostics.h"
#include "support/text.h"

namespace castra::run {
namespace {

void compare(lang::Finding finding, const std::vector<lang::Policy::NameUse>& used,
             const std::vector<std::string>& known, std::vector<Diagnostic>& warnings) {
  for (const auto& use : used) {
    if (std::ranges::find(known, use.name) != known.end()) continue;
    Diagnostic warning = lang::diagnose(lang::runtime_finding(finding), use.span, use.name);
    const auto near = did_you_mean(use.name, known);
    warning.help = near ? "did you mean `" + *near + "`?" : "it has: " + join(known, ", ");
    warnings.push_back(std::move(warning));
  }
}

}  // namespace

std::vector<Diagnostic> unknown_names(const lang::Policy& policy,
                                      const std::vector<std::string>& tasks,
                                      const std::vector<std::string>& regions) {
  std::vector<Diagnostic> warnings;
  compare(lang::Finding::UnknownTask, policy.task_names(), tasks, warnings);
  if (!regions.empty())
    compare(lang::Finding::UnknownRegion, policy.region_names(), regions, warnings);
  return warnings;
}

}  // namespace castra::run
