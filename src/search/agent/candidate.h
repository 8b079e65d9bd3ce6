#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lang/profile.h"
#include "search/agent/decision_blocks.h"
#include "search/agent/reply_parser.h"

namespace castra::search::agent {

struct CompileReport {
  bool ok = false;
  std::string text;         ///< the mapping, with what the compiler could mend by itself
  std::string diagnostics;  ///< rendered; empty if there is nothing to say
};
using MappingCompiler = std::function<CompileReport(const std::string& mapping)>;

/// Checks a text by lang::compile. Where an error comes with a fix, the fix is applied and the text
/// checked once more.
CompileReport compile_mapping(const std::string& mapping, const lang::Profile& profile = {});

struct RejectedBlock {
  Block block;
  std::string text;
  std::string diagnostics;
};

/// A mapping made of a base and what of some edits is usable.
struct Candidate {
  DecisionBlocks blocks;
  std::vector<Block> kept;  ///< edits that went in, in order
  std::vector<RejectedBlock> rejected;
};

/// Applies edits to `base` so that the result compiles: all of them if possible, else one by one in
/// order, each kept if the whole still compiles, those that fail tried once more at the end (one
/// may need another). At most 2 + 2 * edits compilations.
Candidate apply_edits(const DecisionBlocks& base, const BlockEdits& edits,
                      const MappingCompiler& compile);

/// A text that does not compile, to be journaled for a reply of which nothing is usable: the
/// reply's beginning if that is wrong enough, else words that are.
std::string unusable_mapping(const DecisionBlocks& base, const BlockEdits& edits,
                             const std::string& reply, const MappingCompiler& compile);

}  // namespace castra::search::agent
