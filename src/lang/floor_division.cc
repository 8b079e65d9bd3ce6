#include "lang/floor_division.h"

#include "lang/token.h"
#include "support/text.h"

namespace castra::lang {
namespace {

bool operand(const Token& token) {
  return token.kind == TokenKind::Word || token.kind == TokenKind::Integer;
}

bool open(TokenKind kind) { return kind == TokenKind::LeftParen || kind == TokenKind::LeftBracket; }

bool close(TokenKind kind) {
  return kind == TokenKind::RightParen || kind == TokenKind::RightBracket;
}

}  // namespace

Divisor read_divisor(std::string_view text, const std::function<bool(std::string_view)>& known) {
  text = trim(text);
  const bool ended = text.ends_with(';');
  if (ended) text.remove_suffix(1);
  const SourceFile piece("", std::string(text));
  DiagnosticSink faults;
  const std::vector<Token> tokens = lex(piece, faults);
  if (faults.has_errors() || tokens.size() < 2) return Divisor::No;
  if (!operand(tokens.front()) && tokens.front().kind != TokenKind::LeftParen) return Divisor::No;
  int depth = 0;
  bool all_known = true;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const TokenKind kind = tokens[i].kind;
    if (kind == TokenKind::Semicolon || kind == TokenKind::LeftBrace ||
        kind == TokenKind::RightBrace || kind == TokenKind::String || kind == TokenKind::Assign)
      return Divisor::No;
    if (operand(tokens[i]) && operand(tokens[i + 1])) return Divisor::No;
    if (kind == TokenKind::Word) all_known = all_known && known(piece.slice(tokens[i].span));
    depth += open(kind) ? 1 : close(kind) ? -1 : 0;
  }
  if (depth > 0) return Divisor::No;  // the first half may have opened what this closes
  if (ended || tokens.front().kind == TokenKind::Integer) return Divisor::Yes;
  return all_known ? Divisor::Perhaps : Divisor::No;
}

}  // namespace castra::lang
