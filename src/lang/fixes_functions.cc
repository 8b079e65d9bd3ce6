#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lang/fixes_impl.h"

namespace castra::lang::detail {
namespace {

/// `return value` or `name = value` inside an `if`.
struct Outcome {
  std::string target;  ///< "return " or "name = "
  std::string value;
  std::size_t next = 0;  ///< first token after it
};

struct Branch {
  std::string condition;
  Outcome outcome;
};

/// One statement from token i on, ended by `;`, a closing brace or the end of its line.
std::optional<Outcome> read_outcome(const TokenText& tokens, std::size_t i) {
  Outcome outcome;
  std::size_t value = i + 1;
  if (tokens.is_word(i, "return")) {
    outcome.target = "return ";
  } else if (tokens.is(i, TokenKind::Word) && tokens.is(i + 1, TokenKind::Assign)) {
    outcome.target = std::string(tokens.text(i)) + " = ";
    value = i + 2;
  } else {
    return std::nullopt;
  }
  std::size_t end = value;
  for (int depth = 0; !tokens.is(end, TokenKind::End); ++end) {
    const TokenKind kind = tokens[end].kind;
    if (depth == 0 && end > value && tokens.starts_line(end)) break;
    if (depth == 0 && (kind == TokenKind::Semicolon || closes(kind))) break;
    if (opens(kind)) ++depth;
    if (closes(kind)) --depth;
  }
  if (end == value) return std::nullopt;
  outcome.value = tokens.text(value, end - 1);
  outcome.next = tokens.is(end, TokenKind::Semicolon) ? end + 1 : end;
  return outcome;
}

/// The same in braces, after a colon, or bare.
std::optional<Outcome> read_block(const TokenText& tokens, std::size_t i) {
  if (tokens.is(i, TokenKind::Colon)) return read_outcome(tokens, i + 1);
  if (!tokens.is(i, TokenKind::LeftBrace)) return read_outcome(tokens, i);
  auto outcome = read_outcome(tokens, i + 1);
  if (!outcome || !tokens.is(outcome->next, TokenKind::RightBrace)) return std::nullopt;
  ++outcome->next;
  return outcome;
}

/// After `if`: a condition and what follows from it.
std::optional<Branch> read_branch(const TokenText& tokens, std::size_t i) {
  std::size_t block = i;
  std::size_t first = i;
  std::size_t last = i;
  const auto close = tokens.is(i, TokenKind::LeftParen) ? tokens.partner(i) : std::nullopt;
  const auto begins_block = [&](std::size_t at) {
    return tokens.is(at, TokenKind::LeftBrace) || tokens.is(at, TokenKind::Colon) ||
           tokens.is_word(at, "return");
  };
  if (close && *close > i + 1 && begins_block(*close + 1)) {
    first = i + 1;
    last = *close - 1;
    block = *close + 1;
  } else {
    int depth = 0;
    while (!tokens.is(block, TokenKind::End) && (depth > 0 || !begins_block(block))) {
      if (opens(tokens[block].kind)) ++depth;
      if (closes(tokens[block].kind)) --depth;
      ++block;
    }
    if (block == i) return std::nullopt;
    last = block - 1;
  }
  auto outcome = read_block(tokens, block);
  if (!outcome) return std::nullopt;
  std::string condition = tokens.text(first, last);
  if (condition.find('?') != std::string::npos) condition = "(" + condition + ")";
  return Branch{std::move(condition), std::move(*outcome)};
}

/// A chain of ifs that all return, or all assign the same name, as one conditional value.
Fixes conditional_value(const TokenText& tokens, std::size_t start) {
  std::string text;
  std::string target;
  std::size_t at = start;
  for (;;) {
    const auto branch = read_branch(tokens, at + 1);
    if (!branch || (!target.empty() && branch->outcome.target != target)) return {};
    target = branch->outcome.target;
    std::string value = branch->outcome.value;
    if (value.find('?') != std::string::npos) value = "(" + value + ")";
    text += fmt::format("{} ? {} : ", branch->condition, value);
    at = branch->outcome.next;
    if (tokens.is_word(at, "elif")) continue;
    const bool otherwise = tokens.is_word(at, "else");
    if (otherwise && tokens.is_word(at + 1, "if")) {
      ++at;
      continue;
    }
    if (!otherwise && target == "return " && tokens.is_word(at, "if")) continue;
    if (!otherwise && target != "return ") return {};
    const auto last = otherwise ? read_block(tokens, at + 1) : read_outcome(tokens, at);
    if (!last || last->target != target) return {};
    const SourceSpan all = {tokens[start].span.begin, tokens[last->next - 1].span.end};
    return {{all, fmt::format("{}{}{};", target, text, last->value)}};
  }
}

/// `let x = ...`, `function f(...)`: the word is left out or replaced.
Fixes foreign_keyword(const TokenText& tokens, std::size_t i) {
  const std::string_view word = tokens.text(i);
  constexpr std::array<std::string_view, 6> kVariable = {"let",  "var",   "const",
                                                         "auto", "local", "static"};
  const bool names_variable =
      std::find(kVariable.begin(), kVariable.end(), word) != kVariable.end();
  if (names_variable && tokens.is(i + 1, TokenKind::Word) && tokens.is(i + 2, TokenKind::Assign))
    return {{{tokens[i].span.begin, tokens[i + 1].span.begin}, ""}};
  const bool function = word == "function" || word == "func" || word == "fn";
  if (function && tokens.is(i + 1, TokenKind::Word) && tokens.is(i + 2, TokenKind::LeftParen))
    return {{tokens[i].span, "def"}};
  return {};
}

/// `x := value`
Fixes walrus(const TokenText& tokens, std::size_t i) {
  if (!tokens.is(i, TokenKind::Word) || !tokens.is(i + 1, TokenKind::Colon) ||
      !tokens.is(i + 2, TokenKind::Assign) || !tokens.adjacent(i + 1))
    return {};
  return {{tokens[i + 1].span, ""}};
}

/// A processor as the last statement of a body, without `return`.
Fixes missing_return(const TokenText& tokens, std::size_t i) {
  const std::size_t end = tokens.expression_end(i);
  const bool last =
      tokens.is(end, TokenKind::Semicolon) && tokens.is(end + 1, TokenKind::RightBrace);
  const bool machine_index = tokens.is(i, TokenKind::Word) &&
                             tokens.is(i + 1, TokenKind::LeftBracket) && tokens.is_chain(i, end);
  if (!last || !machine_index) return {};
  return {{{tokens[i].span.begin, tokens[i].span.begin}, "return "}};
}

/// Python's `name: Type` and its return annotation `-> Type`.
Fixes annotation(const TokenText& tokens, std::size_t i) {
  constexpr std::array<std::string_view, 6> kTypes = {"int",    "bool",   "IPoint",
                                                      "ISpace", "MSpace", "Task"};
  const bool type = tokens.is(i + 1, TokenKind::Word) &&
                    std::find(kTypes.begin(), kTypes.end(), tokens.text(i + 1)) != kTypes.end();
  if (i > 0 && tokens.is(i, TokenKind::Colon) && tokens.is(i - 1, TokenKind::Word) && type) {
    return {{{tokens[i - 1].span.begin, tokens[i + 1].span.end},
             fmt::format("{} {}", tokens.text(i + 1), tokens.text(i - 1))}};
  }
  const bool arrow = i > 0 && tokens.is(i - 1, TokenKind::RightParen) &&
                     tokens.is(i, TokenKind::Minus) && tokens.is(i + 1, TokenKind::Greater) &&
                     tokens.adjacent(i) && tokens.is(i + 2, TokenKind::Word) &&
                     (tokens.is(i + 3, TokenKind::LeftBrace) || tokens.is(i + 3, TokenKind::Colon));
  if (!arrow) return {};
  return {{{tokens[i - 1].span.end, tokens[i + 2].span.end}, ""}};
}

/// A second assignment of a local variable: it and its later uses get a name of their own.
Fixes renamed(const TokenText& tokens, const Diagnostic& d) {
  const std::string name = argument(d, "name");
  const std::size_t at = tokens.at(d.span.begin);
  const auto def = tokens.enclosing_function(at);
  if (!def || d.labels.empty() || !tokens.is(at + 1, TokenKind::Assign)) return {};
  std::size_t open = *def;
  while (!tokens.is(open, TokenKind::LeftBrace) && !tokens.is(open, TokenKind::End)) ++open;
  const auto close = tokens.partner(open);
  if (!close || *close < at || d.labels.front().span.begin < tokens[*def].span.begin) return {};
  std::size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
  const std::string stem = name.substr(0, digits);
  std::string fresh;
  for (int n = 2; fresh.empty(); ++n) {
    const std::string candidate = stem + std::to_string(n);
    bool taken = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) taken = taken || tokens.is_word(i, candidate);
    if (!taken) fresh = candidate;
  }
  Fixes fixes = {{tokens[at].span, fresh}};
  std::size_t i = tokens.expression_end(at + 2);
  for (; i < *close; ++i) {
    if (tokens.is_word(i, "for") && tokens.is_word(i + 1, name)) return {};  // hides it
    if (tokens.is_word(i, name) && !tokens.is(i - 1, TokenKind::Dot))
      fixes.push_back({tokens[i].span, fresh});
  }
  return fixes;
}

/// `return (a, b);` where the program has one machine that it can index.
Fixes indexed_machine(const TokenText& tokens, const Diagnostic& d) {
  std::vector<std::string> machines;
  std::optional<std::size_t> def;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (opens(tokens[i].kind)) ++depth;
    if (closes(tokens[i].kind)) --depth;
    if (depth != 0 && !tokens.is(i, TokenKind::LeftParen)) continue;
    if (tokens.is_word(i, "def") && tokens.text(i + 1) == argument(d, "function")) def = i;
    if (tokens.is(i, TokenKind::Word) && tokens.is(i + 1, TokenKind::Assign) &&
        tokens.is_word(i + 2, "Machine"))
      machines.emplace_back(tokens.text(i));
  }
  if (!def || machines.size() != 1) return {};
  std::size_t tuple = *def;
  const bool one_of_several = d.labels.size() > 1;  // the label says which
  if (one_of_several) {
    tuple = tokens.at(d.labels[1].span.begin);
  } else {
    while (!tokens.is_word(tuple, "return") && !tokens.is(tuple, TokenKind::End)) ++tuple;
    ++tuple;
  }
  if (!tokens.is(tuple, TokenKind::LeftParen)) return {};
  const auto close = tokens.partner(tuple);
  if (!close) return {};
  const bool whole = one_of_several ? tokens[*close].span.end == d.labels[1].span.end
                                    : tokens.is(*close + 1, TokenKind::Semicolon);
  if (!whole) return {};
  return {{tokens[tuple].span, machines.front() + "["}, {tokens[*close].span, "]"}};
}

}  // namespace

Fixes fix_function(const TokenText& tokens, Finding finding, const Diagnostic& d) {
  const auto here = [&] { return tokens.at(d.span.begin); };
  switch (finding) {
    case Finding::NoSuchConstruct:
      return tokens.is_word(here(), "if") ? conditional_value(tokens, here())
                                          : foreign_keyword(tokens, here());
    case Finding::ExpressionStatement: {
      const Fixes fixes = walrus(tokens, here());
      return fixes.empty() ? missing_return(tokens, here()) : fixes;
    }
    case Finding::UnknownStatement: {
      const Fixes fixes = walrus(tokens, here());
      return fixes.empty() ? foreign_keyword(tokens, here()) : fixes;
    }
    case Finding::UnexpectedToken:
      return annotation(tokens, here());
    case Finding::Redefinition:
      return renamed(tokens, d);
    case Finding::WrongReturn:
      return indexed_machine(tokens, d);
    default:
      return {};
  }
}

}  // namespace castra::lang::detail
