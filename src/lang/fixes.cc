#include "lang/fixes.h"

#include <algorithm>

#include "lang/fixes_impl.h"

namespace castra::lang {
namespace detail {

bool opens(TokenKind kind) {
  return kind == TokenKind::LeftParen || kind == TokenKind::LeftBracket ||
         kind == TokenKind::LeftBrace;
}

bool closes(TokenKind kind) {
  return kind == TokenKind::RightParen || kind == TokenKind::RightBracket ||
         kind == TokenKind::RightBrace;
}

const std::vector<Token>& TokenText::tokens() const {
  if (tokens_.empty()) {  // the end of the text is a token, too
    DiagnosticSink already_reported;
    tokens_ = lex(source_, already_reported);
  }
  return tokens_;
}

const Token& TokenText::operator[](std::size_t i) const {
  return tokens()[std::min(i, size() - 1)];
}

std::string TokenText::text(std::size_t first, std::size_t last) const {
  return std::string(source_.slice({(*this)[first].span.begin, (*this)[last].span.end}));
}

bool TokenText::is_word(std::size_t i, std::string_view word) const {
  return is(i, TokenKind::Word) && text(i) == word;
}

bool TokenText::adjacent(std::size_t i) const {
  return (*this)[i].span.end == (*this)[i + 1].span.begin;
}

bool TokenText::starts_line(std::size_t i) const {
  if (i == 0) return true;
  const std::uint32_t before = (*this)[i - 1].span.end;
  return text({before, (*this)[i].span.begin}).find('\n') != std::string_view::npos;
}

std::size_t TokenText::at(std::uint32_t offset) const {
  const auto found =
      std::lower_bound(tokens().begin(), tokens().end(), offset,
                       [](const Token& token, std::uint32_t at) { return token.span.begin < at; });
  return static_cast<std::size_t>(found - tokens().begin());
}

std::optional<std::size_t> TokenText::partner(std::size_t i) const {
  int depth = 0;
  if (opens((*this)[i].kind)) {
    for (std::size_t j = i; j < size(); ++j) {
      if (opens((*this)[j].kind)) ++depth;
      if (closes((*this)[j].kind) && --depth == 0) return j;
    }
  } else if (closes((*this)[i].kind)) {
    for (std::size_t j = i + 1; j-- > 0;) {
      if (closes((*this)[j].kind)) ++depth;
      if (opens((*this)[j].kind) && --depth == 0) return j;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> TokenText::enclosing_function(std::size_t i) const {
  for (std::size_t j = std::min(i, size() - 1) + 1; j-- > 0;) {
    if (is_word(j, "def")) return j;
  }
  return std::nullopt;
}

std::size_t TokenText::expression_end(std::size_t i,
                                      const std::vector<std::string_view>& also) const {
  int depth = 0;
  for (; !is(i, TokenKind::End); ++i) {
    const TokenKind kind = (*this)[i].kind;
    if (depth == 0) {
      const bool separator = closes(kind) || kind == TokenKind::LeftBrace ||
                             kind == TokenKind::Comma || kind == TokenKind::Semicolon;
      const bool word =
          kind == TokenKind::Word && std::find(also.begin(), also.end(), text(i)) != also.end();
      if (separator || word) return i;
    }
    if (opens(kind)) ++depth;
    if (closes(kind)) --depth;
  }
  return i;
}

std::optional<std::size_t> TokenText::chain_start(std::size_t i) const {
  for (;;) {
    std::size_t start = i;
    if (is(i, TokenKind::RightParen) || is(i, TokenKind::RightBracket)) {
      const auto open = partner(i);
      if (!open) return std::nullopt;
      start = *open;
      const bool applied =
          start > 0 && (is(start - 1, TokenKind::Word) || is(start - 1, TokenKind::RightParen) ||
                        is(start - 1, TokenKind::RightBracket));
      if (applied && !is_word(start - 1, "return")) {
        i = start - 1;
        continue;
      }
    } else if (!is(i, TokenKind::Word) && !is(i, TokenKind::Integer)) {
      return std::nullopt;
    }
    if (start < 2 || !is(start - 1, TokenKind::Dot)) return start;
    i = start - 2;
  }
}

bool TokenText::is_chain(std::size_t i, std::size_t end) const {
  return end > i && chain_start(end - 1) == i;
}

std::string argument(const Diagnostic& diagnostic, std::string_view name) {
  for (const DiagnosticArgument& known : diagnostic.arguments) {
    if (known.name == name) return castra::to_string(known.value);
  }
  return {};
}

std::optional<std::string> task_parameter(const TokenText& tokens, std::size_t def) {
  if (!tokens.is(def + 2, TokenKind::LeftParen)) return std::nullopt;
  const auto close = tokens.partner(def + 2);
  if (!close) return std::nullopt;
  for (std::size_t i = def + 3; i + 1 < *close; ++i) {
    if (tokens.is_word(i, "Task") && tokens.is(i + 1, TokenKind::Word))
      return std::string(tokens.text(i + 1));
  }
  if (*close == def + 4) return std::string(tokens.text(def + 3));
  return std::nullopt;
}

}  // namespace detail

namespace {

/// An expression that ends while a parenthesis is open: where it opened, and where it could close.
void point_at_open_bracket(const detail::TokenText& tokens, Diagnostic& d) {
  const std::size_t here = tokens.at(d.span.begin);
  const bool ends = tokens.is(here, TokenKind::Semicolon) ||
                    (detail::closes(tokens[here].kind) && !tokens.is(here, TokenKind::RightParen));
  if (here == 0 || !ends || detail::argument(d, "expected").find("`)`") == std::string::npos)
    return;
  int depth = 0;
  for (std::size_t i = here; i-- > 0 && !tokens.is(i, TokenKind::Semicolon);) {
    if (detail::closes(tokens[i].kind)) ++depth;
    if (!detail::opens(tokens[i].kind) || depth-- > 0) continue;
    if (!tokens.is(i, TokenKind::LeftParen)) return;
    d.labels.push_back({tokens[i].span, "this `(` is not closed"});
    if (d.help.empty()) d.help = "add the `)` that is missing";
    const std::uint32_t end = tokens[here - 1].span.end;
    d.fixes.push_back({{end, end}, ")"});
    d.fix_is_certain = false;  // it may belong further left
    return;
  }
}

/// Every statement was read, and no `&&` or `||` got anything but truth values.
bool types_fit(const DiagnosticSink& sink) {
  return std::none_of(
      sink.diagnostics().begin(), sink.diagnostics().end(), [](const Diagnostic& d) {
        if (d.code == info(Finding::UnexpectedToken).code) return true;
        const std::string sign = detail::argument(d, "operator");
        return d.code == info(Finding::WrongOperands).code && (sign == "&&" || sign == "||");
      });
}

}  // namespace

void suggest_fixes(const SourceFile& source, DiagnosticSink& sink) {
  const detail::TokenText tokens(source);
  sink.revise([&](Diagnostic& diagnostic) {
    if (!diagnostic.fixes.empty()) return;
    const FindingInfo* row = find_code(diagnostic.code);
    if (row == nullptr) return;
    for (const auto& fixer : {detail::fix_expression, detail::fix_function, detail::fix_rule}) {
      diagnostic.fixes = fixer(tokens, row->finding, diagnostic);
      if (!diagnostic.fixes.empty()) return;
    }
    if (row->finding == Finding::WrongOperator)
      detail::advise_bits(tokens, types_fit(sink), diagnostic);
    if (row->finding == Finding::UnexpectedToken) point_at_open_bracket(tokens, diagnostic);
  });
}

}  // namespace castra::lang
