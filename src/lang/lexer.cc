#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "lang/bit_operators.h"
#include "lang/characters.h"
#include "lang/diagnostics.h"
#include "lang/keywords.h"
#include "lang/lookalikes.h"
#include "lang/token.h"
#include "support/check.h"

namespace castra::lang {
namespace {

std::optional<TokenKind> two_character(char a, char b) {
  if (b == '=') {
    switch (a) {
      case '<':
        return TokenKind::LessEqual;
      case '>':
        return TokenKind::GreaterEqual;
      case '=':
        return TokenKind::EqualEqual;
      case '!':
        return TokenKind::NotEqual;
      default:
        return std::nullopt;
    }
  }
  if (a == '&' && b == '&') return TokenKind::AndAnd;
  if (a == '|' && b == '|') return TokenKind::OrOr;
  return std::nullopt;
}

std::optional<TokenKind> one_character(char c) {
  switch (c) {
    case '(':
      return TokenKind::LeftParen;
    case ')':
      return TokenKind::RightParen;
    case '{':
      return TokenKind::LeftBrace;
    case '}':
      return TokenKind::RightBrace;
    case '[':
      return TokenKind::LeftBracket;
    case ']':
      return TokenKind::RightBracket;
    case ',':
      return TokenKind::Comma;
    case ';':
      return TokenKind::Semicolon;
    case ':':
      return TokenKind::Colon;
    case '?':
      return TokenKind::Question;
    case '.':
      return TokenKind::Dot;
    case '+':
      return TokenKind::Plus;
    case '-':
      return TokenKind::Minus;
    case '*':
      return TokenKind::Star;
    case '/':
      return TokenKind::Slash;
    case '%':
      return TokenKind::Percent;
    case '=':
      return TokenKind::Assign;
    case '<':
      return TokenKind::Less;
    case '>':
      return TokenKind::Greater;
    case '!':
      return TokenKind::Bang;
    default:
      return std::nullopt;
  }
}

/// By its byte order mark, or by the zeros beside the first two characters.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return true;
  if (text.size() < 4) return false;
  const auto zero = [&](std::size_t i) { return text[i] == '\0'; };
  return zero(0) == zero(2) && zero(1) == zero(3) && zero(0) != zero(1);
}

/// Lines that start with three backquotes: where the block of a Markdown text begins and ends.
std::vector<SourceSpan> fence_lines(std::string_view text) {
  std::vector<SourceSpan> fences;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::size_t first = text.find_first_not_of(" \t", begin);
    if (first < end && text.substr(first).starts_with("```"))
      fences.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return fences;
}

class Lexer {
 public:
  Lexer(const SourceFile& source, DiagnosticSink& sink) : text_(source.text()), sink_(sink) {}

  std::vector<Token> run() {
    tokens_.reserve(16 + text_.size() / 3);          // usual programs have fewer
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark
    if (is_utf16(text_)) refuse_utf16();
    skip_markdown();
    for (;;) {
      skip_blanks_and_comments();
      if (at_ >= text_.size()) break;
      lex_one();
    }
    tokens_.push_back({TokenKind::End, span_from(static_cast<std::uint32_t>(text_.size())), 0});
    settle_single_logical();
    return std::move(tokens_);
  }

 private:
  void refuse_utf16() {
    Diagnostic d = diagnose(Finding::UnknownCharacter, {0, 2}, quoted_excerpt(text_.substr(0, 2)));
    d.help = "this is a text in UTF-16: save it as UTF-8";
    sink_.report(std::move(d));
    at_ = static_cast<std::uint32_t>(text_.size());
  }

  /// Of a reply of a language model the first block alone is the program.
  void skip_markdown() {
    if (text_.find("```") == std::string_view::npos) return;
    const std::vector<SourceSpan> fences = fence_lines(text_);
    if (fences.empty()) return;
    const auto size = static_cast<std::uint32_t>(text_.size());
    Diagnostic d = diagnose(Finding::MarkdownFence, fences.front());
    d.help = "give the program alone, without the lines of backquotes and what is outside them";
    d.fixes.push_back({{0, fences.front().end}, ""});
    if (fences.size() > 1) d.fixes.push_back({{fences[1].begin, size}, ""});
    d.fix_is_certain = fences.size() <= 2;
    sink_.report(std::move(d));
    at_ = fences.front().end;
    if (fences.size() > 1) text_ = text_.substr(0, fences[1].begin);
  }

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  SourceSpan span_from(std::uint32_t begin) const { return {begin, at_}; }
  void push(TokenKind kind, std::uint32_t begin) { tokens_.push_back({kind, span_from(begin), 0}); }

