#include <algorithm>

#include "lang/parser.h"
#include "lang/parser_impl.h"

namespace castra::lang::detail {
namespace {

int depth_of(const ExprPtr& expr) { return expr ? expr->depth : 0; }

int depth_of(const std::vector<ExprPtr>& items) {
  int depth = 0;
  for (const ExprPtr& item : items) depth = std::max(depth, item->depth);
  return depth;
}

std::uint32_t begin_of(const ExprPtr& expr) { return expr->span.begin; }

// Binary operators from loose to tight; all associate to the left.
constexpr int kOrLevel = 0;
constexpr int kMultiplyLevel = 5;

/// Ends an expression, so that a `*` before it is a wildcard.
bool ends_expression(TokenKind kind) {
  switch (kind) {
    case TokenKind::RightParen:
    case TokenKind::RightBracket:
    case TokenKind::RightBrace:
    case TokenKind::Comma:
    case TokenKind::Semicolon:
    case TokenKind::Colon:
    case TokenKind::Question:
    case TokenKind::End:
      return true;
    default:
      return false;
  }
}

}  // namespace

ExprPtr Parser::bad_expression(SourceSpan span) {
  auto expr = std::make_unique<Expr>();
  expr->span = span;
  return expr;
}

template <typename Node>
ExprPtr Parser::make(std::uint32_t begin, int depth_below, Node node) {
  auto expr = std::make_unique<Expr>();
  expr->span = span_from(begin);
  expr->depth = depth_below + 1;
  if (expr->depth > kMaxExpressionDepth) {
    if (!failed_) report(diagnose(Finding::TooDeep, expr->span, kMaxExpressionDepth));
    failed_ = true;
    return bad_expression(expr->span);
  }
  expr->node = std::move(node);
  return expr;
}

ExprPtr Parser::parse_expression() {
  // The tree's depth is bounded in make(); this bounds the descent through parentheses and
  // prefixes, which may leave no node behind.
  if (nesting_ >= kMaxExpressionDepth) {
    if (!failed_) report(diagnose(Finding::TooDeep, peek().span, kMaxExpressionDepth));
    failed_ = true;
    return bad_expression(peek().span);
  }
  ++nesting_;
  ExprPtr result = parse_conditional();
  --nesting_;
  return result;
}

ExprPtr Parser::parse_conditional() {
  ExprPtr condition = parse_binary(kOrLevel);
  if (failed_) return condition;
  if (at_word("if") && !at_line_start()) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, "if");
    d.help = "write `condition ? a : b` instead of `a if condition else b`";
    failed_ = true;
    report(std::move(d));
    return condition;
  }
  while (!failed_ && accept(TokenKind::Question)) {
    ConditionalExpr node;
    const std::uint32_t begin = begin_of(condition);
    node.condition = std::move(condition);
    node.yes = parse_expression();
    if (failed_ || !expect(TokenKind::Colon, "between the two values of `?`"))
      return bad_expression(span_from(begin));
    node.no = profile_.left_conditional ? parse_binary(kOrLevel) : parse_expression();
    const int depth = std::max({depth_of(node.condition), depth_of(node.yes), depth_of(node.no)});
    condition = make(begin, depth, std::move(node));
  }
  return condition;
}

std::optional<BinaryOperator> Parser::binary_operator(int level) {
  const TokenKind kind = peek().kind;
  switch (level) {
    case 0:
      if (kind == TokenKind::OrOr) return BinaryOperator::Or;
      break;
    case 1:
      if (kind == TokenKind::AndAnd) return BinaryOperator::And;
      break;
    case 2:
      if (kind == TokenKind::EqualEqual) return BinaryOperator::Equal;
      if (kind == TokenKind::NotEqual) return BinaryOperator::NotEqual;
      break;
    case 3:
      if (kind == TokenKind::Less) return BinaryOperator::Less;
      if (kind == TokenKind::LessEqual) return BinaryOperator::LessEqual;
      if (kind == TokenKind::Greater) return BinaryOperator::Greater;
      if (kind == TokenKind::GreaterEqual) return BinaryOperator::GreaterEqual;
      break;
    case 4:
      if (kind == TokenKind::Plus) return BinaryOperator::Add;
      if (kind == TokenKind::Minus) return BinaryOperator::Subtract;
      break;
    case 5:
      if (kind == TokenKind::Star) return BinaryOperator::Multiply;
      if (kind == TokenKind::Slash) return BinaryOperator::Divide;
      if (kind == TokenKind::Percent) return BinaryOperator::Remainder;
      break;
    default:
      break;
  }
  // Words other languages use for these operators: reported once, then read as meant.
  if (kind == TokenKind::Word && !at_line_start() && level <= 1) {
    const bool is_or = at_word("or");
    if ((level == 0 && is_or) || (level == 1 && at_word("and"))) {
      Diagnostic d = diagnose(Finding::WrongOperator, peek().span, text(peek()));
      d.help = is_or ? "write `||`" : "write `&&`";
      d.fixes.push_back({peek().span, is_or ? "||" : "&&"});
      report(std::move(d));
      return is_or ? BinaryOperator::Or : BinaryOperator::And;
    }
  }
  return std::nullopt;
}

