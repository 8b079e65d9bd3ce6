#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/diagnostics.h"
#include "lang/profile.h"
#include "lang/token.h"

/// Private to the parser's files. parser.cc: cursor, recovery, lists; parser_statements.cc and
/// parser_layouts.cc; parser_functions.cc; parser_expressions.cc: operators; parser_primaries.cc.
namespace castra::lang::detail {

/// Of the trees below a node: Expr::depth and Expr::height.
struct Reach {
  int depth = 0;
  int height = 0;

  void add(const ExprPtr& expr) {
    if (!expr) return;
    depth = std::max(depth, expr->depth);
    height = std::max(height, expr->height);
  }
  void add(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& expr : list) add(expr);
  }
};

/// How far the trees below a new node reach.
template <typename... Children>
Reach below(const Children&... children) {
  Reach result;
  (result.add(children), ...);
  return result;
}

/// A bracket that other languages put around a list.
constexpr bool opens_list(TokenKind kind) {
  return kind == TokenKind::LeftBrace || kind == TokenKind::LeftParen ||
         kind == TokenKind::LeftBracket;
}

/// Recursive descent. A production that fails has reported one error and returns nothing; the
/// statement level then skips to where a statement can start, so one mistake gives one message.
class Parser {
 public:
  Parser(const SourceFile& source, std::vector<Token> tokens, DiagnosticSink& sink,
         const Profile& profile)
      : source_(source), tokens_(std::move(tokens)), sink_(sink), profile_(profile) {}

  Ast parse_program();

