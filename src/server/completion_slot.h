#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/token.h"
#include "lang/vocabulary.h"
#include "support/source.h"

namespace castra::server {

/// What may be written at a place of a program, whole or not: found from the tokens alone, as the
/// text around a cursor seldom parses.
struct CompletionSlot {
  enum class What : std::uint8_t {
    Nothing,  ///< a comment, a number, a new name
    Statement,
    FunctionStatement,
    Task,
    Region,
    Processor,
    Memory,
    Place,  ///< of Layout: a memory or a processor kind
    Constraint,
    StealScope,
    Function,  ///< of an IndexTaskMap
    ParameterType,
    Expression,
    Member,
  };
  What what = What::Nothing;
  bool star = false;       ///< `*` may stand here too
  bool processor = false;  ///< of a Task slot: a processor kind may stand here too
  /// Of a Region slot: the tasks named before it.
  std::vector<std::string> tasks;
  /// Of a Member slot, where it can be told: whose members.
  std::optional<lang::WordClass> owner;
  /// Of an Expression slot: the function called right before, or empty.
  std::string_view callee;
  bool quoted = false;  ///< of a Task or Region slot: the cursor is in double quotes
  /// What has been typed of the word so far; replaced by what is chosen.
  SourceSpan word;
};

/// The slot at an offset. `tokens` are those of the whole text. O(number of tokens).
CompletionSlot completion_slot(const SourceFile& source, std::span<const lang::Token> tokens,
                               std::uint32_t offset);

}  // namespace castra::server
