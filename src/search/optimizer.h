#pragma once

#include <optional>
#include <string>

#include "search/trial.h"
#include "support/result.h"

namespace castra::search {

/// Proposes the next mapping. State must be a pure function of (seed, history): replaying a journal
/// into a fresh optimizer must give the same next proposal. The driver owns the loop, measures,
/// journals and prints; an optimizer does none of these.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// The next proposal; nothing when it has no more ideas. An Error (an LLM provider out of reach,
  /// say) ends the search cleanly with the best so far. Proposals of an LLM may be wrong programs:
  /// the driver checks every proposal before it costs a run.
  virtual Result<std::optional<Proposal>> ask(const History& history) = 0;
};

}  // namespace castra::search
