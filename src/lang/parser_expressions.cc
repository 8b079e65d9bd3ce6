#include <algorithm>

#include "lang/parser.h"
#include "lang/parser_impl.h"
#include "lang/printer.h"

namespace castra::lang::detail {
namespace {

std::uint32_t begin_of(const ExprPtr& expr) { return expr->span.begin; }

// Binary operators from loose to tight; all associate to the left.
constexpr int kOrLevel = 0;
constexpr int kComparisonLevel = 2;

int level_of(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Or:
      return kOrLevel;
    case BinaryOperator::And:
      return 1;
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual:
      return 2;
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      return 3;
    case BinaryOperator::Add:
    case BinaryOperator::Subtract:
      return 4;
    case BinaryOperator::Multiply:
    case BinaryOperator::Divide:
    case BinaryOperator::Remainder:
      break;
  }
  return 5;
}

std::optional<BinaryOperator> operator_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::OrOr:
      return BinaryOperator::Or;
    case TokenKind::AndAnd:
      return BinaryOperator::And;
    case TokenKind::EqualEqual:
      return BinaryOperator::Equal;
    case TokenKind::NotEqual:
      return BinaryOperator::NotEqual;
    case TokenKind::Less:
      return BinaryOperator::Less;
    case TokenKind::LessEqual:
      return BinaryOperator::LessEqual;
    case TokenKind::Greater:
      return BinaryOperator::Greater;
    case TokenKind::GreaterEqual:
      return BinaryOperator::GreaterEqual;
    case TokenKind::Plus:
      return BinaryOperator::Add;
    case TokenKind::Minus:
      return BinaryOperator::Subtract;
    case TokenKind::Star:
      return BinaryOperator::Multiply;
    case TokenKind::Slash:
      return BinaryOperator::Divide;
    case TokenKind::Percent:
      return BinaryOperator::Remainder;
    default:
      return std::nullopt;
  }
}

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

bool Parser::fits(Expr& expr, std::uint32_t begin, Reach below) {
  expr.span = span_from(begin);
  expr.depth = below.depth + 1;
  expr.height = below.height + 1;
  const bool deep = expr.depth > kMaxExpressionDepth;
  if (!deep && expr.height <= kMaxChain) return true;
  if (!failed_ && deep) report(diagnose(Finding::TooDeep, expr.span, kMaxExpressionDepth));
  if (!failed_ && !deep) {
    Diagnostic d = diagnose(Finding::ChainTooLong, expr.span, kMaxChain);
    d.help = "give parts of it names: `part = a + b;`";
    report(std::move(d));
  }
  failed_ = true;
  return false;
}

ExprPtr Parser::parse_expression(bool before_filter) {
  // The tree's depth is bounded in make(); this bounds the descent through parentheses and
  // prefixes, which may leave no node behind.
  if (nesting_ >= kMaxExpressionDepth) {
    if (!failed_) report(diagnose(Finding::TooDeep, peek().span, kMaxExpressionDepth));
    failed_ = true;
    return bad_expression(peek().span);
  }
  ++nesting_;
  ExprPtr result = parse_conditional(before_filter);
  --nesting_;
  return result;
}

/// What stands before a `?` or at the end: chains are followed in a loop, so that only parentheses
/// and the tree count for the depth.
ExprPtr Parser::parse_alternative(bool before_filter) {
  const std::uint32_t begin = peek().span.begin;
  ExprPtr value = parse_binary(kOrLevel);
  if (!failed_ && at_word("if") && !at_line_start() && !before_filter)
    return parse_python_conditional(begin, std::move(value));
  return value;
}

