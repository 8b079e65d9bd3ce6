#include "feedback/feedback.h"

#include "support/text.h"

namespace castra {
namespace {

void add(std::string& out, std::string_view label, std::string_view text) {
  out += label;
  bool first = true;
  for (const std::string_view line : split(trim(text), '\n')) {
    out += first ? " " : "  ";
    out += line;
    out += '\n';
    first = false;
  }
}

}  // namespace

std::optional<FeedbackLevel> parse_feedback_level(std::string_view word) {
  if (word == "system") return FeedbackLevel::System;
  if (word == "explain") return FeedbackLevel::Explain;
  if (word == "suggest") return FeedbackLevel::Suggest;
  return std::nullopt;
}

std::string Feedback::to_text(FeedbackLevel level) const {
  std::string out;
  add(out, "System:", system);
  if (level == FeedbackLevel::System) return out;
  for (const std::string& explanation : explanations) add(out, "Explain:", explanation);
  if (level == FeedbackLevel::Explain) return out;
  for (const std::string& suggestion : suggestions) add(out, "Suggest:", suggestion);
  return out;
}

}  // namespace castra
