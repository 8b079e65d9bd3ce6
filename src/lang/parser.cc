#include "lang/parser.h"

#include <algorithm>
#include <array>

#include "lang/familiar_kinds.h"
#include "lang/floor_division.h"
#include "lang/keywords.h"
#include "lang/parser_impl.h"
#include "support/text.h"

namespace castra::lang {

Ast parse(const SourceFile& source, DiagnosticSink& sink, const Profile& profile) {
  if (source.text().size() > kMaxSourceBytes) {
    sink.report(diagnose(Finding::SourceTooLarge, {0, 0}, source.text().size(), kMaxSourceBytes));
    return {};
  }
  return detail::Parser(source, lex(source, sink), sink, profile).parse_program();
}

namespace detail {
namespace {

std::optional<MemoryKind> memory_kind(std::string_view word) {
  if (word == kRegisteredAlias) return MemoryKind::Registered;
  return parse_memory_kind(word);
}

template <typename Kinds>
std::vector<std::string> spellings(const Kinds& kinds) {
  std::vector<std::string> words;
  for (const auto kind : kinds) words.emplace_back(to_string(kind));
  return words;
}

/// The kind among `kinds` that is meant by a word, or empty. Nothing is like a word that is known
/// to mean a kind of the other sort.
template <typename Kinds>
std::string meant_kind(std::string_view word, const Kinds& kinds) {
  const std::vector<std::string> words = spellings(kinds);
  const std::string_view familiar = familiar_kind(word);
  if (familiar.empty()) return did_you_mean(word, words).value_or("");
  return std::find(words.begin(), words.end(), familiar) == words.end() ? ""
                                                                        : std::string(familiar);
}

}  // namespace

bool is_statement_keyword(std::string_view word) {
  const auto words = statement_keywords();
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_keyword(std::string_view word) {
  const auto others = other_keywords();
  return is_statement_keyword(word) ||
         std::find(others.begin(), others.end(), word) != others.end();
}

bool is_reserved(std::string_view word) {
  return is_keyword(word) || parse_processor_kind(word) || memory_kind(word);
}

Ast Parser::parse_program() {
  while (!at(TokenKind::End)) parse_statement();
  return std::move(ast_);
}

// Cursor

const Token& Parser::previous() const { return tokens_[at_ == 0 ? 0 : at_ - 1]; }

const Token& Parser::take() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::at_word(std::string_view word) const {
  return at(TokenKind::Word) && text(peek()) == word;
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

std::string Parser::describe(const Token& token) const {
  switch (token.kind) {
    case TokenKind::End:
      return "the end of the file";
    case TokenKind::String:
      return "the string " + quoted_excerpt(text(token));
    case TokenKind::Integer:
      return "the number `" + quoted_excerpt(text(token)) + "`";
    default:
      return "`" + quoted_excerpt(text(token)) + "`";
  }
}

SourceSpan Parser::span_from(std::uint32_t begin) const {
  return {begin, std::max(begin, previous().span.end)};
}

bool Parser::at_line_start() const {
  if (at_ == 0 || at(TokenKind::End)) return true;
  return line_of(peek().span.begin) > line_of(previous().span.begin);
}

// Errors and recovery

/// The token is a string that swallowed the rest of its line.
bool Parser::unclosed(const Token& token) const {
  if (token.kind != TokenKind::String) return false;
  const std::string_view string = text(token);
  const std::string& all = source_.text();
  const bool to_line_end = token.span.end == all.size() || all[token.span.end] == '\n';
  return to_line_end && (string.size() == 1 || string.back() != string.front());
}

/// What is missing after an unclosed string is no second mistake.
void Parser::report(Diagnostic diagnostic) {
  if (at_ == 0 || !unclosed(previous())) sink_.report(std::move(diagnostic));
}

void Parser::unexpected(std::string_view expected, std::string help) {
  failed_ = true;
  Diagnostic d = diagnose(Finding::UnexpectedToken, peek().span, expected, describe(peek()));
  d.help = std::move(help);
  report(std::move(d));
}

bool Parser::expect(TokenKind kind, std::string_view where) {
  if (accept(kind)) return true;
  unexpected(fmt::format("`{}` {}", to_string(kind), where), foreign_operator_hint());
  return false;
}

bool Parser::expect_semicolon() {
  if (accept(TokenKind::Semicolon)) return true;
  const SourceSpan after = {previous().span.end, previous().span.end};
  const bool plausible =
      at_line_start() || at(TokenKind::RightBrace) ||
      (at(TokenKind::Word) && (is_statement_keyword(text(peek())) || text(peek()) == "return"));
  if (!plausible) {
    unexpected("`;`", foreign_notation_hint());
    return false;
  }
  const std::string hint = foreign_notation_hint();
  const bool line_end_will_do = (lines_end_ || at_line_start()) && hint.empty();
  Diagnostic d = line_end_will_do
                     ? diagnose(Finding::PaperLineEnd, after)
                     : diagnose(Finding::MissingSemicolon, after, describe(previous()));
  d.help = hint.empty() ? "add `;` at the end of the statement" : hint;
  if (hint.empty()) d.fixes.push_back({after, ";"});
  report(std::move(d));
  return true;
}

/// The statement that is being read assigns or returns a value.
bool Parser::statement_has_value() const {
  for (std::size_t i = at_; i-- > 0;) {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::Assign) return true;
    if (token.kind == TokenKind::Word && text(token) == "return") return true;
    if (token.kind == TokenKind::Semicolon || token.kind == TokenKind::LeftBrace) return false;
  }
  return false;
}

/// What the notation of another language at this place should be; empty if it is none.
std::string Parser::foreign_notation_hint() {
  if (at(TokenKind::Comma) && statement_has_value())
    return "a tuple stands in parentheses: `(a, b)`";
  return foreign_operator_hint();
}

/// The same for operators alone. Python's integer division starts a comment and swallows the rest
/// of the line.
std::string Parser::foreign_operator_hint() {
  if (at_word("mod")) return "the remainder is written `%`: `x % 4`";
  if (at_word("div")) return "division of integers is written `/`: `x / 4`";
  const std::uint32_t from = previous().span.end;
  std::string_view rest = source_.slice({from, peek().span.begin});
  rest = rest.substr(0, rest.find('\n'));
  const std::size_t slashes = rest.find("//");
  if (slashes == std::string_view::npos || !statement_has_value()) return {};
  const bool ended = rest.find(';', slashes) != std::string_view::npos;
  if (words_.empty()) {
    for (const Token& token : tokens_) {
      if (token.kind == TokenKind::Word) words_.insert(text(token));
    }
  }
  const auto known = [this](std::string_view word) { return words_.contains(word); };
  const bool remark = !ended && read_divisor(rest.substr(slashes + 2), known) == Divisor::No;
  if (remark) return {};
  return "`//` starts a comment; integer division is `/`";
}

void Parser::skip_statement() {
  failed_ = false;
  int braces = 0;
  while (!at(TokenKind::End)) {
    if (braces == 0) {
      if (at(TokenKind::RightBrace)) return;
      if (at(TokenKind::Word) && at_line_start() && is_statement_keyword(text(peek()))) return;
    }
    const TokenKind taken = take().kind;
    if (taken == TokenKind::LeftBrace) ++braces;
    if (taken == TokenKind::RightBrace && --braces == 0 && !at_word("else") && !at_word("elif"))
      return;
    if (taken == TokenKind::Semicolon && braces == 0) return;
  }
}

// Lists

std::optional<Identifier> Parser::parse_identifier(std::string_view what) {
  if (at(TokenKind::Word) && !is_reserved(text(peek()))) {
    const Token& token = take();
    return Identifier{std::string(text(token)), token.span};
  }
  std::string help;
  if (at(TokenKind::Word)) {
    help = fmt::format("`{0}` is a keyword; choose another name", text(peek()));
  }
  unexpected(what, std::move(help));
  return std::nullopt;
}

std::optional<Target> Parser::parse_name_target(std::string_view what, bool allow_index) {
  const Token& token = peek();
  if (accept(TokenKind::Star)) return Target{Any{}, token.span};
  if (accept(TokenKind::String)) return Target{string_value(text(token)), token.span};
  if (at(TokenKind::Word) && !is_reserved(text(token))) {
    take();
    return Target{std::string(text(token)), token.span};
  }
  if (allow_index && at(TokenKind::Integer)) {
    take();
    if (token.integer > 1000000) {
      report(diagnose(Finding::BadCount, token.span,
                      fmt::format("argument position {}", token.integer)));
      return Target{Any{}, token.span};
    }
    return Target{static_cast<int>(token.integer), token.span};
  }
  std::string help;
  const bool call = at(TokenKind::LeftParen) && previous().kind == TokenKind::Word &&
                    is_statement_keyword(text(previous()));
  if (call) {
    help = fmt::format("a statement is no call: separate its operands by spaces, as in `{}`",
                       text(previous()) == "Region" ? "Region task region GPU FBMEM;"
                       : text(previous()) == "IndexTaskMap" || text(previous()) == "SingleTaskMap"
                           ? fmt::format("{} task function;", text(previous()))
                           : "Task task GPU;");
  } else if (at(TokenKind::Word)) {
    help = fmt::format(
        "name the {0}, or write `*` for all; a {0} that is really called `{1}` is written \"{1}\"",
        what, text(token));
  } else if (at(TokenKind::Integer) || at(TokenKind::Semicolon)) {
    help = fmt::format("name the {}, or write `*` for all", what);
  }
  unexpected(fmt::format("a {} name{} or `*`", what, allow_index ? ", an argument position" : ""),
             std::move(help));
  return std::nullopt;
}

std::optional<Target> Parser::parse_kind_target() {
  const SourceSpan span = peek().span;
  const auto kind = parse_processor();
  if (!kind) return std::nullopt;
  return Target{*kind, span};
}

/// What a comma that separates operands is replaced by.
std::string Parser::comma_space() const { return peek().span.end == peek(1).span.begin ? " " : ""; }

void Parser::report_star_in_list(SourceSpan star) {
  failed_ = true;
  Diagnostic d = diagnose(Finding::StarInList, star);
  d.help = "`*` names everything: write it alone, without the other names";
  if (at(TokenKind::Comma)) {
    d.help = "`*` names everything; separate the operands of a statement by spaces, without commas";
    d.fixes.push_back({peek().span, comma_space()});
  }
  report(std::move(d));
}

std::optional<std::vector<Target>> Parser::parse_targets(std::string_view what, bool allow_index) {
  std::vector<Target> targets;
  do {
    const bool in_list = !targets.empty();
    if (in_list && at(TokenKind::Word) && is_reserved(text(peek()))) {
      unexpected(
          fmt::format("a {} name", what),
          "the operands of a statement are separated by spaces, only names in a list by commas");
      return std::nullopt;
    }
    auto target = parse_name_target(what, allow_index);
    if (!target) return std::nullopt;
    targets.push_back(std::move(*target));
    const bool star = targets.back().any() && (in_list || at(TokenKind::Comma));
    if (!star) continue;
    report_star_in_list(targets.back().span);
    return std::nullopt;
  } while (accept(TokenKind::Comma));
  return targets;
}

std::optional<ProcessorKind> Parser::parse_processor() {
  if (at(TokenKind::Word)) {
    const std::string word(text(peek()));
    if (const auto kind = parse_processor_kind(word)) {
      take();
      return kind;
    }
    Diagnostic d = diagnose(Finding::UnknownProcessor, peek().span, quoted_excerpt(word));
    const std::string nearest = meant_kind(word, kAllProcessorKinds);
    if (memory_kind(word)) {
      d = diagnose(Finding::UnexpectedToken, peek().span, "a processor kind",
                   fmt::format("the memory kind `{}`", word));
    } else if (peek(1).kind == TokenKind::Word && parse_processor_kind(text(peek(1))) &&
               nearest.empty()) {
      d.help = fmt::format("separate names with commas: `{}, {}`", text(previous()), word);
      d.fixes.push_back({{previous().span.end, previous().span.end}, ","});
    } else if (!nearest.empty()) {
      d.help = fmt::format("did you mean `{}`?", nearest);
      d.fixes.push_back({peek().span, nearest});
    } else if (const std::string_view memory = familiar_kind(word); !memory.empty()) {
      d.help = fmt::format(
          "`{}` is the memory kind {}; processor kinds are CPU, GPU, OMP, IO, PY "
          "and PROC",
          word, memory);
    }
    if (d.help.empty()) d.help = "processor kinds are CPU, GPU, OMP, IO, PY and PROC";
    failed_ = true;
    report(std::move(d));
    return std::nullopt;
  }
  unexpected("a processor kind", opens_list(peek().kind)
                                     ? "processor kinds stand without brackets: `GPU, CPU`"
                                     : "processor kinds are CPU, GPU, OMP, IO, PY and PROC");
  return std::nullopt;
}

std::optional<MemoryKind> Parser::parse_memory() {
  constexpr std::string_view kKinds =
      "memory kinds are SYSMEM, FBMEM, ZCMEM, SOCKMEM, RDMEM and VIRTUAL";
  if (!at(TokenKind::Word)) {
    unexpected("a memory kind", opens_list(peek().kind)
                                    ? "memory kinds stand without brackets: `FBMEM, ZCMEM`"
                                    : std::string(kKinds));
    return std::nullopt;
  }
  const std::string word(text(peek()));
  if (const auto kind = memory_kind(word)) {
    take();
    return kind;
  }
  failed_ = true;
  if (const auto processor = parse_processor_kind(word)) {
    const std::string_view usual = *processor == ProcessorKind::Gpu ? "FBMEM" : "SYSMEM";
    Diagnostic d = diagnose(Finding::UnexpectedToken, peek().span, "a memory kind",
                            fmt::format("the processor kind `{}`", word));
    d.help = fmt::format("the memory of a {} is `{}`", word, usual);
    report(std::move(d));
    return std::nullopt;
  }
  Diagnostic d = diagnose(Finding::UnknownMemory, peek().span, quoted_excerpt(word));
  const std::string nearest = meant_kind(word, kAllMemoryKinds);
  const std::string_view familiar = familiar_kind(word);
  if (nearest.empty()) {
    d.help = familiar.empty()
                 ? std::string(kKinds)
                 : fmt::format("`{}` is the processor kind {}; {}", word, familiar, kKinds);
  } else {
    d.help = fmt::format("did you mean `{}`?", nearest);
    d.fixes.push_back({peek().span, nearest});
  }
  report(std::move(d));
  return std::nullopt;
}

bool Parser::continue_list(const Token& first_of_last) {
  const Token comma = peek();
  if (accept(TokenKind::Comma)) {
    const bool next_statement =
        at(TokenKind::Word) && at_line_start() && is_statement_keyword(text(peek()));
    if (!at(TokenKind::Semicolon) && !next_statement) return true;
    Diagnostic d = diagnose(Finding::TrailingComma, comma.span);
    d.help =
        next_statement ? "the list ends here: write `;` instead of the comma" : "remove the comma";
    d.fixes.push_back({comma.span, ""});
    report(std::move(d));
    return false;
  }
  if (!at(TokenKind::Word)) return false;
  const std::string_view word = text(peek());
  const bool kind = parse_processor_kind(word) || memory_kind(word);
  if (!kind && at_line_start()) return false;
  if (is_statement_keyword(word)) return false;
  if (kind) {
    Diagnostic d = diagnose(Finding::PaperSpaces, peek().span, text(first_of_last), word);
    d.help = fmt::format("write `{}, {}`", text(first_of_last), word);
    d.fixes.push_back({{previous().span.end, previous().span.end}, ","});
    report(std::move(d));
  }
  return true;
}

template <typename Kind>
std::optional<std::vector<Located<Kind>>> Parser::parse_kinds(
    std::optional<Kind> (Parser::*parse_one)()) {
  std::vector<Located<Kind>> kinds;
  Token last;
  do {
    last = peek();
    const auto kind = (this->*parse_one)();
    if (!kind) return std::nullopt;
    kinds.push_back({*kind, last.span});
  } while (continue_list(last));
  return kinds;
}

std::optional<std::vector<Located<ProcessorKind>>> Parser::parse_processors() {
  return parse_kinds<ProcessorKind>(&Parser::parse_processor);
}

std::optional<std::vector<Located<MemoryKind>>> Parser::parse_memories() {
  return parse_kinds<MemoryKind>(&Parser::parse_memory);
}

std::optional<std::int64_t> Parser::parse_count(std::string_view what) {
  if (!at(TokenKind::Integer)) {
    std::string help;
    if (at(TokenKind::Assign)) help = "leave out the `=`";
    if (at(TokenKind::Minus)) help = "it is 0 or more";
    unexpected(what, std::move(help));
    return std::nullopt;
  }
  return take().integer;
}

}  // namespace detail
}  // namespace castra::lang