ExprPtr Parser::parse_conditional(bool before_filter) {
  std::vector<ConditionalExpr> open;  // their last values are being read
  const auto close = [&](ExprPtr no) {
    ConditionalExpr node = std::move(open.back());
    open.pop_back();
    const std::uint32_t begin = begin_of(node.condition);
    node.no = std::move(no);
    const Reach reach = below(node.condition, node.yes, node.no);
    return make(begin, reach, std::move(node));
  };
  ExprPtr value = parse_alternative(before_filter);
  const std::uint32_t begin = begin_of(value);
  while (!failed_ && accept(TokenKind::Question)) {
    ConditionalExpr node;
    node.condition = std::move(value);
    node.yes = parse_expression();
    if (failed_ || !expect(TokenKind::Colon, "between the two values of `?`"))
      return bad_expression(span_from(begin));
    open.push_back(std::move(node));
    if (profile_.left_conditional) {
      value = close(parse_binary(kOrLevel));
    } else {
      value = parse_alternative(before_filter);
    }
  }
  while (!open.empty()) value = close(std::move(value));
  return value;
}

/// `value if condition else other`: reported, then read as meant. `begin`: of the value, with its
/// parentheses, which its span leaves out.
ExprPtr Parser::parse_python_conditional(std::uint32_t begin, ExprPtr value) {
  Diagnostic d = diagnose(Finding::NoSuchConstruct, take().span, "if");
  d.help = "write `condition ? a : b` instead of `a if condition else b`";
  const std::size_t before = sink_.error_count();
  ConditionalExpr node;
  node.yes = std::move(value);
  node.condition = parse_binary(kOrLevel);
  if (!failed_ && at_word("else")) {
    take();
    node.no = parse_expression();
  }
  if (failed_ || !node.no) {
    if (sink_.error_count() == before) report(std::move(d));
    failed_ = true;
    return bad_expression(span_from(begin));
  }
  const Reach reach = below(node.condition, node.yes, node.no);
  ExprPtr result = make(begin, reach, std::move(node));
  if (!failed_) d.fixes.push_back({span_from(begin), print(*result)});
  report(std::move(d));
  return result;
}

/// The operator here, if it binds at `lowest` or tighter.
std::optional<BinaryOperator> Parser::binary_operator(int lowest) {
  if (const auto op = operator_of(peek().kind)) return level_of(*op) >= lowest ? op : std::nullopt;
  const bool is_or = at_word("or");
  if ((!is_or && !at_word("and")) || at_line_start()) return std::nullopt;
  const auto op = is_or ? BinaryOperator::Or : BinaryOperator::And;
  if (level_of(op) < lowest) return std::nullopt;
  report_word_operator(is_or);
  return op;
}

/// Words other languages use for these operators: reported once, then read as meant.
void Parser::report_word_operator(bool is_or) {
  Diagnostic d = diagnose(Finding::WrongOperator, peek().span, text(peek()));
  d.help = is_or ? "write `||`" : "write `&&`";
  d.fixes.push_back({peek().span, is_or ? "||" : "&&"});
  report(std::move(d));
}

void Parser::report_power(std::uint32_t begin) {
  Diagnostic d = diagnose(Finding::WrongOperator, {begin, peek().span.end}, "**");
  d.help = "there is no power operator; multiply: `a * a`";
  failed_ = true;
  report(std::move(d));
}

/// Climbs by precedence instead of descending a function per level: on a runtime's threads the
/// stack is short.
ExprPtr Parser::parse_binary(int lowest) {
  ExprPtr left = parse_unpack();
  while (!failed_) {
    const auto op = binary_operator(lowest);
    if (!op) break;
    const Token& sign = take();
    if (sign.kind == TokenKind::Star && at(TokenKind::Star) && peek().span.begin == sign.span.end) {
      report_power(sign.span.begin);
      break;
    }
    ExprPtr right = parse_binary(level_of(*op) + 1);
    left = make_binary(*op, std::move(left), std::move(right));
  }
  return left;
}

ExprPtr Parser::make_binary(BinaryOperator op, ExprPtr left, ExprPtr right) {
  Reach reach = below(left, right);
  const auto* chained = left->as<BinaryExpr>();
  if (chained != nullptr && level_of(chained->op) == level_of(op))
    reach.depth = std::max(left->depth - 1, right->depth);
  const std::uint32_t begin = begin_of(left);
  BinaryExpr node;
  node.op = op;
  node.left = std::move(left);
  node.right = std::move(right);
  return make(begin, reach, std::move(node));
}