  void skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      if (is_blank(peek())) {
        ++at_;
      } else if (peek() == '#' || (peek() == '/' && peek(1) == '/')) {
        while (at_ < text_.size() && !ends_comment(text_, at_)) ++at_;
      } else {
        return;
      }
    }
  }

  void lex_one() {
    const std::uint32_t begin = at_;
    const char c = peek();
    if (is_letter(c)) {
      while (is_word(peek())) ++at_;
      return push(TokenKind::Word, begin);
    }
    if (is_digit(c)) return lex_number();
    if (c == '"' || c == '\'') return lex_string(c);
    if (c == '/' && peek(1) == '*') return lex_block_comment();
    if ((c == '<' || c == '>') && peek(1) == c) return lex_bit_operator(2);
    if (const auto kind = two_character(c, peek(1))) {
      at_ += 2;
      return push(*kind, begin);
    }
    if (const auto kind = one_character(c)) {
      ++at_;
      return push(*kind, begin);
    }
    if (c == '&' || c == '|' || c == '^' || c == '~') return lex_bit_operator(1);
    lex_unknown();
  }

  void lex_block_comment() {
    const std::uint32_t begin = at_;
    const std::size_t close = unclosed_ ? std::string_view::npos : text_.find("*/", begin + 2);
    unclosed_ = close == std::string_view::npos;
    Diagnostic d = diagnose(Finding::UnknownCharacter, {begin, begin + 2}, "/*");
    d.help = "a comment runs from `#` or `//` to the end of its line";
    at_ = begin + 2;
    if (close != std::string_view::npos) {
      at_ = static_cast<std::uint32_t>(close) + 2;
      const std::size_t next = std::min(text_.find_first_not_of(" \t\r", at_), text_.size());
      const bool last = next == text_.size() || text_[next] == '\n';
      if (last && text_.substr(begin, at_ - begin).find('\n') == std::string_view::npos) {
        d.fixes.push_back({{begin, begin + 2}, "//"});
        d.fixes.push_back({{at_ - 2, at_}, ""});
      }
    }
    sink_.report(std::move(d));
  }

  void lex_number() {
    const std::uint32_t begin = at_;
    std::int64_t value = 0;
    bool fits = true;
    for (; is_digit(peek()); ++at_) {
      const int digit = peek() - '0';
      if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) fits = false;
      if (fits) value = value * 10 + digit;
    }
    const std::uint32_t digits_end = at_;
    while (is_word(peek())) ++at_;
    const std::string word = quoted_excerpt(text_.substr(begin, at_ - begin));
    if (at_ != digits_end) {
      Diagnostic d = diagnose(Finding::BadNumber, span_from(begin), word);
      const bool number = is_digit(word.back()) || word.find('_') != std::string::npos ||
                          word.starts_with("0x") || word.starts_with("0X");
      d.help = number ? "integers are written in decimal digits alone; a name that starts with a "
                        "digit stands in quotes"
                      : "put a name that starts with a digit in quotes: \"" + word + "\"";
      sink_.report(std::move(d));
      return push(TokenKind::Word, begin);
    }
    if (!fits) {
      sink_.report(diagnose(Finding::IntegerTooLarge, span_from(begin), word));
    }
    tokens_.push_back({TokenKind::Integer, span_from(begin), value});
  }

  void lex_string(char delimiter) {
    const std::uint32_t begin = at_++;
    while (at_ < text_.size() && peek() != delimiter && peek() != '\n') {
      at_ += peek() == '\\' && (peek(1) == '"' || peek(1) == '\\') ? 2 : 1;
    }
    const bool closed = peek() == delimiter && at_ < text_.size();
    if (!closed && delimiter == '"' && close_with_lookalike(begin)) return;
    if (closed) ++at_;
    if (delimiter == '\'') {
      Diagnostic d = diagnose(Finding::UnknownCharacter, {begin, begin + 1}, "'");
      d.help = "use double quotes: \"name\"";
      if (closed) {
        d.fixes.push_back({{begin, begin + 1}, "\""});
        d.fixes.push_back({{at_ - 1, at_}, "\""});
      }
      sink_.report(std::move(d));
    } else if (!closed) {
      Diagnostic d = diagnose(Finding::UnterminatedString, span_from(begin));
      d.help = "it begins here and must end on this line: add `\"` at the end of the name or text";
      sink_.report(std::move(d));
    }
    push(TokenKind::String, begin);
  }

  /// The token before is a type that stands in a list of parameters: `Task &` of C++.
  bool after_parameter_type() const {
    if (tokens_.size() < 2 || tokens_.back().kind != TokenKind::Word) return false;
    const SourceSpan span = tokens_.back().span;
    const std::string_view word = text_.substr(span.begin, span.end - span.begin);
    const auto types = parameter_types();
    const auto named = [&](ParameterType type) { return to_string(type) == word; };
    return std::any_of(types.begin(), types.end(), named);
  }

  /// Read as the arithmetic that comes nearest; suggest_fixes() says what to write instead.
  void lex_bit_operator(std::uint32_t length) {
    const std::uint32_t begin = at_;
    at_ += length;
    const std::string_view sign = text_.substr(begin, length);
    if (sign == "&" && after_parameter_type()) {
      Diagnostic d =
          diagnose(Finding::UnexpectedToken, span_from(begin), "a parameter name", "`&`");
      d.help = "there are no references: write `Task task`";
      const bool joined = is_word(text_[begin - 1]) && is_word(peek());
      d.fixes.push_back({span_from(begin), joined ? " " : ""});
      return sink_.report(std::move(d));
    }
    Diagnostic d = diagnose(Finding::WrongOperator, span_from(begin), sign);
    d.help = bit_operator_help(sign);
    sink_.report(std::move(d));
    if (sign == "~") return push(TokenKind::Minus, begin);
    if (sign == "^") return push(TokenKind::Plus, begin);
    if (sign == "<<") return push(TokenKind::Star, begin);
    if (sign == ">>") return push(TokenKind::Slash, begin);
    logical_.push_back(tokens_.size());
    push(TokenKind::Percent, begin);
  }

  /// A single `&` or `|` between truth values is read as the doubled one.
  void settle_single_logical() {
    for (const std::size_t i : logical_) {
      const std::string_view sign = text_.substr(tokens_[i].span.begin, 1);
      if (joins_truth_values(tokens_, i))
        tokens_[i].kind = sign == "&" ? TokenKind::AndAnd : TokenKind::OrOr;
    }
  }

  void lex_unknown() {
    const std::uint32_t begin = at_;
    if (const Lookalike* sign = find_lookalike(text_.substr(at_))) return lex_lookalike(*sign);
    do {
      ++at_;
    } while (at_ < text_.size() && !is_blank(peek()) && !is_word(peek()) && peek() != '"' &&
             peek() != '\'' && peek() != '#' && !one_character(peek()) &&
             find_lookalike(text_.substr(at_)) == nullptr);
    const std::string shown = quoted_excerpt(text_.substr(begin, at_ - begin), 24);
    sink_.report(diagnose(Finding::UnknownCharacter, span_from(begin), shown));
  }

  void lex_lookalike(const Lookalike& sign) {
    const std::uint32_t begin = at_;
    at_ += static_cast<std::uint32_t>(sign.sign.size());
    const bool blank = sign.ascii == " ";
    Diagnostic d = diagnose(Finding::UnknownCharacter, span_from(begin), sign.sign);
    d.help = blank ? std::string("it is not the ordinary blank")
                   : fmt::format("write the ASCII sign `{}`", sign.ascii);
    d.fixes.push_back({span_from(begin), std::string(sign.ascii)});
    if (sign.ascii == "\"") {
      const std::uint32_t closing = closing_quote();
      if (closing < text_.size() && text_[closing] != '\n') {
        const Lookalike* last = find_lookalike(text_.substr(closing));
        at_ = closing + static_cast<std::uint32_t>(last == nullptr ? 1 : last->sign.size());
        if (last != nullptr) d.fixes.push_back({{closing, at_}, "\""});
      } else {
        d.fixes.clear();
        at_ = closing;
      }
      sink_.report(std::move(d));
      return push(TokenKind::String, begin);
    }
    sink_.report(std::move(d));
    if (blank) return;
    const char second = sign.ascii.size() > 1 ? sign.ascii[1] : '\0';
    const auto kind =
        second != '\0' ? two_character(sign.ascii[0], second) : one_character(sign.ascii[0]);
    CASTRA_CHECK(kind.has_value(), "a lookalike stands for a sign of the language");
    push(*kind, begin);
  }

  /// `"name` whose closing quote is a typographic one.
  bool close_with_lookalike(std::uint32_t begin) {
    for (std::uint32_t i = begin + 1; i < at_; ++i) {
      const Lookalike* sign = find_lookalike(text_.substr(i));
      if (sign == nullptr || sign->ascii != "\"") continue;
      at_ = i + static_cast<std::uint32_t>(sign->sign.size());
      Diagnostic d = diagnose(Finding::UnknownCharacter, {i, at_}, sign->sign);
      d.help = "write the ASCII sign `\"`";
      d.fixes.push_back({{i, at_}, "\""});
      sink_.report(std::move(d));
      push(TokenKind::String, begin);
      return true;
    }
    return false;
  }

  /// Where the text in typographic quotes ends that is being read: at a quote, or with its line.
  std::uint32_t closing_quote() const {
    std::uint32_t end = at_;
    for (; end < text_.size() && text_[end] != '\n' && text_[end] != '"'; ++end) {
      const Lookalike* sign = find_lookalike(text_.substr(end));
      if (sign != nullptr && sign->ascii == "\"") break;
    }
    return end;
  }

  std::string_view text_;
  DiagnosticSink& sink_;
  std::uint32_t at_ = 0;
  bool unclosed_ = false;             ///< no `*/` follows, so that none need be looked for again
  std::vector<std::size_t> logical_;  ///< tokens that are a single `&` or `|`
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(const SourceFile& source, DiagnosticSink& sink) {
  return Lexer(source, sink).run();
}

}  // namespace castra::lang
