#pragma once

#include "search/llm/provider.h"
#include "search/llm/retry.h"
#include "search/llm/spec.h"

namespace castra::search::llm {

/// A program that reads the prompt on standard input and prints the reply. A failing or late run is
/// tried again; what was printed before an output limit counts as a truncated reply.
class CommandProvider : public Provider {
 public:
  CommandProvider(CommandSpec spec, const ProviderOptions& options);
  Result<Reply> complete(const Prompt& prompt) override;
  std::string describe() const override;

 private:
  Attempt attempt(const std::string& input);

  CommandSpec spec_;
  CommandRunner run_;
  double timeout_s_;
  RetryPolicy policy_;
  Rng rng_;
  Sleeper sleep_;
};

}  // namespace castra::search::llm
