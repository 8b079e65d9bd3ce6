#include "lang/token.h"

#include <string>

#include "lang/characters.h"
#include "lang/lookalikes.h"
#include "support/check.h"

namespace castra::lang {

std::string string_value(std::string_view token_text) {
  CASTRA_CHECK(!token_text.empty(), "a string token has at least its quote");
  if (const Lookalike* sign = find_lookalike(token_text)) {
    token_text.remove_prefix(sign->sign.size());
    std::size_t end = 0;
    while (end < token_text.size() && token_text[end] != '"' &&
           find_lookalike(token_text.substr(end)) == nullptr)
      ++end;
    return std::string(token_text.substr(0, end));
  }
  const char delimiter = token_text.front();
  token_text.remove_prefix(1);
  std::string out;
  for (std::size_t i = 0; i < token_text.size() && token_text[i] != delimiter; ++i) {
    const Lookalike* sign = find_lookalike(token_text.substr(i));
    const bool closes =
        sign != nullptr && sign->ascii == "\"" && i + sign->sign.size() == token_text.size();
    if (closes) break;
    const bool escape = token_text[i] == '\\' && i + 1 < token_text.size() &&
                        (token_text[i + 1] == '"' || token_text[i + 1] == '\\');
    if (escape) ++i;
    out += token_text[i];
  }
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool is_identifier(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  for (const char c : text) {
    if (!is_word(c)) return false;
  }
  return true;
}

std::string_view to_string(TokenKind kind) {
  switch (kind) {
    case TokenKind::End:
      return "end of file";
    case TokenKind::Word:
      return "name";
    case TokenKind::Integer:
      return "number";
    case TokenKind::String:
      return "string";
    case TokenKind::LeftParen:
      return "(";
    case TokenKind::RightParen:
      return ")";
    case TokenKind::LeftBrace:
      return "{";
    case TokenKind::RightBrace:
      return "}";
    case TokenKind::LeftBracket:
      return "[";
    case TokenKind::RightBracket:
      return "]";
    case TokenKind::Comma:
      return ",";
    case TokenKind::Semicolon:
      return ";";
    case TokenKind::Colon:
      return ":";
    case TokenKind::Question:
      return "?";
    case TokenKind::Dot:
      return ".";
    case TokenKind::Plus:
      return "+";
    case TokenKind::Minus:
      return "-";
    case TokenKind::Star:
      return "*";
    case TokenKind::Slash:
      return "/";
    case TokenKind::Percent:
      return "%";
    case TokenKind::Assign:
      return "=";
    case TokenKind::Less:
      return "<";
    case TokenKind::LessEqual:
      return "<=";
    case TokenKind::Greater:
      return ">";
    case TokenKind::GreaterEqual:
      return ">=";
    case TokenKind::EqualEqual:
      return "==";
    case TokenKind::NotEqual:
      return "!=";
    case TokenKind::AndAnd:
      return "&&";
    case TokenKind::OrOr:
      return "||";
    case TokenKind::Bang:
      return "!";
  }
  CASTRA_CHECK(false, "unknown token kind");
}

}  // namespace castra::lang
