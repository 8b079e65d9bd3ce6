#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/outcome.h"

namespace castra {

/// How much of the feedback a reader is shown: the paper's ablation levels.
enum class FeedbackLevel : std::uint8_t { System, Explain, Suggest };
/// "system", "explain", "suggest".
std::optional<FeedbackLevel> parse_feedback_level(std::string_view word);

/// What happened, why, and what to try: for a person, an LLM or a rule-based agent.
struct Feedback {
  std::string system;  ///< the raw result in one or a few lines
  std::vector<std::string> explanations;
  std::vector<std::string> suggestions;
  std::vector<std::string> rules;  ///< ids of the feedback rules that fired, in order

  /// The text at a level, one "System:", "Explain:" or "Suggest:" line each.
  std::string to_text(FeedbackLevel level) const;
};

}  // namespace castra
