#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "lang/diagnostics.h"
#include "lang/keywords.h"
#include "lang/lookalikes.h"
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

/// A comparison on one side says so, a number beside the operator the contrary.
bool joins_truth_values(const std::vector<Token>& tokens, std::size_t i) {
  const bool number = i > 0 && (tokens[i - 1].kind == TokenKind::Integer ||
                                tokens[i + 1].kind == TokenKind::Integer);
  return !number && (truth_value(tokens, i, -1) || truth_value(tokens, i, 1));
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
    settle_single_logical();
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

std::string string_value(std::string_view token_text) {
  CASTRA_CHECK(!token_text.empty(), "a string token has at least its quote");
  if (const Lookalike* sign = find_lookalike(token_text)) {
    token_text.remove_prefix(sign->sign.size());
    std::size_t end = 0;
    while (end < token_text.size() && token_text[end] != '"' &&
           find_lookalike(token_text.substr(end)) == nullptr)
      ++end;
    return std::string(token_text.substr(0, end));
  }
  const char delimiter = token_text.front();
  token_text.remove_prefix(1);
  std::string out;
  for (std::size_t i = 0; i < token_text.size() && token_text[i] != delimiter; ++i) {
    const Lookalike* sign = find_lookalike(token_text.substr(i));
    const bool closes =
        sign != nullptr && sign->ascii == "\"" && i + sign->sign.size() == token_text.size();
    if (closes) break;
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
