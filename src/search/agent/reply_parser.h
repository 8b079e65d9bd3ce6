#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "search/agent/decision_blocks.h"

namespace castra::search::agent {

inline constexpr std::size_t kBlockBudget = std::size_t{64} << 10;  ///< bytes of one block
inline constexpr std::size_t kReasonBudget = 300;                   ///< bytes of a reason kept

/// New texts of some blocks; an empty text empties the block, a block not named is left as it is.
using BlockEdits = std::map<Block, std::string>;

struct ParsedReply {
  BlockEdits edits;
  std::string reasoning;           ///< one line, printable, at most kReasonBudget bytes
  std::vector<std::string> notes;  ///< what of the reply was passed over, one line each
  bool gives_up = false;           ///< the whole reply is the word TERMINATE
};

/// Reads whatever a model answered, made printable: tags, a JSON object (bare, fenced or within
/// prose), fenced code, or statements between prose, tried in that order. Never fails; a reply of
/// which nothing is usable has no edits. The texts are not checked. A block that says `none` is
/// emptied, an empty one is taken as unchanged. Linear in the reply's size, of which at most
/// llm::kReplyBudget bytes are read.
ParsedReply parse_reply(std::string_view reply);

/// `text` with '?' for control characters other than line ends and tabs, and for bytes that are not
/// UTF-8.
std::string printable(std::string_view text);
/// `text` on one line, printable ASCII or UTF-8, at most `limit` bytes: for journals and terminals.
std::string one_line(std::string_view text, std::size_t limit);

}  // namespace castra::search::agent