 private:
  // Cursor (parser.cc)
  const Token& peek() const { return tokens_[at_]; }
  const Token& peek(std::size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& previous() const;
  const Token& take();
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at_word(std::string_view word) const;
  bool accept(TokenKind kind);
  std::string_view text(const Token& token) const { return source_.slice(token.span); }
  std::string describe(const Token& token) const;
  SourceSpan span_from(std::uint32_t begin) const;
  int line_of(std::uint32_t offset) const { return source_.locate(offset).line; }
  /// The next token stands on a later line than the last one taken.
  bool at_line_start() const;

  // Errors and recovery (parser.cc)
  bool unclosed(const Token& token) const;
  void report(Diagnostic diagnostic);
  void unexpected(std::string_view expected, std::string help = {});
  bool expect(TokenKind kind, std::string_view where);
  /// A missing semicolon is reported and then assumed, if the next token can start something new.
  bool expect_semicolon();
  std::string foreign_notation_hint();
  std::string foreign_operator_hint();
  bool statement_has_value() const;
  void skip_statement();

  // Lists (parser.cc)
  std::optional<Target> parse_name_target(std::string_view what, bool allow_index);
  std::optional<Target> parse_kind_target();
  std::string comma_space() const;
  void report_star_in_list(SourceSpan star);
  std::optional<std::vector<Target>> parse_targets(std::string_view what, bool allow_index);
  std::optional<ProcessorKind> parse_processor();
  std::optional<MemoryKind> parse_memory();
  std::optional<std::vector<Located<ProcessorKind>>> parse_processors();
  std::optional<std::vector<Located<MemoryKind>>> parse_memories();
  template <typename Kind>
  std::optional<std::vector<Located<Kind>>> parse_kinds(std::optional<Kind> (Parser::*parse_one)());
  /// What separates two items of a list: a comma, or, with a note, nothing. False at the list's
  /// end.
  bool continue_list(const Token& first_of_last);
  std::optional<std::int64_t> parse_count(std::string_view what);
  std::optional<Identifier> parse_identifier(std::string_view what);

  // Statements (parser_statements.cc)
  void parse_statement();
  void note_broken(std::size_t first);
  std::optional<Statement> parse_keyword_statement(std::string_view keyword);
  std::optional<Statement> parse_other_statement();
  void report_unknown_statement();
  std::optional<TaskStmt> parse_task();
  std::optional<RegionStmt> parse_region();
  std::optional<LayoutStmt> parse_layout();
  bool operands_left_out(std::string_view expected, std::string_view stars);
  bool parse_layout_place(LayoutStmt& layout);
  bool parse_constraint(LayoutStmt& layout);
  bool parse_alignment(LayoutConstraint& constraint);
  std::optional<InstanceLimitStmt> parse_instance_limit();
  std::optional<CollectMemoryStmt> parse_collect_memory();
  std::optional<MapStmt> parse_map(bool single);
  std::optional<ControlReplicateStmt> parse_control_replicate();
  std::optional<TaskStealStmt> parse_task_steal();
  std::optional<LanguageStmt> parse_language();
  std::optional<AssignStmt> parse_assignment();
  std::optional<PrintStmt> parse_print();

  // Functions (parser_functions.cc)
  std::optional<FunctionDef> parse_function();
  bool parse_parameters(FunctionDef& function);
  std::optional<Parameter> parse_parameter();
  void skip_const();
  void skip_pointer();
  bool parse_braced_body(FunctionDef& function);
  void parse_colon_body(FunctionDef& function, std::uint32_t def_begin, const Token& colon);
  std::optional<FunctionStmt> parse_function_statement();
  void report_function_statement();
  /// `(x, y) = `
  bool at_unpacking() const;
  bool at_function_statement() const;

  // Expressions (parser_expressions.cc); never null, a failed one is a BadExpr with failed_ set
  /// `before_filter`: an `if` ends it, as in the range of a comprehension.
  ExprPtr parse_expression(bool before_filter = false);
  ExprPtr parse_conditional(bool before_filter);
  ExprPtr parse_alternative(bool before_filter);
  ExprPtr parse_python_conditional(std::uint32_t begin, ExprPtr value);
  ExprPtr parse_binary(int lowest);
  ExprPtr make_binary(BinaryOperator op, ExprPtr left, ExprPtr right);
  std::optional<BinaryOperator> binary_operator(int lowest);
  void report_word_operator(bool is_or);
  void report_power(std::uint32_t begin);
  ExprPtr parse_unpack();
  ExprPtr parse_word_not();
  ExprPtr parse_unary();
  ExprPtr parse_postfix();
  ExprPtr parse_brackets(ExprPtr object);
  ExprPtr parse_primary();
  ExprPtr parse_word();
  ExprPtr parse_parenthesised();
  ExprPtr parse_tuple_comprehension();
  bool parse_items(TokenKind closing, std::vector<ExprPtr>& items);
  ExprPtr bad_expression(SourceSpan span);
  template <typename Node>
  ExprPtr make(std::uint32_t begin, Reach below, Node node);
  /// Fills in all but the node. False, and reported, if it reaches too far.
  bool fits(Expr& expr, std::uint32_t begin, Reach below);

  const SourceFile& source_;
  std::vector<Token> tokens_;
  DiagnosticSink& sink_;
  const Profile& profile_;
  std::size_t at_ = 0;                ///< always of a token: the last one is never taken
  std::set<std::string_view> words_;  ///< of the text, once foreign_operator_hint() needs them
  Ast ast_;
  bool failed_ = false;     ///< the current statement has a reported syntax error
  bool lines_end_ = false;  ///< in a function written with a colon
  int nesting_ = 0;         ///< of expression productions, bounded
};

/// Words of the grammar, kinds left out.
bool is_keyword(std::string_view word);
/// Words that can be neither a variable nor (unquoted) the name of a task or region.
bool is_reserved(std::string_view word);
/// Statement keywords allowed only outside functions.
bool is_statement_keyword(std::string_view word);

template <typename Node>
ExprPtr Parser::make(std::uint32_t begin, Reach below, Node node) {
  auto expr = std::make_unique<Expr>();
  if (!fits(*expr, begin, below)) return bad_expression(expr->span);
  expr->node = std::move(node);
  return expr;
}

}  // namespace castra::lang::detail
