#include "search/agent/candidate.h"

namespace castra::search::agent {
namespace {

constexpr std::size_t kExcerpt = 4000;  ///< bytes of an unusable reply that are kept

bool try_one(Candidate& candidate, const RejectedBlock& edit, const MappingCompiler& compile,
             std::string& diagnostics) {
  DecisionBlocks changed = candidate.blocks;
  changed[edit.block] = edit.text;
  const CompileReport report = compile(changed.assemble());
  diagnostics = report.diagnostics;
  if (!report.ok) return false;
  candidate.blocks = DecisionBlocks::from_mapping(report.text);
  candidate.kept.push_back(edit.block);
  return true;
}

}  // namespace

Candidate apply_edits(const DecisionBlocks& base, const BlockEdits& edits,
                      const MappingCompiler& compile) {
  Candidate candidate{base, {}, {}};
  if (edits.empty()) return candidate;
  DecisionBlocks all = base;
  for (const auto& [block, text] : edits) all[block] = text;
  if (const CompileReport report = compile(all.assemble()); report.ok) {
    candidate.blocks = DecisionBlocks::from_mapping(report.text);
    for (const auto& [block, text] : edits) candidate.kept.push_back(block);
    return candidate;
  }
  if (!compile(base.assemble()).ok) candidate.blocks = {};
  std::vector<RejectedBlock> failed;
  std::string diagnostics;
  for (const auto& [block, text] : edits) {
    const RejectedBlock edit{block, text, ""};
    if (!try_one(candidate, edit, compile, diagnostics)) failed.push_back(edit);
  }
  for (RejectedBlock& edit : failed) {
    if (try_one(candidate, edit, compile, edit.diagnostics)) continue;
    candidate.rejected.push_back(std::move(edit));
  }
  return candidate;
}

std::string unusable_mapping(const DecisionBlocks& base, const BlockEdits& edits,
                             const std::string& reply, const MappingCompiler& compile) {
  if (!edits.empty()) {
    DecisionBlocks all = base;
    for (const auto& [block, text] : edits) all[block] = text;
    std::string text = all.assemble();
    if (!compile(text).ok) return text;
  }
  std::string excerpt = printable(std::string_view(reply).substr(0, kExcerpt));
  if (!compile(excerpt).ok) return excerpt;
  return "the reply holds no mapping\n";
}

}  // namespace castra::search::agent
