#include <algorithm>

#include "lang/fixes_impl.h"
#include "lang/floor_division.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

/// Whether the statement that token i stands in computes a value.
bool in_expression(const TokenText& tokens, std::size_t i) {
  if (!tokens.is(i, TokenKind::Word) && !tokens.is(i, TokenKind::Integer) &&
      !closes(tokens[i].kind))
    return false;
  for (++i; i-- > 0;) {
    if (tokens.is(i, TokenKind::Assign) || tokens.is_word(i, "return")) return true;
    if (tokens.is(i, TokenKind::Semicolon) || tokens.is(i, TokenKind::LeftBrace)) return false;
  }
  return false;
}

/// Python's `//` after token `before` swallowed the rest of the line.
Fixes integer_division(const TokenText& tokens, std::uint32_t from) {
  const std::size_t last = tokens.at(from);
  if (last == 0 || !in_expression(tokens, last - 1)) return {};
  const std::string& all = tokens.source().text();
  const std::size_t line_end = std::min(all.find('\n', from), all.size());
  const std::string_view rest(all.data() + from, line_end - from);
  const std::size_t slashes = rest.find("//");
  if (slashes == std::string_view::npos || !trim(rest.substr(0, slashes)).empty()) return {};
  const auto any_word = [](std::string_view) { return true; };
  if (read_divisor(rest.substr(slashes + 2), any_word) != Divisor::Yes) return {};
  const auto begin = static_cast<std::uint32_t>(from + slashes);
  return {{{begin, begin + 2}, "/"}};
}

Fixes power(const TokenText& tokens, SourceSpan stars) {
  const std::size_t first = tokens.at(stars.begin);
  const std::size_t exponent = first + 2;
  if (first == 0 || !tokens.is(exponent, TokenKind::Integer)) return {};
  // Of `a ** b ** c` the right one is to be raised first.
  if (tokens.is(exponent + 1, TokenKind::Star) && tokens.is(exponent + 2, TokenKind::Star))
    return {};
  const std::int64_t times = tokens[exponent].integer;
  const auto base = tokens.chain_start(first - 1);
  if (!base || times < 2 || times > 4) return {};
  const std::string factor = tokens.text(*base, first - 1);
  std::string product = "(" + factor;
  for (std::int64_t i = 1; i < times; ++i) product += " * " + factor;
  return {{{tokens[*base].span.begin, tokens[exponent].span.end}, product + ")"}};
}

Fixes python_not(const TokenText& tokens, SourceSpan word) {
  const std::size_t first = tokens.at(word.begin) + 1;
  std::size_t end = first;
  for (int depth = 0; !tokens.is(end, TokenKind::End); ++end) {
    const TokenKind kind = tokens[end].kind;
    const bool ends = kind == TokenKind::AndAnd || kind == TokenKind::OrOr ||
                      kind == TokenKind::Question || kind == TokenKind::Colon ||
                      end == tokens.expression_end(end, {"and", "or", "if", "else"});
    if (depth == 0 && (ends || (end > first && tokens.starts_line(end)))) break;
    if (opens(kind)) ++depth;
    if (closes(kind)) --depth;
  }
  if (end == first) return {};
  const SourceSpan keyword = {word.begin, tokens[first].span.begin};
  if (tokens.is_chain(first, end)) return {{keyword, "!"}};
  const std::uint32_t close = tokens[end - 1].span.end;
  return {{keyword, "!("}, {{close, close}, ")"}};
}

/// `1.0`, where numbers are integers.
Fixes decimals(const TokenText& tokens, std::size_t fraction) {
  const bool number = fraction >= 2 && tokens.is(fraction, TokenKind::Integer) &&
                      tokens.is(fraction - 1, TokenKind::Dot) &&
                      tokens.is(fraction - 2, TokenKind::Integer) &&
                      tokens.adjacent(fraction - 2) && tokens.adjacent(fraction - 1);
  if (!number || tokens[fraction].integer != 0) return {};
  return {{{tokens[fraction - 1].span.begin, tokens[fraction].span.end}, ""}};
}

/// print(f"... {value} ...")
Fixes formatted_text(const TokenText& tokens, std::size_t prefix) {
  const std::size_t string = prefix + 1;
  if (!tokens.is_word(prefix, "f") || !tokens.adjacent(prefix) ||
      !tokens.is(string, TokenKind::String) || !tokens.is(string + 1, TokenKind::RightParen))
    return {};
  std::string_view rest = tokens.text(string);
  std::string text;
  std::string values;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    text += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) return {};
    const std::string_view value = trim(rest.substr(open + 1, close - open - 1));
    if (value.empty() || value.find_first_of("{:!=") != std::string_view::npos) return {};
    text += "{}";
    values += ", " + std::string(value);
    rest.remove_prefix(close + 1);
  }
  return {{{tokens[prefix].span.begin, tokens[string].span.end}, text + values}};
}

