#include "lang/fixes_impl.h"
#include "machine/kinds.h"

namespace castra::lang::detail {
namespace {

/// How many operands made of names a statement starts with; 0 for words that start none.
int name_operands(std::string_view statement) {
  if (statement == "Region" || statement == "Layout" || statement == "CollectMemory") return 2;
  if (statement == "Task" || statement == "InstanceLimit" || statement == "TaskSteal") return 1;
  return 0;
}

FixIt without(const TokenText& tokens, std::size_t comma) {
  return {tokens[comma].span, tokens.adjacent(comma) ? " " : ""};
}

/// `Region foo, bar, GPU, FBMEM`: as many names as the statement has operands of names, then a
/// kind; the commas were meant to separate the operands. With more names only the last comma is
/// certain.
Fixes commas_between_operands(const TokenText& tokens, std::size_t kind) {
  if (!parse_processor_kind(tokens.text(kind)) && !parse_memory_kind(tokens.text(kind))) return {};
  if (kind == 0 || !tokens.is(kind - 1, TokenKind::Comma)) return {};
  Fixes commas;
  int names = 0;
  int lists = 1;
  for (std::size_t i = kind; i-- > 0;) {
    if (tokens.is(i, TokenKind::Comma)) {
      commas.push_back(without(tokens, i));
      continue;
    }
    const int operands = tokens.is(i, TokenKind::Word) ? name_operands(tokens.text(i)) : 0;
    if (operands > 0) {
      if (names == operands) return commas;
      return lists == operands ? Fixes{commas.front()} : Fixes{};
    }
    const bool name = tokens.is(i, TokenKind::Word) || tokens.is(i, TokenKind::String) ||
                      tokens.is(i, TokenKind::Integer) || tokens.is(i, TokenKind::Star);
    if (!name) return {};
    if (!tokens.is(i + 1, TokenKind::Comma)) ++lists;
    ++names;
  }
  return {};
}

/// `Region task region GPU, FBMEM`
Fixes comma_before_memory(const TokenText& tokens, std::size_t comma) {
  const bool between = comma > 0 && tokens.is(comma, TokenKind::Comma) &&
                       parse_processor_kind(tokens.text(comma - 1)).has_value() &&
                       parse_memory_kind(tokens.text(comma + 1)).has_value();
  return between ? Fixes{without(tokens, comma)} : Fixes{};
}

/// `Align=128`, `Align(128)`, `Align 128`
Fixes alignment(const TokenText& tokens, std::size_t i) {
  if (i == 0 || !tokens.is_word(i - 1, "Align")) return {};
  if (tokens.is(i, TokenKind::Assign) && tokens.is(i + 1, TokenKind::Integer))
    return {{tokens[i].span, "=="}};
  if (tokens.is(i, TokenKind::Integer))
    return {{{tokens[i - 1].span.end, tokens[i].span.begin}, "=="}};
  if (tokens.is(i, TokenKind::LeftParen) && tokens.is(i + 1, TokenKind::Integer) &&
      tokens.is(i + 2, TokenKind::RightParen))
    return {{tokens[i].span, "=="}, {tokens[i + 2].span, ""}};
  return {};
}

/// `Region task region GPU {FBMEM, ZCMEM};`, `Layout task region GPU (SOA, C_order);`
Fixes bracketed_list(const TokenText& tokens, const Diagnostic& d, std::size_t open) {
  const std::string expected = argument(d, "expected");
  const bool constraints = expected.starts_with("a layout constraint");
  if (!constraints && expected != "a memory kind" && expected != "a processor kind") return {};
  const auto close = opens(tokens[open].kind) ? tokens.partner(open) : std::nullopt;
  if (!close || *close == open + 1 || !tokens.is(*close + 1, TokenKind::Semicolon)) return {};
  Fixes fixes = {{tokens[open].span, open > 0 && tokens.adjacent(open - 1) ? " " : ""}};
  for (std::size_t i = open + 1; i < *close; ++i) {
    if (opens(tokens[i].kind) || tokens.is(i, TokenKind::Semicolon)) return {};
    if (tokens.is(i, TokenKind::Comma) && constraints) fixes.push_back(without(tokens, i));
  }
  fixes.push_back({tokens[*close].span, ""});
  return fixes;
}

/// What parentheses hold that may go: nothing, or the task that the function gets anyway.
bool dispensable(const TokenText& tokens, std::size_t open, std::size_t close) {
  if (close == open + 1) return true;
  const bool declared = close == open + 3 && tokens.is_word(open + 1, "Task");
  return (close == open + 2 || declared) &&
         (tokens.is_word(close - 1, "task") || tokens.is_word(close - 1, "t") ||
          tokens.is_word(close - 1, "Task"));
}

/// `IndexTaskMap task f(task);`
Fixes called_in_map(const TokenText& tokens, const Diagnostic& d, std::size_t open) {
  const auto close = tokens.partner(open);
  if (!close || !tokens.is(open, TokenKind::LeftParen) || argument(d, "expected") != "`;`")
    return {};
  if (!tokens.is(*close + 1, TokenKind::Semicolon) || !dispensable(tokens, open, *close)) return {};
  for (std::size_t i = open; i-- > 0 && !tokens.is(i, TokenKind::Semicolon);) {
    if (tokens.is_word(i, "IndexTaskMap") || tokens.is_word(i, "SingleTaskMap"))
      return {{{tokens[open].span.begin, tokens[*close].span.end}, ""}};
  }
  return {};
}

/// How many operands a statement has that can be written as a call with them; 0: none.
std::size_t operands_of(std::string_view statement) {
  if (statement == "Region") return 4;
  if (statement == "TaskSteal") return 3;
  if (statement == "ControlReplicate") return 1;
  const bool two = statement == "Task" || statement == "IndexTaskMap" ||
                   statement == "SingleTaskMap" || statement == "InstanceLimit" ||
                   statement == "CollectMemory";
  return two ? 2 : 0;
}

/// `Task(stencil, GPU);`
Fixes written_as_call(const TokenText& tokens, std::size_t open) {
  const auto close = tokens.partner(open);
  const bool call = open > 0 && close && tokens.is(open, TokenKind::LeftParen) &&
                    tokens.is(open - 1, TokenKind::Word) &&
                    tokens.is(*close + 1, TokenKind::Semicolon);
  if (!call) return {};
  const std::size_t wanted = operands_of(tokens.text(open - 1));
  if (wanted == 0 || *close - open != 2 * wanted) return {};
  std::string operands;
  for (std::size_t i = open + 1; i < *close; ++i) {
    const bool between = (i - open) % 2 == 0;
    if (between != tokens.is(i, TokenKind::Comma)) return {};
    if (between) continue;
    const bool operand = tokens.is(i, TokenKind::Word) || tokens.is(i, TokenKind::Star) ||
                         tokens.is(i, TokenKind::Integer) || tokens.is(i, TokenKind::String);
    if (!operand) return {};
    std::string text(tokens.text(i));
    if (tokens.is(i, TokenKind::String)) {
      const std::string value = string_value(text);
      if (is_identifier(value)) text = value;
    }
    operands += " " + text;
  }
  return {{{tokens[open].span.begin, tokens[*close].span.end}, operands}};
}

/// `Task a b GPU`: a name where the kind was expected.
Fixes names_without_comma(const TokenText& tokens, const Diagnostic& d, std::size_t i) {
  if (!d.help.starts_with("separate names with commas") || i == 0) return {};
  const std::uint32_t after = tokens[i - 1].span.end;
  return {{{after, after}, ","}};
}

/// `Region task region GPU GPU`
Fixes memory_of_processor(const TokenText& tokens, const Diagnostic& d, std::size_t i) {
  const auto kind = parse_processor_kind(tokens.text(i));
  if (!kind || argument(d, "expected") != "a memory kind") return {};
  return {{tokens[i].span, *kind == ProcessorKind::Gpu ? "FBMEM" : "SYSMEM"}};
}

}  // namespace

Fixes fix_rule(const TokenText& tokens, Finding finding, const Diagnostic& d) {
  if (finding != Finding::UnknownProcessor && finding != Finding::UnexpectedToken) return {};
  const std::size_t here = tokens.at(d.span.begin);
  if (finding == Finding::UnknownProcessor) return names_without_comma(tokens, d, here);
  for (const auto& fixer :
       {commas_between_operands, comma_before_memory, alignment, written_as_call}) {
    Fixes fixes = fixer(tokens, here);
    if (!fixes.empty()) return fixes;
  }
  if (Fixes fixes = called_in_map(tokens, d, here); !fixes.empty()) return fixes;
  if (Fixes fixes = bracketed_list(tokens, d, here); !fixes.empty()) return fixes;
  return memory_of_processor(tokens, d, here);
}

}  // namespace castra::lang::detail
