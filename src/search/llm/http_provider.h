#pragma once

#include "search/llm/provider.h"
#include "search/llm/retry.h"

namespace castra::search::llm {

/// An OpenAI-compatible server: POST {base}/chat/completions. Redirects are not followed. Tried
/// again: network errors, time-outs, unreadable answers and the statuses 408, 429 and 5xx.
class HttpProvider : public Provider {
 public:
  struct Server {
    std::string base;
    std::string model;
    std::string key;  ///< may be empty; goes nowhere but into the Authorization header
  };
  HttpProvider(Server server, const ProviderOptions& options);
  Result<Reply> complete(const Prompt& prompt) override;
  std::string describe() const override;

 private:
  Attempt attempt(const std::string& body) const;
  /// `text` without the key.
  std::string scrubbed(std::string text) const;
  AttemptError error(std::string what, std::string remedy, bool retryable) const;

  Server server_;
  double timeout_s_;
  const std::atomic<bool>* cancel_;
  RetryPolicy policy_;
  Rng rng_;
  Sleeper sleep_;
};

/// True if `base` is https, or http to this machine: where a key may be sent.
bool may_carry_key(const std::string& base);

}  // namespace castra::search::llm
