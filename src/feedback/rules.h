#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/feedback.h"
#include "support/result.h"

namespace castra {

/// Which of the three stages of trying a mapping a rule speaks about. Compile: the text, or a
/// static check, refused it; Execution: it ran and failed; Performance: it was measured.
enum class FeedbackStage : std::uint8_t { Compile, Execution, Performance };
FeedbackStage stage_of(const Outcome& outcome);

/// A compiled regular expression with named groups; see FeedbackRule::match.
class LinePattern;

/// One rule as its TOML file states it; docs/agent.md describes the keys. `explain` and `suggest`
/// are templates: `{name}` is replaced by a named group of the pattern or by a typed field of the
/// outcome
/// (`{task}`, `{memory}`, ...), `{name|words}` by `words` where that is empty.
struct FeedbackRule {
  std::string id;
  FeedbackStage stage = FeedbackStage::Execution;
  std::vector<std::string> outcomes;  ///< outcome words it applies to; empty: all of its stage
  /// ECMAScript expressions, case-insensitive, tried on each line; one match is enough.
  /// `(?<name>...)` names a group. Empty: the outcome alone decides.
  std::vector<std::shared_ptr<const LinePattern>> match;
  std::string explain;
  std::string suggest;
  std::string example;    ///< a raw text on which the rule fires
  bool fallback = false;  ///< fires only where no other rule did
};

/// A rule that fired, with its templates filled in. One rule may fire several times on one text.
/// Points into the FeedbackRules that gave it.
struct RuleHit {
  const FeedbackRule* rule = nullptr;
  std::string explanation;
  std::string suggestion;
};

/// The rules of all files, in the order of file name and then position: the order they are reported
/// in.
class FeedbackRules {
 public:
  /// Every *.toml in `share_directory`/feedback.
  static Result<FeedbackRules> load(const std::string& share_directory);
  /// Errors name `name`, the rule and the key.
  static Result<FeedbackRules> parse(const std::string& text, const std::string& name);

  const std::vector<FeedbackRule>& rules() const { return rules_; }

  /// Rules that fire on an outcome whose text (system lines and raw output) is `text`.
  std::vector<RuleHit> match(const Outcome& outcome, const Metric& metric,
                             std::string_view text) const;
  /// Rules whose patterns match a text of unknown origin. Rules without patterns never fire here.
  std::vector<RuleHit> match_text(std::string_view text) const;

 private:
  Status append(FeedbackRules other);
  std::vector<FeedbackRule> rules_;
};

/// What happened, why, what to try. Deterministic; cost is linear in the text, of which at most the
/// last 64 KiB and the first 2000 bytes of each line are looked at.
Feedback make_feedback(const Outcome& outcome, const Metric& metric, const FeedbackRules& rules);

/// The same for the raw output of a run that Castra did not make: the system lines are the lines
/// that rules matched, or the last line that says anything.
Feedback feedback_from_log(const std::string& log, const FeedbackRules& rules);

}  // namespace castra
