#include <algorithm>

#include "lang/keywords.h"
#include "lang/parser_impl.h"
#include "support/text.h"

/// The Layout statement.
namespace castra::lang::detail {
namespace {

std::optional<Relation> relation_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::Less:
      return Relation::Less;
    case TokenKind::LessEqual:
      return Relation::LessEqual;
    case TokenKind::Greater:
      return Relation::Greater;
    case TokenKind::GreaterEqual:
      return Relation::GreaterEqual;
    case TokenKind::EqualEqual:
      return Relation::Equal;
    case TokenKind::NotEqual:
      return Relation::NotEqual;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<LayoutStmt> Parser::parse_layout() {
  LayoutStmt layout;
  if (operands_left_out("a task name or `*`", "* * * ")) return std::nullopt;
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  layout.tasks = std::move(*tasks);
  if (operands_left_out("a region name, an argument position or `*`", "* * ")) return std::nullopt;
  auto regions = parse_targets("region", true);
  if (!regions) return std::nullopt;
  layout.regions = std::move(*regions);
  if (!parse_layout_place(layout)) return std::nullopt;
  bool comma_reported = false;
  while (!at(TokenKind::Semicolon)) {
    if (at(TokenKind::Comma)) {
      if (!comma_reported) {
        Diagnostic d = diagnose(Finding::CommaInLayout, peek().span);
        d.help = "separate operands and constraints by spaces: `Layout * * * SOA C_order;`";
        d.fixes.push_back({peek().span, comma_space()});
        report(std::move(d));
      }
      comma_reported = true;
      take();
      continue;
    }
    const bool ends =
        at(TokenKind::End) || at(TokenKind::RightBrace) ||
        (at_line_start() &&
         !(at(TokenKind::Word) && peek(1).kind != TokenKind::Assign && !is_reserved(text(peek()))));
    if (ends) break;
    if (!parse_constraint(layout)) return std::nullopt;
  }
  return layout;
}

/// A constraint where an operand of Layout belongs, and another one, or the end, right after it:
/// were it the name of a task or region, operands would follow.
bool Parser::operands_left_out(std::string_view expected, std::string_view stars) {
  const auto constraint = [this](const Token& token) {
    const auto words = layout_words();
    return token.kind == TokenKind::Word &&
           std::any_of(words.begin(), words.end(),
                       [&](const LayoutWord& known) { return known.word == text(token); });
  };
  if (!constraint(peek())) return false;
  const Token& next = peek(1);
  if (!constraint(next) && next.kind != TokenKind::Semicolon && !relation_of(next.kind))
    return false;
  failed_ = true;
  Diagnostic d = diagnose(Finding::WrongSlot, peek().span, "Layout", expected,
                          fmt::format("the constraint `{}`", text(peek())));
  d.help = fmt::format("a Layout rule is `Layout task region memory constraints;`: write `{}{}`",
                       stars, text(peek()));
  d.fixes.push_back({{peek().span.begin, peek().span.begin}, std::string(stars)});
  report(std::move(d));
  return true;
}

bool Parser::parse_layout_place(LayoutStmt& layout) {
  if (accept(TokenKind::Star)) return true;
  if (at(TokenKind::Word)) {
    const std::string_view word = text(peek());
    if (const auto processor = parse_processor_kind(word)) {
      take();
      layout.place = *processor;
      return true;
    }
    if (word == "SOA" || word == "AOS" || word == "C_order" || word == "F_order") {
      failed_ = true;
      Diagnostic d = diagnose(Finding::WrongSlot, peek().span, "Layout",
                              "a memory kind, a processor kind or `*`",
                              fmt::format("the constraint `{}`", word));
      d.help = fmt::format(
          "a Layout rule is `Layout task region memory constraints;`: write `* {}`", word);
      d.fixes.push_back({{peek().span.begin, peek().span.begin}, "* "});
      report(std::move(d));
      return false;
    }
  }
  const auto memory = parse_memory();
  if (!memory) return false;
  layout.place = *memory;
  return true;
}

bool Parser::parse_constraint(LayoutStmt& layout) {
  LayoutConstraint constraint;
  const std::uint32_t begin = peek().span.begin;
  const std::string word(at(TokenKind::Word) ? text(peek()) : std::string_view());
  if (word == "Align") {
    take();
    if (!parse_alignment(constraint)) return false;
  } else if (word.empty()) {
    const bool brackets =
        at(TokenKind::LeftBrace) || at(TokenKind::LeftParen) || at(TokenKind::LeftBracket);
    unexpected("a layout constraint or `;`",
               brackets ? "constraints stand without brackets and commas: `SOA C_order`"
                        : "constraints are SOA, AOS, C_order, F_order, Compact, Exact, "
                          "Align==N and No_Align");
    return false;
  } else {
    for (const LayoutWord& known : layout_words()) {
      if (word == known.word) constraint.part = known.part;
    }
    if (constraint.part.empty()) {
      Diagnostic d = diagnose(Finding::UnknownConstraint, peek().span, quoted_excerpt(word));
      std::vector<std::string> known;
      for (const LayoutWord& one : layout_words()) known.emplace_back(one.word);
      d.help = "constraints are SOA, AOS, C_order, F_order, Compact, Exact, Align==N and No_Align";
      if (const auto nearest = did_you_mean(word, known)) {
        d.help = fmt::format("did you mean `{}`?", *nearest);
        d.fixes.push_back({peek().span, *nearest});
      }
      failed_ = true;
      report(std::move(d));
      return false;
    }
    take();
  }
  constraint.span = span_from(begin);
  layout.constraints.push_back(constraint);
  return true;
}

bool Parser::parse_alignment(LayoutConstraint& constraint) {
  const auto relation = relation_of(peek().kind);
  if (!relation) {
    unexpected("a relation such as `==`", "write `Align==128`");
    return false;
  }
  take();
  if (!at(TokenKind::Integer)) {
    unexpected("a number of bytes", "write `Align==128`");
    return false;
  }
  const Token& number = take();
  const bool power = number.integer > 0 && (number.integer & (number.integer - 1)) == 0;
  if (!power || number.integer > kMaxAlignment) {
    Diagnostic d = diagnose(Finding::BadAlign, number.span, number.integer);
    d.help = "write a power of two, for example `Align==128`; `No_Align` asks for none";
    report(std::move(d));
  }
  constraint.part.alignment = Alignment{*relation, number.integer};
  return true;
}

}  // namespace castra::lang::detail
