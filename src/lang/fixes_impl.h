#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diagnostics.h"
#include "lang/token.h"

/// Private to the files of suggest_fixes(): fixes.cc (dispatch, text around a finding),
/// fixes_expressions.cc, fixes_bits.cc, fixes_functions.cc, fixes_rules.cc.
namespace castra::lang::detail {

using Fixes = std::vector<FixIt>;

/// The tokens of a program with the few questions a fix-it asks of them. Positions are indices of
/// tokens; those past the last one answer like the end of the file. Lexes when first asked.
class TokenText {
 public:
  explicit TokenText(const SourceFile& source) : source_(source) {}

  const SourceFile& source() const { return source_; }
  std::size_t size() const { return tokens().size(); }
  const Token& operator[](std::size_t i) const;
  std::string_view text(std::size_t i) const { return source_.slice((*this)[i].span); }
  std::string_view text(SourceSpan span) const { return source_.slice(span); }
  /// The text of tokens `first` to `last`, both included, with what stands between them.
  std::string text(std::size_t first, std::size_t last) const;

  bool is(std::size_t i, TokenKind kind) const { return (*this)[i].kind == kind; }
  bool is_word(std::size_t i, std::string_view word) const;
  /// No blank between token i and the next.
  bool adjacent(std::size_t i) const;
  bool starts_line(std::size_t i) const;
  /// First token that begins at or after `offset`.
  std::size_t at(std::uint32_t offset) const;
  /// The partner of an opening or closing bracket; nothing if it has none.
  std::optional<std::size_t> partner(std::size_t i) const;
  /// `def` of the function whose parameters or body hold token i.
  std::optional<std::size_t> enclosing_function(std::size_t i) const;
  /// First token from i on that ends an expression there: a separator, a closing bracket, a word
  /// in `also`.
  std::size_t expression_end(std::size_t i, const std::vector<std::string_view>& also = {}) const;
  /// First token of the name, call, index or member chain that ends at token i.
  std::optional<std::size_t> chain_start(std::size_t i) const;
  /// Tokens i to `end`, that not included, form one such chain, without operators.
  bool is_chain(std::size_t i, std::size_t end) const;

 private:
  const std::vector<Token>& tokens() const;

  const SourceFile& source_;
  mutable std::vector<Token> tokens_;
};

bool opens(TokenKind kind);
bool closes(TokenKind kind);

/// The argument of that name as text; empty if there is none.
std::string argument(const Diagnostic& diagnostic, std::string_view name);
/// The text of a function's parameter of type Task, or its only untyped one.
std::optional<std::string> task_parameter(const TokenText& tokens, std::size_t def);

/// Each looks at one family of findings and gives no edits where it does not know better.
Fixes fix_expression(const TokenText& tokens, Finding finding, const Diagnostic& diagnostic);
Fixes fix_function(const TokenText& tokens, Finding finding, const Diagnostic& diagnostic);
Fixes fix_rule(const TokenText& tokens, Finding finding, const Diagnostic& diagnostic);
/// Help and edits for a WrongOperator about bits. `types_fit`: the whole text was read, and what
/// stands beside the operator may be truth values.
void advise_bits(const TokenText& tokens, bool types_fit, Diagnostic& diagnostic);

}  // namespace castra::lang::detail
