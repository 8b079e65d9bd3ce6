#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lang/profile.h"
#include "machine/machine.h"
#include "program/program.h"
#include "search/agent/candidate.h"
#include "search/agent/prompt.h"
#include "search/agent/prompt_templates.h"
#include "search/llm/provider.h"
#include "search/optimizer.h"
#include "search/space.h"

namespace castra::search::agent {

/// One question and its answer, reported before the proposal is used: for the journal.
struct Exchange {
  int trial = 0;        ///< number of the trial that it leads to
  bool repair = false;  ///< the one further question about blocks that could not be used
  llm::Prompt prompt;
  llm::Reply reply;   ///< empty if `error` is set
  std::string error;  ///< why there is no reply
};
using ExchangeObserver = std::function<void(const Exchange&)>;

/// What an LlmOptimizer works with.
struct LlmParts {
  std::unique_ptr<llm::Provider> provider;
  PromptTemplates templates;
  StudyText study;
  PromptSettings prompt;
  std::string start;  ///< mapping proposed first, and edited until one is measured; not empty
  MappingCompiler compile;
  ExchangeObserver observer;  ///< may be empty
};

/// Asks a language model for changes of some of the six decision blocks of the best mapping so far.
/// A reply is read block by block; what does not compile goes back to the model once, with the
/// diagnostics; what is usable then is proposed. A reply of which nothing is usable becomes a
/// proposal that does not compile, so that it is journaled like any other. The model's word
/// TERMINATE ends the search. An Error: the provider gave no answer after its own retries.
class LlmOptimizer : public Optimizer {
 public:
  explicit LlmOptimizer(LlmParts parts) : parts_(std::move(parts)) {}
  Result<std::optional<Proposal>> ask(const History& history) override;

 private:
  Result<llm::Reply> exchange(const History& history, const llm::Prompt& prompt, bool repair);
  /// Asks again for rejected blocks and merges what comes back. A provider that fails here only
  /// costs the repair.
  void repair(const History& history, const DecisionBlocks& base, ParsedReply& parsed,
              Candidate& candidate);

  LlmParts parts_;
};

/// All that `castra optimize --agent llm` needs.
struct LlmOptions {
  llm::ProviderOptions provider;
  std::string share_directory;  ///< holds prompts/
  std::uint64_t seed = 0;       ///< of the random start and of the provider's jitter
  std::string start;            ///< a mapping's text; empty: a random legal one
  FeedbackLevel level = FeedbackLevel::Suggest;
  lang::Profile profile;  ///< with which proposals are compiled
  ExchangeObserver observer;
};

/// Fails for a provider that cannot be made and for prompt files that are missing or wrong. Takes
/// copies: the arguments need not outlive the call.
Result<std::unique_ptr<Optimizer>> make_llm_optimizer(LlmOptions options, const SearchSpace& space,
                                                      const Program& program,
                                                      const Machine& machine);

}  // namespace castra::search::agent
