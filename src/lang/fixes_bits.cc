#include <fmt/format.h>

#include "lang/fixes_impl.h"

/// Operators on bits, which the language lacks: what to write instead where that is certain.
namespace castra::lang::detail {
namespace {

constexpr std::int64_t kMostShifted = 30;

/// Nothing binds to the operand from the left: it may be multiplied or divided as it stands.
bool starts_operand(const TokenText& tokens, std::size_t first) {
  if (first == 0) return true;
  switch (tokens[first - 1].kind) {
    case TokenKind::Assign:
    case TokenKind::LeftParen:
    case TokenKind::LeftBracket:
    case TokenKind::Comma:
    case TokenKind::Question:
    case TokenKind::Colon:
      return true;
    default:
      return tokens.is_word(first - 1, "return");
  }
}

bool ends_operand(const TokenText& tokens, std::size_t after) {
  switch (tokens[after].kind) {
    case TokenKind::Semicolon:
    case TokenKind::RightParen:
    case TokenKind::RightBracket:
    case TokenKind::Comma:
    case TokenKind::Question:
    case TokenKind::Colon:
      return true;
    default:
      return false;
  }
}

}  // namespace

void advise_bits(const TokenText& tokens, bool types_fit, Diagnostic& d) {
  const std::string sign = argument(d, "operator");
  const std::size_t here = tokens.at(d.span.begin);
  if (tokens.is(here, TokenKind::AndAnd) || tokens.is(here, TokenKind::OrOr)) {
    if (sign != "&" && sign != "|") return;
    d.help = fmt::format("write `{0}{0}`", sign);
    d.fixes.push_back({d.span, sign + sign});
    d.fix_is_certain = types_fit;
    return;
  }
  if (here == 0 || !tokens.is(here + 1, TokenKind::Integer)) return;
  const std::int64_t right = tokens[here + 1].integer;
  const auto left = tokens.chain_start(here - 1);
  if (!left || !starts_operand(tokens, *left) || !ends_operand(tokens, here + 2)) return;
  const SourceSpan operation = {d.span.begin, tokens[here + 1].span.end};
  if (sign == "&" && right > 0 && right < (std::int64_t{1} << kMostShifted) &&
      (right & (right + 1)) == 0) {
    d.fixes.push_back({operation, fmt::format("% {}", right + 1)});
  } else if (sign == "<<" && right <= kMostShifted) {
    d.fixes.push_back({operation, fmt::format("* {}", std::int64_t{1} << right)});
  }
}

}  // namespace castra::lang::detail
