#pragma once

#include <string>

#include "feedback/feedback.h"
#include "search/agent/candidate.h"
#include "search/agent/prompt_templates.h"
#include "search/llm/provider.h"
#include "search/trial.h"

namespace castra::search::agent {

/// What of a study does not change, in words.
struct StudyText {
  std::string program;
  std::string machine;
  std::string choices;
};

struct PromptSettings {
  FeedbackLevel level = FeedbackLevel::Suggest;
  std::size_t budget = 48000;  ///< bytes of the user part that history and failures may fill up
  int shown_best = 4;          ///< measured mappings shown beside the best
  int shown_failures = 8;
};

/// The mapping that edits start from: the best measured one that states something. While nothing
/// was measured: the latest that at least ran, else the latest that compiled, else `start`.
std::string base_mapping(const History& history, const std::string& start);

/// A pure function of its arguments. What does not fit the budget is left out in this order: old
/// failures, then measured mappings from the worst; never the base, the choices or the last
/// feedback.
llm::Prompt make_proposal_prompt(const PromptTemplates& templates, const StudyText& study,
                                 const History& history, const std::string& base,
                                 const PromptSettings& settings);

/// Asks once more for the blocks that could not be used.
llm::Prompt make_repair_prompt(const PromptTemplates& templates,
                               const std::vector<RejectedBlock>& rejected,
                               const std::vector<std::string>& notes);

}  // namespace castra::search::agent