ExprPtr Parser::parse_binary(int level) {
  ExprPtr left = level == kMultiplyLevel ? parse_unpack() : parse_binary(level + 1);
  while (!failed_) {
    const auto op = binary_operator(level);
    if (!op) break;
    const Token& sign = take();
    const bool doubled =
        sign.kind == TokenKind::Star && at(TokenKind::Star) && peek().span.begin == sign.span.end;
    if (doubled) {
      Diagnostic d = diagnose(Finding::WrongOperator, {sign.span.begin, peek().span.end}, "**");
      d.help = "there is no power operator; multiply: `a * a`";
      failed_ = true;
      report(std::move(d));
      break;
    }
    BinaryExpr node;
    node.op = *op;
    const std::uint32_t begin = begin_of(left);
    node.left = std::move(left);
    node.right = level == kMultiplyLevel ? parse_unpack() : parse_binary(level + 1);
    const int depth = std::max(depth_of(node.left), depth_of(node.right));
    left = make(begin, depth, std::move(node));
  }
  return left;
}

ExprPtr Parser::parse_unpack() {
  if (!at(TokenKind::Star)) return parse_unary();
  const Token& star = take();
  if (ends_expression(peek().kind)) return make(star.span.begin, 0, WildcardExpr{});
  UnaryExpr node;
  node.op = UnaryOperator::Unpack;
  node.operand = parse_unary();
  const int depth = depth_of(node.operand);
  return make(star.span.begin, depth, std::move(node));
}

ExprPtr Parser::parse_unary() {
  const Token& token = peek();
  const bool word_not = at_word("not");
  if (word_not && peek(1).kind != TokenKind::LeftBracket && peek(1).kind != TokenKind::Dot) {
    Diagnostic d = diagnose(Finding::WrongOperator, token.span, "not");
    d.help = "write `!(...)`: `!` binds to the next value only";
    report(std::move(d));
  } else if (token.kind != TokenKind::Minus && token.kind != TokenKind::Bang) {
    return parse_postfix();
  }
  if (nesting_ >= kMaxExpressionDepth) return parse_expression();  // reports the depth
  take();
  ++nesting_;
  UnaryExpr node;
  node.op = token.kind == TokenKind::Minus ? UnaryOperator::Negate : UnaryOperator::Not;
  node.operand = parse_unary();
  --nesting_;
  const int depth = depth_of(node.operand);
  return make(token.span.begin, depth, std::move(node));
}

ExprPtr Parser::parse_postfix() {
  ExprPtr object = parse_primary();
  while (!failed_) {
    const std::uint32_t begin = begin_of(object);
    if (accept(TokenKind::LeftParen)) {
      CallExpr node;
      node.callee = std::move(object);
      parse_items(TokenKind::RightParen, node.arguments);
      const int depth = std::max(depth_of(node.callee), depth_of(node.arguments));
      object = make(begin, depth, std::move(node));
    } else if (accept(TokenKind::LeftBracket)) {
      object = parse_brackets(std::move(object));
    } else if (accept(TokenKind::Dot)) {
      if (!at(TokenKind::Word)) {
        unexpected("the name of a member after `.`", "numbers are integers: there are no decimals");
        break;
      }
      const Token& name = take();
      MemberExpr node;
      node.member = {std::string(text(name)), name.span};
      node.object = std::move(object);
      const int depth = depth_of(node.object);
      object = make(begin, depth, std::move(node));
    } else {
      break;
    }
  }
  return object;
}

/// After `[`: indices, or a slice.
ExprPtr Parser::parse_brackets(ExprPtr object) {
  const std::uint32_t begin = begin_of(object);
  ExprPtr first;
  if (!at(TokenKind::Colon)) {
    if (at(TokenKind::RightBracket)) {
      unexpected("an index", "write the index, for example `[0]`");
      return object;
    }
    first = parse_expression();
    if (failed_) return object;
  }
  if (accept(TokenKind::Colon)) {
    SliceExpr node;
    node.object = std::move(object);
    node.low = std::move(first);
    if (!at(TokenKind::RightBracket)) node.high = parse_expression();
    if (!failed_) expect(TokenKind::RightBracket, "after the slice");
    const int depth = std::max({depth_of(node.object), depth_of(node.low), depth_of(node.high)});
    return make(begin, depth, std::move(node));
  }
  IndexExpr node;
  node.object = std::move(object);
  node.indices.push_back(std::move(first));
  if (accept(TokenKind::Comma)) {
    parse_items(TokenKind::RightBracket, node.indices);
  } else {
    expect(TokenKind::RightBracket, "after the index");
  }
  const int depth = std::max(depth_of(node.object), depth_of(node.indices));
  return make(begin, depth, std::move(node));
}

