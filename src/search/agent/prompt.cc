#include "search/agent/prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "search/agent/describe.h"
#include "support/text.h"

namespace castra::search::agent {
namespace {

constexpr std::size_t kBlockShown = 4000;  ///< bytes of one rejected block that are quoted back

bool is_compile_error(const Trial& trial) {
  return std::holds_alternative<CompileError>(trial.outcome.result);
}
bool is_invalid(const Trial& trial) {
  return std::holds_alternative<InvalidMapping>(trial.outcome.result);
}

std::string value_text(const Trial& trial, const Metric& metric) {
  return fmt::format("{:.4g}{}{}", trial.outcome.measured()->value, metric.unit.empty() ? "" : " ",
                     metric.unit);
}

std::string indented(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(trim(text), '\n')) {
    out += "    ";
    out += line;
    out += '\n';
  }
  return out;
}

/// Statements of `mapping` that `base` does not have, one per line.
std::string difference(const std::string& mapping, const std::string& base) {
  std::set<std::string> known;
  for (const Statement& statement : split_statements(base)) known.insert(statement.text);
  std::string out;
  for (const Statement& statement : split_statements(mapping)) {
    if (known.count(statement.text) == 0) out += one_line(statement.text, 200) + "\n";
  }
  return out;
}

/// Measured trials that state a mapping, best first, without repetitions.
std::vector<const Trial*> ranked(const History& history) {
  std::vector<const Trial*> found;
  for (const Trial& trial : history.trials()) {
    if (trial.outcome.measured() != nullptr && !trial.duplicate_of) found.push_back(&trial);
  }
  std::stable_sort(found.begin(), found.end(), [&](const Trial* a, const Trial* b) {
    return history.metric().better(a->outcome.measured()->value, b->outcome.measured()->value);
  });
  return found;
}

std::string describe_measured(const Trial& trial, const Metric& metric, const std::string& base) {
  if (trial.proposal.mapping.empty()) {
    return fmt::format("Trial {}: {}, the program's own mapper.\n", trial.number,
                       value_text(trial, metric));
  }
  const std::string changes = difference(trial.proposal.mapping, base);
  return fmt::format("Trial {}: {}{}\n", trial.number, value_text(trial, metric),
                     changes.empty() ? ": the base" : "; statements that differ from the base:") +
         (changes.empty() ? "" : indented(changes));
}

std::string describe_failure(const Trial& trial, const std::string& base, FeedbackLevel level) {
  const std::string changes = difference(trial.proposal.mapping, base);
  const std::string shown =
      changes.empty() ? "" : "  statements that differ from the base:\n" + indented(changes);
  if (trial.duplicate_of) {
    return fmt::format("Trial {} (decides the same as trial {}, so it changed nothing):\n",
                       trial.number, *trial.duplicate_of) +
           shown;
  }
  std::string out =
      fmt::format("Trial {} ({}):\n", trial.number, outcome_word(trial.outcome)) + shown;
  return out + indented(trial.feedback.to_text(level));
}

/// Best last; entries from the best on while they fit.
std::string history_section(const History& history, const std::string& base,
                            const PromptSettings& settings, std::size_t& budget) {
  std::vector<std::string> entries;
  for (const Trial* trial : ranked(history)) {
    if (entries.size() > static_cast<std::size_t>(std::max(0, settings.shown_best))) break;
    std::string entry = describe_measured(*trial, history.metric(), base);
    if (entry.size() > budget) break;
    budget -= entry.size();
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return "(none was measured yet)\n";
  std::string out;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) out += *entry;
  return out;
}

/// The latest different failures and repetitions, latest last.
std::string failure_section(const History& history, const std::string& base,
                            const PromptSettings& settings, std::size_t& budget) {
  std::vector<std::string> entries;
  std::set<std::string> seen;
  const auto& trials = history.trials();
  for (auto trial = trials.rbegin(); trial != trials.rend(); ++trial) {
    if (entries.size() >= static_cast<std::size_t>(std::max(0, settings.shown_failures))) break;
    if (trial->outcome.measured() != nullptr && !trial->duplicate_of) continue;
    const std::string key =
        trial->duplicate_of ? difference(trial->proposal.mapping, base) : trial->feedback.system;
    if (!seen.insert(key).second) continue;
    std::string entry = describe_failure(*trial, base, settings.level);
    if (entry.size() > budget) break;
    budget -= entry.size();
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return "(none)\n";
  std::string out;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) out += *entry;
  return out;
}

std::string last_feedback(const History& history, FeedbackLevel level) {
  if (history.trials().empty()) return "(nothing was tried yet)\n";
  const Trial& last = history.trials().back();
  std::string out = fmt::format("Trial {}", last.number);
  if (!last.proposal.reason.empty()) out += " (" + one_line(last.proposal.reason, 600) + ")";
  out += ":\n";
  if (last.duplicate_of) {
    out += fmt::format(
        "It decides exactly what trial {} decides and was not run again: propose something new.\n",
        *last.duplicate_of);
  }
  return out + last.feedback.to_text(level);
}

std::string base_value(const History& history, const std::string& base) {
  for (const Trial* trial : ranked(history)) {
    if (trial->proposal.mapping == base) return value_text(*trial, history.metric());
  }
  return "not measured yet";
}

}  // namespace

std::string base_mapping(const History& history, const std::string& start) {
  for (const Trial* trial : ranked(history)) {
    if (!trial->proposal.mapping.empty()) return trial->proposal.mapping;
  }
  const Trial* ran = nullptr;
  const Trial* compiled = nullptr;
  for (const Trial& trial : history.trials()) {
    if (trial.proposal.mapping.empty() || is_compile_error(trial)) continue;
    compiled = &trial;
    if (!is_invalid(trial)) ran = &trial;
  }
  if (ran != nullptr) return ran->proposal.mapping;
  return compiled != nullptr ? compiled->proposal.mapping : start;
}

llm::Prompt make_proposal_prompt(const PromptTemplates& templates, const StudyText& study,
                                 const History& history, const std::string& base,
                                 const PromptSettings& settings) {
  PromptValues values = {{"objective", describe_objective(history.metric())},
                         {"program", study.program},
                         {"machine", study.machine},
                         {"choices", study.choices},
                         {"best", DecisionBlocks::from_mapping(base).assemble()},
                         {"best_value", base_value(history, base)},
                         {"feedback", last_feedback(history, settings.level)}};
  std::size_t used = 0;
  for (const auto& [name, value] : values) used += value.size();
  std::size_t left = settings.budget > used ? settings.budget - used : 0;
  values["history"] = history_section(history, base, settings, left);
  values["failures"] = failure_section(history, base, settings, left);
  return {templates.system(), templates.proposal(values)};
}

llm::Prompt make_repair_prompt(const PromptTemplates& templates,
                               const std::vector<RejectedBlock>& rejected,
                               const std::vector<std::string>& notes) {
  std::string blocks;
  std::string diagnostics;
  for (const RejectedBlock& block : rejected) {
    blocks += fmt::format("<{0}>\n{1}\n</{0}>\n", to_string(block.block),
                          block.text.substr(0, kBlockShown));
    diagnostics += block.diagnostics;
  }
  for (const std::string& note : notes) diagnostics += note + "\n";
  if (blocks.empty()) blocks = "(no block could be found in the reply)\n";
  return {templates.system(), templates.repair({{"blocks", blocks}, {"diagnostics", diagnostics}})};
}

}  // namespace castra::search::agent
