#pragma once

#include <string>
#include <vector>

#include "lang/policy.h"
#include "support/diagnostic.h"

namespace castra::run {

/// Warnings for names that a mapping's rules use but a program does not have, with the nearest name
/// it does have. `tasks` and `regions` are what was launched and passed; regions are compared only
/// if there are any (a run records them only where asked).
std::vector<Diagnostic> unknown_names(const lang::Policy& policy,
                                      const std::vector<std::string>& tasks,
                                      const std::vector<std::string>& regions);

}  // namespace castra::run