Fixes undefined(const TokenText& tokens, const Diagnostic& d) {
  const std::string name = argument(d, "name");
  if (name == "true" || name == "false") return {{d.span, name == "true" ? "True" : "False"}};
  const auto def = tokens.enclosing_function(tokens.at(d.span.begin));
  const auto parameter = def ? task_parameter(tokens, *def) : std::nullopt;
  if (!parameter) return {};
  if (name == "ipoint" || name == "ispace")
    return {{{d.span.begin, d.span.begin}, *parameter + "."}};
  if (name == "task" || name == "Task") return {{d.span, *parameter}};
  return {};
}

/// `machine[tuple]`: the only index is a tuple that was meant to be unpacked.
Fixes unpacked(const TokenText& tokens, SourceSpan span) {
  const std::size_t first = tokens.at(span.begin);
  const std::size_t after = tokens.at(span.end);
  if (first == 0 || !tokens.is(first - 1, TokenKind::LeftBracket) ||
      !tokens.is(after, TokenKind::RightBracket))
    return {};
  const SourceSpan before = {span.begin, span.begin};
  if (tokens.is_chain(first, after)) return {{before, "*"}};
  return {{before, "*("}, {{span.end, span.end}, ")"}};
}

/// `machine[*a % b]`: `*` binds to `a` alone.
Fixes unpacked_as_a_whole(const TokenText& tokens, SourceSpan span) {
  const std::size_t star = tokens.at(span.begin);
  if (star == 0) return {};
  const TokenKind before = tokens[star - 1].kind;
  const bool item = before == TokenKind::LeftBracket || before == TokenKind::LeftParen ||
                    before == TokenKind::Comma;
  const std::size_t end = tokens.expression_end(star + 1);
  const bool whole = tokens.is(end, TokenKind::RightBracket) ||
                     tokens.is(end, TokenKind::RightParen) || tokens.is(end, TokenKind::Comma);
  if (!item || !whole || end <= star + 1) return {};
  const std::uint32_t close = tokens[end - 1].span.end;
  if (close <= span.end) return {};
  const std::uint32_t open = tokens[star].span.end;
  return {{{open, open}, "("}, {{close, close}, ")"}};
}

/// `machine[a][b]`
Fixes one_pair_of_brackets(const TokenText& tokens, SourceSpan span) {
  const std::size_t next = tokens.at(span.end);
  if (next == 0 || !tokens.is(next, TokenKind::LeftBracket) ||
      !tokens.is(next - 1, TokenKind::RightBracket))
    return {};
  return {{{tokens[next - 1].span.begin, tokens[next].span.end}, ", "}};
}

/// `machine.size()`
Fixes without_call(const TokenText& tokens, SourceSpan member) {
  const std::size_t open = tokens.at(member.end);
  if (!tokens.is(open, TokenKind::LeftParen) || !tokens.is(open + 1, TokenKind::RightParen))
    return {};
  return {{{tokens[open].span.begin, tokens[open + 1].span.end}, ""}};
}

}  // namespace

Fixes fix_expression(const TokenText& tokens, Finding finding, const Diagnostic& d) {
  switch (finding) {
    case Finding::MissingSemicolon:
      return integer_division(tokens, d.span.begin);
    case Finding::UnexpectedToken: {
      const std::size_t here = tokens.at(d.span.begin);
      if (here == 0) return {};
      Fixes fixes = integer_division(tokens, tokens[here - 1].span.end);
      if (fixes.empty()) fixes = decimals(tokens, here);
      if (fixes.empty()) fixes = formatted_text(tokens, here);
      return fixes;
    }
    case Finding::WrongOperator:
      if (argument(d, "operator") == "**") return power(tokens, d.span);
      return argument(d, "operator") == "not" ? python_not(tokens, d.span) : Fixes{};
    case Finding::UndefinedName:
      return undefined(tokens, d);
    case Finding::TypeMismatch:
      if (argument(d, "user") == "a machine's index") return unpacked(tokens, d.span);
      return {};
    case Finding::BadUnpack:
      return unpacked_as_a_whole(tokens, d.span);
    case Finding::WrongIndexCount:
      return one_pair_of_brackets(tokens, d.span);
    case Finding::NotCallable:
      return without_call(tokens, d.span);
    default:
      return {};
  }
}

}  // namespace castra::lang::detail