/// Expressions separated by commas, up to and with the closing token; a trailing comma is accepted.
bool Parser::parse_items(TokenKind closing, std::vector<ExprPtr>& items) {
  while (!failed_) {
    if (accept(closing)) return true;
    items.push_back(parse_expression());
    if (failed_) return false;
    if (accept(TokenKind::Comma)) continue;
    if (accept(closing)) return true;
    unexpected(fmt::format("`,` or `{}`", to_string(closing)), comment_hint());
  }
  return false;
}

ExprPtr Parser::parse_primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::Integer:
      take();
      return make(token.span.begin, 0, IntegerExpr{token.integer});
    case TokenKind::LeftParen:
      return parse_parenthesised();
    case TokenKind::Word:
      return parse_word();
    case TokenKind::String: {
      const std::string value = string_value(text(token));
      const bool kind = parse_processor_kind(value) || parse_memory_kind(value);
      unexpected("a value", kind ? fmt::format("write `{}` without quotes", value)
                                 : "strings stand only in `print` and as names in rules");
      return bad_expression(token.span);
    }
    case TokenKind::Plus:
      unexpected("a value", "there is no prefix `+`; leave it out");
      return bad_expression(token.span);
    default:
      break;
  }
  unexpected("a value", comment_hint());
  return bad_expression(token.span);
}

ExprPtr Parser::parse_word() {
  const Token& token = peek();
  const std::string word(text(token));
  if (word == "tuple") return parse_tuple_comprehension();
  const bool value_word = word == "True" || word == "False";
  const auto processor = parse_processor_kind(word);
  const auto memory = parse_memory_kind(word == "REGSOCKMEM" ? "RDMEM" : word);
  if (!value_word && !processor && !memory && is_reserved(word)) {
    const bool later_line = at_line_start();
    unexpected("a value", later_line ? "the expression before this line is not complete" : "");
    return bad_expression(token.span);
  }
  take();
  if (value_word) return make(token.span.begin, 0, BoolExpr{word == "True"});
  if (processor) return make(token.span.begin, 0, ProcessorExpr{*processor});
  if (memory) return make(token.span.begin, 0, MemoryExpr{*memory});
  return make(token.span.begin, 0, NameExpr{word});
}

ExprPtr Parser::parse_parenthesised() {
  const std::uint32_t begin = take().span.begin;
  TupleExpr tuple;
  if (accept(TokenKind::RightParen)) return make(begin, 0, std::move(tuple));
  ExprPtr first = parse_expression();
  if (failed_) return first;
  if (accept(TokenKind::RightParen)) return first;
  if (!at(TokenKind::Comma)) {
    unexpected("`,` or `)`", comment_hint());
    return first;
  }
  take();
  tuple.items.push_back(std::move(first));
  parse_items(TokenKind::RightParen, tuple.items);
  const int depth = depth_of(tuple.items);
  return make(begin, depth, std::move(tuple));
}

ExprPtr Parser::parse_tuple_comprehension() {
  const std::uint32_t begin = take().span.begin;
  const std::string form = "write `tuple(value for i in (0, 1, 2))`, or a tuple `(a, b)`";
  ComprehensionExpr node;
  if (!expect(TokenKind::LeftParen, "after `tuple`")) return bad_expression(span_from(begin));
  node.body = parse_expression();
  if (failed_) return bad_expression(span_from(begin));
  if (!at_word("for")) {
    unexpected("`for`", form);
    return bad_expression(span_from(begin));
  }
  take();
  auto variable = parse_identifier("a name after `for`");
  if (!variable) return bad_expression(span_from(begin));
  node.variable = std::move(*variable);
  if (!at_word("in")) {
    unexpected("`in`", form);
    return bad_expression(span_from(begin));
  }
  take();
  node.range = parse_expression();
  if (!failed_ && at_word("if")) {
    unexpected("`)`", "a comprehension has no filter");
  } else if (!failed_) {
    expect(TokenKind::RightParen, "after the range");
  }
  if (failed_) return bad_expression(span_from(begin));
  const int depth = std::max(depth_of(node.body), depth_of(node.range));
  return make(begin, depth, std::move(node));
}

}  // namespace castra::lang::detail
