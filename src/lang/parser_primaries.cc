#include "lang/keywords.h"
#include "lang/parser_impl.h"

namespace castra::lang::detail {

/// Expressions separated by commas, up to and with the closing token; a trailing comma is accepted.
bool Parser::parse_items(TokenKind closing, std::vector<ExprPtr>& items) {
  while (!failed_) {
    if (accept(closing)) return true;
    items.push_back(parse_expression());
    if (failed_) return false;
    if (accept(TokenKind::Comma)) continue;
    if (accept(closing)) return true;
    unexpected(fmt::format("`,` or `{}`", to_string(closing)), foreign_notation_hint());
  }
  return false;
}

ExprPtr Parser::parse_primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::Integer:
      take();
      return make(token.span.begin, {}, IntegerExpr{token.integer});
    case TokenKind::LeftParen:
      return parse_parenthesised();
    case TokenKind::Word:
      return parse_word();
    case TokenKind::String: {
      const std::string value = string_value(text(token));
      if (!parse_processor_kind(value) && !parse_memory_kind(value)) {
        take();
        return make(token.span.begin, {}, TextExpr{value});
      }
      failed_ = true;
      Diagnostic d = diagnose(Finding::UnexpectedToken, token.span, "a value", describe(token));
      d.help = fmt::format("write `{}` without quotes", value);
      d.fixes.push_back({token.span, value});
      report(std::move(d));
      return bad_expression(token.span);
    }
    case TokenKind::LeftBracket:
      unexpected("a value", "there are no lists; a tuple is written `(a, b)`");
      return bad_expression(token.span);
    case TokenKind::Plus:
      unexpected("a value",
                 previous().kind == TokenKind::Plus && previous().span.end == token.span.begin
                     ? "there is no `++`: write `x + 1`; a name is assigned once"
                     : "there is no prefix `+`; leave it out");
      return bad_expression(token.span);
    default:
      break;
  }
  unexpected("a value", foreign_notation_hint());
  return bad_expression(token.span);
}

ExprPtr Parser::parse_word() {
  const Token& token = peek();
  const std::string_view word = text(token);
  if (word == "tuple") return parse_tuple_comprehension();
  const bool value_word = word == "True" || word == "False";
  const auto processor = parse_processor_kind(word);
  const auto memory = word == kRegisteredAlias ? MemoryKind::Registered : parse_memory_kind(word);
  if (!value_word && !processor && !memory && is_keyword(word)) {
    const bool later_line = at_line_start();
    unexpected("a value", later_line ? "the expression before this line is not complete" : "");
    return bad_expression(token.span);
  }
  take();
  if (value_word) return make(token.span.begin, {}, BoolExpr{word == "True"});
  if (processor) return make(token.span.begin, {}, ProcessorExpr{*processor});
  if (memory) return make(token.span.begin, {}, MemoryExpr{*memory});
  return make(token.span.begin, {}, NameExpr{std::string(word)});
}

ExprPtr Parser::parse_parenthesised() {
  const std::uint32_t begin = take().span.begin;
  TupleExpr tuple;
  if (accept(TokenKind::RightParen)) return make(begin, {}, std::move(tuple));
  ExprPtr first = parse_expression();
  if (failed_) return first;
  if (accept(TokenKind::RightParen)) return first;
  if (!at(TokenKind::Comma)) {
    unexpected("`,` or `)`", foreign_notation_hint());
    return first;
  }
  take();
  tuple.items.push_back(std::move(first));
  parse_items(TokenKind::RightParen, tuple.items);
  const Reach reach = below(tuple.items);
  return make(begin, reach, std::move(tuple));
}

ExprPtr Parser::parse_tuple_comprehension() {
  const std::uint32_t begin = take().span.begin;
  const std::string form = "write `tuple(value for i in (0, 1, 2))`, or a tuple `(a, b)`";
  ComprehensionExpr node;
  if (!expect(TokenKind::LeftParen, "after `tuple`")) return bad_expression(span_from(begin));
  node.body = parse_expression();
  if (failed_) return bad_expression(span_from(begin));
  if (!at_word("for")) {
    unexpected("`for`", form);
    return bad_expression(span_from(begin));
  }
  take();
  auto variable = parse_identifier("a name after `for`");
  if (!variable) return bad_expression(span_from(begin));
  node.variable = std::move(*variable);
  if (!at_word("in")) {
    unexpected("`in`", form);
    return bad_expression(span_from(begin));
  }
  take();
  node.range = parse_expression(true);
  if (!failed_ && at_word("if")) {
    take();
    node.condition = parse_expression();
  }
  if (!failed_) expect(TokenKind::RightParen, "at the end of the comprehension");
  if (failed_) return bad_expression(span_from(begin));
  const Reach reach = below(node.body, node.range, node.condition);
  return make(begin, reach, std::move(node));
}

}  // namespace castra::lang::detail
