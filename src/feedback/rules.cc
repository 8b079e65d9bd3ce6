#include "feedback/rules.h"

#include <algorithm>

#include "feedback/fields.h"
#include "feedback/line_pattern.h"
#include "support/text.h"

namespace castra {
namespace {

constexpr std::size_t kTextBudget = std::size_t{64} << 10;
constexpr std::size_t kLineBudget = 2000;
constexpr std::size_t kHitsPerRule = 3;  ///< of one rule on one text, with different captures

std::vector<std::string_view> bounded_lines(std::string_view text) {
  if (text.size() > kTextBudget) text.remove_prefix(text.size() - kTextBudget);
  std::vector<std::string_view> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) lines.push_back(line.substr(0, kLineBudget));
  }
  return lines;
}

/// Fills the templates; false if neither says anything for these values.
bool fill_hit(const FeedbackRule& rule, const Captures& values, RuleHit& hit) {
  hit = RuleHit{&rule, fill(rule.explain, values).value_or(""),
                fill(rule.suggest, values).value_or("")};
  return !hit.explanation.empty() || !hit.suggestion.empty();
}

void add_hits(const FeedbackRule& rule, const std::vector<std::string_view>& lines,
              const Captures& fields, std::vector<RuleHit>& hits) {
  const std::size_t first = hits.size();
  RuleHit hit;
  if (rule.match.empty()) {
    if (fill_hit(rule, fields, hit)) hits.push_back(hit);
    return;
  }
  for (const std::string_view line : lines) {
    for (const auto& pattern : rule.match) {
      auto captures = pattern->search(line);
      if (!captures) continue;
      captures->insert(fields.begin(), fields.end());
      if (!fill_hit(rule, *captures, hit)) continue;
      const bool seen = std::any_of(
          hits.begin() + static_cast<std::ptrdiff_t>(first), hits.end(), [&](const RuleHit& other) {
            return other.explanation == hit.explanation && other.suggestion == hit.suggestion;
          });
      if (!seen) hits.push_back(hit);
      break;
    }
    if (hits.size() - first >= kHitsPerRule) return;
  }
}

bool applies(const FeedbackRule& rule, const Outcome& outcome) {
  if (rule.outcomes.empty()) return rule.stage == stage_of(outcome);
  return std::find(rule.outcomes.begin(), rule.outcomes.end(), outcome_word(outcome)) !=
         rule.outcomes.end();
}

}  // namespace

FeedbackStage stage_of(const Outcome& outcome) {
  if (std::holds_alternative<CompileError>(outcome.result) ||
      std::holds_alternative<InvalidMapping>(outcome.result)) {
    return FeedbackStage::Compile;
  }
  return outcome.measured() ? FeedbackStage::Performance : FeedbackStage::Execution;
}

std::vector<RuleHit> FeedbackRules::match(const Outcome& outcome, const Metric& metric,
                                          std::string_view text) const {
  const auto lines = bounded_lines(text);
  const Captures fields = fields_of(outcome, metric);
  std::vector<RuleHit> hits;
  for (const bool fallback : {false, true}) {
    if (fallback && !hits.empty()) break;
    for (const FeedbackRule& rule : rules_) {
      if (rule.fallback == fallback && applies(rule, outcome)) add_hits(rule, lines, fields, hits);
    }
  }
  return hits;
}

std::vector<RuleHit> FeedbackRules::match_text(std::string_view text) const {
  const auto lines = bounded_lines(text);
  std::vector<RuleHit> hits;
  for (const bool fallback : {false, true}) {
    if (fallback && !hits.empty()) break;
    for (const FeedbackRule& rule : rules_) {
      if (rule.fallback == fallback && !rule.match.empty()) add_hits(rule, lines, {}, hits);
    }
  }
  return hits;
}

}  // namespace castra
