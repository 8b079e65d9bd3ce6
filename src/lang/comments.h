#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lang/token.h"
#include "support/source.h"

namespace castra::lang {

/// A comment of a program: the syntax tree does not hold them, the text between the tokens does.
struct Comment {
  SourceSpan span;  ///< from its `#` or `//` to the last character that is not a blank
  std::string_view text;
  int line = 1;
  bool own_line = false;  ///< nothing but blanks stands before it on its line
};

/// All comments in order. Precondition: `tokens` are lex(source), without errors. O(size of the
/// text). The texts point into `source`.
std::vector<Comment> comments(const SourceFile& source, std::span<const Token> tokens);

}  // namespace castra::lang
