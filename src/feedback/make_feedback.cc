#include <fmt/format.h>

#include <algorithm>

#include "feedback/line_pattern.h"
#include "feedback/rules.h"
#include "support/text.h"

namespace castra {
namespace {

constexpr std::size_t kSystemBudget = 4000;  ///< bytes of system text shown
constexpr std::size_t kLogBudget = std::size_t{64} << 10;

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

std::string bounded(std::string text) {
  if (text.size() <= kSystemBudget) return text;
  std::size_t cut = kSystemBudget;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  text.resize(cut);
  return text + "\n[...]";
}

std::string say(const Measured& measured, const Metric& metric) {
  std::string value = fmt::format("{:.4g}", measured.value);
  if (!metric.unit.empty()) value += " " + metric.unit;
  const std::string checked = measured.verified ? "" : " (its results were not checked)";
  if (metric.maximize)
    return fmt::format("Performance Metric: Achieved {} = {}{}", metric.name, value, checked);
  const std::string name = metric.name == "time" ? "Execution time" : metric.name;
  return fmt::format("Performance Metric: {} is {}{}.", name, value, checked);
}

std::string say(const CompileError& error) {
  if (!error.rendered.empty()) return "Compile Error: " + error.rendered;
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : error.diagnostics) {
    messages.push_back(fmt::format("{}[{}]: {}", to_string(diagnostic.severity), diagnostic.code,
                                   diagnostic.message));
  }
  return "Compile Error: " +
         (messages.empty() ? "the mapping is not a program" : join(messages, "\n"));
}

std::string say(const InvalidMapping& invalid) {
  return "Invalid Mapping: " + (invalid.reasons.empty() ? "not legal for this program and machine"
                                                        : join(invalid.reasons, "\n"));
}

std::string say(const RunFailed& failed) {
  std::string text =
      "Execution Error: " + (failed.reason.empty() ? "the run failed" : failed.reason);
  const auto says = [&](const char* words) { return text.find(words) != std::string::npos; };
  if (failed.signal && !says("killed by"))
    text += fmt::format(" (killed by signal {})", *failed.signal);
  if (failed.exit_code && !says("exit code"))
    text += fmt::format(" (exit code {})", *failed.exit_code);
  return text;
}

std::string say(const OutOfMemory& memory) {
  if (memory.reason.starts_with("out of memory")) return "Execution Error: " + memory.reason;
  std::string text = "Execution Error: out of memory";
  if (!memory.memory.empty()) text += " in " + memory.memory;
  if (!memory.task.empty()) text += fmt::format(", task '{}'", memory.task);
  if (memory.argument >= 0) text += fmt::format(", argument {}", memory.argument);
  if (memory.wanted) text += fmt::format(", wanted {}", to_string(*memory.wanted));
  if (!memory.reason.empty()) text += ": " + memory.reason;
  return text;
}

std::string say(const TimedOut& timeout) {
  if (timeout.cutoff) {
    return fmt::format("Execution Error: stopped after {:.4g} s, already far slower than the best",
                       timeout.limit_s);
  }
  return fmt::format("Execution Error: no end within the limit of {:.4g} s", timeout.limit_s);
}

std::string say(const WrongResult& wrong) {
  return "Execution Error: wrong result" + (wrong.reason.empty() ? "" : ": " + wrong.reason);
}

std::string system_text(const Outcome& outcome, const Metric& metric) {
  return std::visit(Overloaded{[&](const Measured& measured) { return say(measured, metric); },
                               [](const auto& other) { return say(other); }},
                    outcome.result);
}

void take(const std::vector<RuleHit>& hits, Feedback& feedback) {
  const auto add = [](std::vector<std::string>& list, const std::string& text) {
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
      list.push_back(text);
  };
  for (const RuleHit& hit : hits) {
    add(feedback.explanations, hit.explanation);
    add(feedback.suggestions, hit.suggestion);
    add(feedback.rules, hit.rule->id);
  }
}

}  // namespace

Feedback make_feedback(const Outcome& outcome, const Metric& metric, const FeedbackRules& rules) {
  Feedback feedback;
  const std::string system = system_text(outcome, metric);
  take(rules.match(outcome, metric, outcome.raw_text + "\n" + system), feedback);
  feedback.system = bounded(system);
  return feedback;
}

Feedback feedback_from_log(const std::string& whole, const FeedbackRules& rules) {
  Feedback feedback;
  const std::string log = whole.substr(whole.size() - std::min(whole.size(), kLogBudget));
  const auto hits = rules.match_text(log);
  take(hits, feedback);
  std::string last;
  for (const std::string_view line : split(log, '\n')) {
    const std::string_view said = trim(line).substr(0, 2000);
    if (said.empty()) continue;
    last = said;
    const bool matched = std::any_of(hits.begin(), hits.end(), [&](const RuleHit& hit) {
      return std::any_of(hit.rule->match.begin(), hit.rule->match.end(),
                         [&](const auto& pattern) { return pattern->search(said).has_value(); });
    });
    if (matched && feedback.system.size() < kSystemBudget) feedback.system += last + "\n";
  }
  if (feedback.system.empty()) feedback.system = last.empty() ? "the log is empty" : last;
  feedback.system = bounded(std::string(trim(feedback.system)));
  return feedback;
}

}  // namespace castra