ExprPtr Parser::parse_unpack() {
  if (!at(TokenKind::Star)) return parse_unary();
  const Token& star = take();
  if (ends_expression(peek().kind)) return make(star.span.begin, {}, WildcardExpr{});
  UnaryExpr node;
  node.op = UnaryOperator::Unpack;
  node.operand = parse_unary();
  const Reach reach = below(node.operand);
  return make(star.span.begin, reach, std::move(node));
}

/// `not value`, which takes a whole comparison: reported, then read as meant.
ExprPtr Parser::parse_word_not() {
  if (nesting_ >= kMaxExpressionDepth) return parse_expression();  // reports the depth
  const Token& word = take();
  const std::uint32_t first = peek().span.begin;  // a parenthesis is not in the operand's span
  ++nesting_;
  UnaryExpr node;
  node.op = UnaryOperator::Not;
  node.operand = parse_binary(kComparisonLevel);
  --nesting_;
  Diagnostic d = diagnose(Finding::WrongOperator, word.span, "not");
  d.help = "write `!(...)`: `!` binds to the next value only";
  if (!failed_) {
    d.fixes.push_back({{word.span.begin, first}, "!("});
    d.fixes.push_back({{previous().span.end, previous().span.end}, ")"});
  }
  report(std::move(d));
  const Reach reach = below(node.operand);
  return make(word.span.begin, reach, std::move(node));
}

ExprPtr Parser::parse_unary() {
  const Token& token = peek();
  const bool word_not = at_word("not");
  if (word_not && peek(1).kind != TokenKind::LeftBracket && peek(1).kind != TokenKind::Dot) {
    return parse_word_not();
  }
  if (token.kind != TokenKind::Minus && token.kind != TokenKind::Bang) {
    return parse_postfix();
  }
  if (nesting_ >= kMaxExpressionDepth) return parse_expression();  // reports the depth
  take();
  ++nesting_;
  UnaryExpr node;
  node.op = token.kind == TokenKind::Minus ? UnaryOperator::Negate : UnaryOperator::Not;
  node.operand = parse_unary();
  --nesting_;
  const Reach reach = below(node.operand);
  return make(token.span.begin, reach, std::move(node));
}

ExprPtr Parser::parse_postfix() {
  ExprPtr object = parse_primary();
  while (!failed_) {
    const std::uint32_t begin = begin_of(object);
    if (accept(TokenKind::LeftParen)) {
      CallExpr node;
      node.callee = std::move(object);
      parse_items(TokenKind::RightParen, node.arguments);
      const Reach reach = below(node.callee, node.arguments);
      object = make(begin, reach, std::move(node));
    } else if (accept(TokenKind::LeftBracket)) {
      object = parse_brackets(std::move(object));
    } else if (accept(TokenKind::Dot)) {
      if (!at(TokenKind::Word)) {
        const bool decimals =
            at(TokenKind::Integer) || (object != nullptr && object->as<IntegerExpr>() != nullptr);
        unexpected("the name of a member after `.`",
                   decimals ? "numbers are integers: there are no decimals" : "");
        break;
      }
      const Token& name = take();
      MemberExpr node;
      node.member = {std::string(text(name)), name.span};
      node.object = std::move(object);
      const Reach reach = below(node.object);
      object = make(begin, reach, std::move(node));
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
    if (at(TokenKind::Colon)) {
      unexpected("the end of a slice",
                 "slices have no step: write `t[low:high]`, or the elements, "
                 "`(t[0], t[2])`");
      return object;
    }
    SliceExpr node;
    node.object = std::move(object);
    node.low = std::move(first);
    if (!at(TokenKind::RightBracket)) node.high = parse_expression();
    if (!failed_) expect(TokenKind::RightBracket, "after the slice");
    const Reach reach = below(node.object, node.low, node.high);
    return make(begin, reach, std::move(node));
  }
  IndexExpr node;
  node.object = std::move(object);
  node.indices.push_back(std::move(first));
  if (accept(TokenKind::Comma)) {
    parse_items(TokenKind::RightBracket, node.indices);
  } else {
    expect(TokenKind::RightBracket, "after the index");
  }
  const Reach reach = below(node.object, node.indices);
  return make(begin, reach, std::move(node));
}

}  // namespace castra::lang::detail
