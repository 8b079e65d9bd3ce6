#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

enum class TokenKind : std::uint8_t {
  End,
  Word,
  Integer,
  String,
  LeftParen,
  RightParen,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Comma,
  Semicolon,
  Colon,
  Question,
  Dot,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Assign,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  EqualEqual,
  NotEqual,
  AndAnd,
  OrOr,
  Bang,
};

/// Words are not classified here: whether `size` is a member or a task's name is the parser's
/// matter.
struct Token {
  TokenKind kind = TokenKind::End;
  SourceSpan span;
  std::int64_t integer = 0;  ///< of an Integer
};

/// The spelling of punctuation, or "name", "number", "string", "end of file".
std::string_view to_string(TokenKind kind);

/// Whether a comment does not go on at this offset: a line feed, or a carriage return that stands
/// alone, as files with the line ends of old Macintosh have them.
inline bool ends_comment(std::string_view text, std::size_t at) {
  return text[at] == '\n' || (text[at] == '\r' && (at + 1 >= text.size() || text[at + 1] != '\n'));
}

/// All tokens of the text, the last one End. Comments run from `#` or `//` to the end of the line.
/// Bad characters are reported (adjacent ones together) and skipped. O(size of the text).
std::vector<Token> lex(const SourceFile& source, DiagnosticSink& sink);

/// The text a String token stands for: without its quotes, \" and \\ undone.
std::string string_value(std::string_view token_text);

/// The reverse, with quotes.
std::string quote(std::string_view text);

bool is_identifier(std::string_view text);

}  // namespace castra::lang
