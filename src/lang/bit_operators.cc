#include "lang/bit_operators.h"

namespace castra::lang {
namespace {

bool compares(TokenKind kind) {
  switch (kind) {
    case TokenKind::Less:
    case TokenKind::LessEqual:
    case TokenKind::Greater:
    case TokenKind::GreaterEqual:
    case TokenKind::EqualEqual:
    case TokenKind::NotEqual:
    case TokenKind::Bang:
      return true;
    default:
      return false;
  }
}

/// Whether the operand on one side of token i, a single `&` or `|`, is a truth value: a comparison
/// up to the end of the expression, or one in parentheses. `step` is 1 to the right, -1 to the
/// left.
bool truth_value(const std::vector<Token>& tokens, std::size_t i, int step) {
  constexpr int kWidth = 64;  // tokens looked at, so that a long text costs linear time
  int depth = 0;
  for (int seen = 0; seen < kWidth; ++seen) {
    if ((step < 0 && i == 0) || (step > 0 && i + 1 >= tokens.size())) return false;
    i = step < 0 ? i - 1 : i + 1;
    switch (tokens[i].kind) {
      case TokenKind::LeftParen:
      case TokenKind::LeftBracket:
        depth += step;
        break;
      case TokenKind::RightParen:
      case TokenKind::RightBracket:
        depth -= step;
        break;
      case TokenKind::Semicolon:
      case TokenKind::Assign:
      case TokenKind::LeftBrace:
      case TokenKind::RightBrace:
      case TokenKind::Question:
      case TokenKind::Colon:
      case TokenKind::AndAnd:
      case TokenKind::OrOr:
        return false;
      default:
        if (depth <= 1 && compares(tokens[i].kind)) return true;
    }
    if (depth < 0) return false;
  }
  return false;
}

}  // namespace

std::string_view bit_operator_help(std::string_view sign) {
  if (sign == "&")
    return "there are no operators on bits: `a and b` of truth values is `a && b`; `x & 3` is "
           "`x % 4`, and so for every power of two";
  if (sign == "|") return "there are no operators on bits: `a or b` of truth values is `a || b`";
  if (sign == "<<")
    return "there are no operators on bits: `x << k` is `x` times two to the `k`: `x << 3` is "
           "`x * 8`";
  if (sign == ">>")
    return "there are no operators on bits: `x >> k` is `x` divided by two to the `k`: `x >> 3` is "
           "`x / 8`";
  if (sign == "~")
    return "there are no operators on bits: `~x` is `-x - 1`; `!a` negates a truth value";
  return "there are no operators on bits and no powers: of truth values write `a != b`, for a "
         "square `a * a`";
}

bool joins_truth_values(const std::vector<Token>& tokens, std::size_t i) {
  const bool number = i > 0 && (tokens[i - 1].kind == TokenKind::Integer ||
                                tokens[i + 1].kind == TokenKind::Integer);
  return !number && (truth_value(tokens, i, -1) || truth_value(tokens, i, 1));
}

}  // namespace castra::lang
