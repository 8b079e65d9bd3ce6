#pragma once

#include <string>

#include "feedback/feedback.h"
#include "mapping/outcome.h"
#include "support/result.h"

namespace castra::store {

/// One line of JSON, keys in a fixed order. Bytes that are not UTF-8 are replaced.
std::string to_json(const Outcome& outcome);
std::string to_json(const Feedback& feedback);

/// Inverses; an Error means the journal is damaged or was edited by hand.
Result<Outcome> outcome_from_json(const std::string& text);
Result<Feedback> feedback_from_json(const std::string& text);

}  // namespace castra::store
