#include "search/trial.h"

namespace castra::search {

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
