#pragma once

#include <string>
#include <vector>

#include "feedback/line_pattern.h"
#include "feedback/rules.h"

namespace castra {

/// The typed fields of an outcome under the names templates use; empty where the outcome has none.
Captures fields_of(const Outcome& outcome, const Metric& metric);
/// Names fields_of can give for an outcome word, and for none in particular ("").
std::vector<std::string> field_names(const std::string& outcome_word);
/// The words of outcome_word() that belong to a stage.
std::vector<std::string> outcome_words(FeedbackStage stage);

/// Names of `{name}` and `{name|default}` in a template; a brace not followed by a small letter is
/// only a brace. An Error for an unclosed one.
Result<std::vector<std::string>> placeholders(const std::string& text);
/// Fills a template; nothing if a placeholder without a default is empty.
std::optional<std::string> fill(const std::string& text, const Captures& values);

}  // namespace castra
