#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <tl/expected.hpp>

#include "search/llm/provider.h"
#include "support/rng.h"

namespace castra::search::llm {

struct AttemptError {
  Error error;
  bool retryable = false;
  std::optional<double> retry_after_s;  ///< the server's own wish
};
using Attempt = tl::expected<Reply, AttemptError>;

/// Sleeps; false if cancelled meanwhile.
using Sleeper = std::function<bool(double seconds)>;
Sleeper cancellable_sleep(const std::atomic<bool>* cancel);

/// Waits are first_wait_s * 2^k, at most kLongestWait, each multiplied by a random factor in
/// [0.5, 1.5); a server's Retry-After replaces them and is honoured up to kLongestRetryAfter,
/// beyond which trying again is given up.
struct RetryPolicy {
  static constexpr double kLongestWait = 60;
  static constexpr double kLongestRetryAfter = 300;
  int attempts = 4;
  double first_wait_s = 1;
};

/// Tries until success, a final error, or the attempts are used up; the Error then says how many
/// were made.
Result<Reply> with_retries(const RetryPolicy& policy, Rng& rng, const Sleeper& sleep,
                           const std::function<Attempt()>& attempt);

}  // namespace castra::search::llm
