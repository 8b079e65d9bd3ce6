#include "search/llm/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace castra::search::llm {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Sleeper cancellable_sleep(const std::atomic<bool>* cancel) {
  return [cancel](double seconds) {
    const auto start = Clock::now();
    while (seconds_since(start) < seconds) {
      if (cancel != nullptr && *cancel) return false;
      const double left = seconds - seconds_since(start);
      std::this_thread::sleep_for(std::chrono::duration<double>(std::clamp(left, 0.001, 0.05)));
    }
    return cancel == nullptr || !*cancel;
  };
}

Result<Reply> with_retries(const RetryPolicy& policy, Rng& rng, const Sleeper& sleep,
                           const std::function<Attempt()>& attempt) {
  const auto start = Clock::now();
  double wait = policy.first_wait_s;
  for (int made = 1;; ++made) {
    Attempt result = attempt();
    if (result) {
      result->seconds = seconds_since(start);
      result->attempts = made;
      return std::move(*result);
    }
    AttemptError& failed = result.error();
    if (failed.retry_after_s.value_or(0) > RetryPolicy::kLongestRetryAfter) {
      failed.retryable = false;
      failed.error.what += fmt::format("; it asks to wait {:.0f} s", *failed.retry_after_s);
    }
    if (!failed.retryable) return tl::unexpected(failed.error);
    if (made >= policy.attempts) {
      failed.error.what += fmt::format(" ({} attempts)", made);
      return tl::unexpected(failed.error);
    }
    const double jittered = std::min(wait, RetryPolicy::kLongestWait) * (0.5 + rng.unit());
    if (!sleep(failed.retry_after_s.value_or(jittered)))
      return failure("interrupted while waiting for the model");
    wait *= 2;
  }
}

}  // namespace castra::search::llm
