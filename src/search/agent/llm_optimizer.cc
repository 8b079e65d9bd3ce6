#include "search/agent/llm_optimizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.h"

namespace castra::search::agent {
namespace {

constexpr const char* kOrigin = "llm";
constexpr std::size_t kProposalReasonBudget = 600;

bool started(const History& history) {
  return std::any_of(history.trials().begin(), history.trials().end(),
                     [](const Trial& trial) { return !trial.proposal.mapping.empty(); });
}

std::string block_list(const std::vector<Block>& blocks) {
  std::vector<std::string> names;
  for (const Block block : blocks) {
    std::string name{to_string(block)};
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return join(names, ", ");
}

/// The model's words, and what became of its blocks.
std::string reason_for(const ParsedReply& parsed, const Candidate& candidate) {
  std::string reason = parsed.reasoning;
  const auto add = [&](const std::string& text) { reason += (reason.empty() ? "" : "; ") + text; };
  if (!candidate.kept.empty()) add("changed " + block_list(candidate.kept));
  for (const RejectedBlock& block : candidate.rejected) {
    add(fmt::format(
        "dropped {}: {}", to_string(block.block),
        one_line(std::string_view(block.diagnostics).substr(0, block.diagnostics.find('\n')),
                 160)));
  }
  for (const std::string& note : parsed.notes) add(note);
  return one_line(reason, kProposalReasonBudget);
}

}  // namespace

Result<llm::Reply> LlmOptimizer::exchange(const History& history, const llm::Prompt& prompt,
                                          bool repair) {
  auto reply = parts_.provider->complete(prompt);
  if (parts_.observer) {
    Exchange exchange{static_cast<int>(history.trials().size()), repair, prompt, {}, {}};
    if (reply) {
      exchange.reply = *reply;
    } else {
      exchange.error = reply.error().what;
    }
    parts_.observer(exchange);
  }
  return reply;
}

void LlmOptimizer::repair(const History& history, const DecisionBlocks& base, ParsedReply& parsed,
                          Candidate& candidate) {
  const auto prompt = make_repair_prompt(parts_.templates, candidate.rejected, parsed.notes);
  const auto reply = exchange(history, prompt, true);
  if (!reply) return;
  ParsedReply second = parse_reply(reply->text);
  if (second.edits.empty()) return;
  BlockEdits merged = parsed.edits;
  for (const auto& [block, text] : second.edits) merged[block] = text;
  Candidate repaired = apply_edits(base, merged, parts_.compile);
  if (repaired.kept.size() < candidate.kept.size()) return;
  candidate = std::move(repaired);
  parsed.edits = std::move(merged);
  parsed.notes = std::move(second.notes);
  if (parsed.reasoning.empty()) parsed.reasoning = second.reasoning;
}

Result<std::optional<Proposal>> LlmOptimizer::ask(const History& history) {
  if (!started(history)) return Proposal{parts_.start, kStart, "where the search starts"};
  const std::string base_text = base_mapping(history, parts_.start);
  const DecisionBlocks base = DecisionBlocks::from_mapping(base_text);
  const auto prompt =
      make_proposal_prompt(parts_.templates, parts_.study, history, base_text, parts_.prompt);
  const auto reply = exchange(history, prompt, false);
  if (!reply) return tl::unexpected(reply.error());
  ParsedReply parsed = parse_reply(reply->text);
  if (parsed.gives_up) return std::optional<Proposal>{};
  Candidate candidate = apply_edits(base, parsed.edits, parts_.compile);
  if (candidate.kept.empty() || !candidate.rejected.empty())
    repair(history, base, parsed, candidate);
  Proposal proposal;
  proposal.origin = kOrigin;
  proposal.reason = reason_for(parsed, candidate);
  proposal.mapping = candidate.kept.empty()
                         ? unusable_mapping(base, parsed.edits, reply->text, parts_.compile)
                         : candidate.blocks.assemble();
  return proposal;
}

}  // namespace castra::search::agent
