#include "search/trial.h"

#include <algorithm>

namespace castra::search {

bool cost_run(const Trial& trial) {
  return !trial.duplicate_of && !std::holds_alternative<CompileError>(trial.outcome.result) &&
         !std::holds_alternative<InvalidMapping>(trial.outcome.result);
}

int History::runs() const {
  return static_cast<int>(std::count_if(trials_.begin(), trials_.end(), cost_run));
}

const Trial* History::best() const {
  const Trial* best = nullptr;
  for (const Trial& trial : trials_) {
    const Measured* measured = trial.outcome.measured();
    if (measured == nullptr) continue;
    if (best == nullptr || metric_.better(measured->value, best->outcome.measured()->value)) {
      best = &trial;
    }
  }
  return best;
}

const Trial* History::own_mapper() const {
  for (const Trial& trial : trials_) {
    if (trial.proposal.origin == kOwnMapper) return &trial;
  }
  return nullptr;
}

}  // namespace castra::search
