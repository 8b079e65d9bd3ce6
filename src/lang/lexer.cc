#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "lang/diagnostics.h"
#include "lang/token.h"
#include "support/check.h"

namespace castra::lang {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
/// BEL, VT and FF are blanks too: the old scanner took some of them.
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\a' || c == '\v' || c == '\f';
}

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
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark
    skip_markdown();
    for (;;) {
      skip_blanks_and_comments();
      if (at_ >= text_.size()) break;
      lex_one();
    }
    tokens_.push_back({TokenKind::End, span_from(static_cast<std::uint32_t>(text_.size())), 0});
    return std::move(tokens_);
  }

 private:
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
    if (const auto kind = two_character(c, peek(1))) {
      at_ += 2;
      return push(*kind, begin);
    }
    if (const auto kind = one_character(c)) {
      ++at_;
      return push(*kind, begin);
    }
    if (c == '&' || c == '|') return lex_single_logical(c);
    lex_unknown();
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
      d.help = "put a name that starts with a digit in quotes: \"" + word + "\"";
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
      d.help = "add `\"` at the end of the name or text";
      sink_.report(std::move(d));
    }
    push(TokenKind::String, begin);
  }

  void lex_single_logical(char c) {
    const std::uint32_t begin = at_++;
    Diagnostic d = diagnose(Finding::WrongOperator, span_from(begin), std::string(1, c));
    d.help = fmt::format("write `{0}{0}`", c);
    d.fixes.push_back({span_from(begin), std::string(2, c)});
    sink_.report(std::move(d));
    push(c == '&' ? TokenKind::AndAnd : TokenKind::OrOr, begin);
  }

  void lex_unknown() {
    const std::uint32_t begin = at_;
    do {
      ++at_;
    } while (at_ < text_.size() && !is_blank(peek()) && !is_word(peek()) && peek() != '"' &&
             peek() != '\'' && peek() != '#' && !one_character(peek()));
    const std::string shown = quoted_excerpt(text_.substr(begin, at_ - begin), 24);
    sink_.report(diagnose(Finding::UnknownCharacter, span_from(begin), shown));
  }

  std::string_view text_;
  DiagnosticSink& sink_;
  std::uint32_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(const SourceFile& source, DiagnosticSink& sink) {
  return Lexer(source, sink).run();
}

std::string string_value(std::string_view token_text) {
  CASTRA_CHECK(!token_text.empty(), "a string token has at least its quote");
  const char delimiter = token_text.front();
  token_text.remove_prefix(1);
  std::string out;
  for (std::size_t i = 0; i < token_text.size() && token_text[i] != delimiter; ++i) {
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
