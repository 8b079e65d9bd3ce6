#include "lang/keywords.h"
#include "lang/parser_impl.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

std::optional<ParameterType> parameter_type(std::string_view word) {
  for (const ParameterType type : parameter_types()) {
    if (to_string(type) == word) return type;
  }
  return std::nullopt;
}

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const ParameterType type : parameter_types()) names.emplace_back(to_string(type));
  return names;
}

}  // namespace

std::optional<FunctionDef> Parser::parse_function() {
  FunctionDef function;
  const std::uint32_t begin = take().span.begin;  // `def`
  auto name = parse_identifier("a function name");
  if (!name) return std::nullopt;
  function.name = std::move(*name);
  if (!parse_parameters(function)) return std::nullopt;
  function.header = span_from(begin);
  const Token colon = peek();
  if (accept(TokenKind::Colon)) {
    if (!at(TokenKind::LeftBrace)) {
      parse_colon_body(function, begin, colon);
      return function;
    }
    Diagnostic d = diagnose(Finding::PaperColon, colon.span, function.name.value);
    d.help = "remove the `:`";
    d.fixes.push_back({colon.span, ""});
    report(std::move(d));
  }
  if (!at(TokenKind::LeftBrace)) {
    unexpected("`{` before the body of the function",
               fmt::format("write `def {}(...) {{ ... }}`", function.name.value));
    return std::nullopt;
  }
  take();
  if (!parse_braced_body(function)) return std::nullopt;
  return function;
}

bool Parser::parse_parameters(FunctionDef& function) {
  if (!expect(TokenKind::LeftParen, "after the function's name")) return false;
  if (accept(TokenKind::RightParen)) return true;
  do {
    auto parameter = parse_parameter();
    if (!parameter) return false;
    function.parameters.push_back(std::move(*parameter));
  } while (accept(TokenKind::Comma));
  return expect(TokenKind::RightParen, "after the parameters");
}

/// `const` before a parameter's type: reported, then read without.
void Parser::skip_const() {
  while (at_word("const") && peek(1).kind == TokenKind::Word) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, "const");
    d.help = "leave it out: nothing can change a parameter";
    d.fixes.push_back({{peek().span.begin, peek(1).span.begin}, ""});
    report(std::move(d));
    take();
  }
}

/// Between a parameter's type and name.
void Parser::skip_pointer() {
  const Token star = peek();
  if (!accept(TokenKind::Star)) return;
  Diagnostic d = diagnose(Finding::UnexpectedToken, star.span, "a parameter name", "`*`");
  d.help = fmt::format("there are no pointers: write `Task {}`", text(peek()));
  const bool joined =
      tokens_[at_ - 2].span.end == star.span.begin && star.span.end == peek().span.begin;
  d.fixes.push_back({star.span, joined ? " " : ""});
  report(std::move(d));
}

std::optional<Parameter> Parser::parse_parameter() {
  Parameter parameter;
  skip_const();
  const Token first = peek();
  const bool pointer = peek(1).kind == TokenKind::Star && peek(2).kind == TokenKind::Word &&
                       parameter_type(text(first));
  const bool typed = at(TokenKind::Word) && (peek(1).kind == TokenKind::Word || pointer);
  if (typed) {
    const auto type = parameter_type(text(first));
    if (!type) {
      failed_ = true;
      Diagnostic d =
          diagnose(Finding::UnexpectedToken, first.span, "a parameter type", describe(first));
      d.help = "types are int, bool, tuple, IPoint, ISpace, MSpace and Task";
      if (const auto nearest = did_you_mean(text(first), type_names())) {
        d.help = fmt::format("did you mean `{}`?", *nearest);
        d.fixes.push_back({first.span, *nearest});
      }
      report(std::move(d));
      return std::nullopt;
    }
    parameter.type = *type;
    take();
    skip_pointer();
  }
  auto name = parse_identifier("a parameter such as `Task task`");
  if (!name) return std::nullopt;
  parameter.name = std::move(*name);
  if (!typed && at(TokenKind::Colon)) {  // name: type
    failed_ = true;
    Diagnostic d = diagnose(Finding::UnexpectedToken, peek().span, "`,` or `)`", describe(peek()));
    d.help =
        fmt::format("the type stands before the name: `{} {}`",
                    peek(1).kind == TokenKind::Word ? text(peek(1)) : "Task", parameter.name.value);
    report(std::move(d));
    return std::nullopt;
  }
  if (!typed) {
    Diagnostic d = diagnose(Finding::PaperUntyped, parameter.name.span, parameter.name.value);
    d.help = fmt::format(
        "write `Task {}` if a rule names this function, else int, IPoint, ISpace or MSpace",
        parameter.name.value);
    d.fixes.push_back({{first.span.begin, first.span.begin}, "Task "});
    d.fix_is_certain = false;  // what the function is for is not known here
    report(std::move(d));
  }
  return parameter;
}

bool Parser::at_function_statement() const {
  return at_word("return") || at_word("print") ||
         (at(TokenKind::Word) && !is_reserved(text(peek())) && peek(1).kind == TokenKind::Assign);
}

bool Parser::parse_braced_body(FunctionDef& function) {
  const Token open = previous();
  const bool outer_lines_end = std::exchange(lines_end_, false);
  for (;;) {
    if (accept(TokenKind::RightBrace)) break;
    if (accept(TokenKind::Semicolon)) continue;
    const bool statement_follows = at(TokenKind::Word) && is_statement_keyword(text(peek()));
    if (at(TokenKind::End) || statement_follows) {
      Diagnostic d = diagnose(Finding::MissingBrace, {previous().span.end, previous().span.end},
                              function.name.value);
      d.help = "add `}` after the last statement of the function";
      d.labels.push_back({open.span, "the body starts here"});
      d.fixes.push_back({{previous().span.end, previous().span.end}, "\n}"});
      report(std::move(d));
      break;
    }
    const std::size_t before = at_;
    const std::uint32_t begin = peek().span.begin;
    auto statement = parse_function_statement();
    if (statement && !failed_ && expect_semicolon()) {
      statement->span = span_from(begin);
      function.body.push_back(std::move(*statement));
      continue;
    }
    note_broken(before);
    function.complete = false;
    skip_statement();
    if (at_ == before) take();
  }
  lines_end_ = outer_lines_end;
  if (function.complete && function.body.empty()) {
    Diagnostic d = diagnose(Finding::EmptyBody, function.name.span, function.name.value);
    d.help = "add `return machine[node, processor];`";
    report(std::move(d));
    return false;
  }
  return true;
}

void Parser::parse_colon_body(FunctionDef& function, std::uint32_t def_begin, const Token& colon) {
  const bool outer_lines_end = std::exchange(lines_end_, true);
  const int def_column = source_.locate(def_begin).column;
  bool returned = false;
  while (!returned && at_function_statement()) {
    const bool outdented =
        at_line_start() && source_.locate(peek().span.begin).column <= def_column;
    if (outdented && !function.body.empty()) break;
    const std::uint32_t begin = peek().span.begin;
    auto statement = parse_function_statement();
    if (!statement || failed_ || !expect_semicolon()) break;
    statement->span = span_from(begin);
    returned = std::holds_alternative<ReturnStmt>(statement->node);
    function.body.push_back(std::move(*statement));
  }
  lines_end_ = outer_lines_end;
  if (failed_) return;
  // The body goes on with what is no statement: its end, and the braces, are not known yet.
  const bool goes_on = !returned && !function.body.empty() && at(TokenKind::Word) &&
                       at_line_start() && !is_statement_keyword(text(peek())) &&
                       source_.locate(peek().span.begin).column > def_column;
  if (goes_on) return report_function_statement();
  if (function.body.empty()) {
    if (at(TokenKind::Word) && !is_statement_keyword(text(peek())))
      return report_function_statement();
    Diagnostic d = diagnose(Finding::EmptyBody, function.name.span, function.name.value);
    d.help = "add `return machine[node, processor];`";
    failed_ = true;
    return report(std::move(d));
  }
  Diagnostic d = diagnose(Finding::PaperColon, colon.span, function.name.value);
  d.help = "write braces: `{` instead of the colon, `}` after the return";
  d.fixes.push_back({colon.span, " {"});
  d.fixes.push_back({{previous().span.end, previous().span.end}, " }"});
  report(std::move(d));
}

std::optional<FunctionStmt> Parser::parse_function_statement() {
  FunctionStmt statement;
  if (at_word("return")) {
    take();
    ReturnStmt node;
    if (at(TokenKind::Semicolon)) {
      unexpected("a value", "every function returns one: `return machine[node, processor];`");
      return std::nullopt;
    }
    node.value = parse_expression();
    if (failed_) return std::nullopt;
    statement.node = std::move(node);
    return statement;
  }
  if (at_word("print")) {
    auto node = parse_print();
    if (!node) return std::nullopt;
    statement.node = std::move(*node);
    return statement;
  }
  if (at_function_statement()) {
    auto node = parse_assignment();
    if (!node) return std::nullopt;
    statement.node = std::move(*node);
    return statement;
  }
  report_function_statement();
  return std::nullopt;
}

constexpr std::string_view kOneNameAtATime =
    "assign one name at a time: `i = task.ipoint[0]; j = task.ipoint[1];`";

void Parser::report_function_statement() {
  failed_ = true;
  const std::string word(at(TokenKind::Word) ? text(peek()) : std::string_view());
  const bool choice = word == "if" || word == "else" || word == "elif" || word == "switch";
  const bool loop = word == "for" || word == "while";
  if (choice || loop) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, word);
    d.help = choice
                 ? "write a conditional value: `x = condition ? a : b;`"
                 : "write a tuple, `x = tuple(f(i) for i in range(n));`; to add up, a function "
                   "that calls itself, `def sum(int i) { return i < 0 ? 0 : sum(i - 1) + f(i); }`";
    return report(std::move(d));
  }
  if (word == "Return") {
    Diagnostic d = diagnose(Finding::UnknownStatement, peek().span, word);
    d.help = "write `return`";
    d.fixes.push_back({peek().span, "return"});
    return report(std::move(d));
  }
  if (!word.empty() && peek(1).kind == TokenKind::Word && peek(2).kind == TokenKind::Assign &&
      !is_reserved(word)) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, word);
    d.help = fmt::format("variables have no declared type: write `{} = ...;`", text(peek(1)));
    d.fixes.push_back({{peek().span.begin, peek(1).span.begin}, ""});
    return report(std::move(d));
  }
  if (word == "const" && peek(1).kind == TokenKind::Word && peek(2).kind == TokenKind::Word &&
      peek(3).kind == TokenKind::Assign) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, word);
    d.help = fmt::format("variables have no declared type: write `{} = ...;`", text(peek(2)));
    d.fixes.push_back({{peek().span.begin, peek(2).span.begin}, ""});
    return report(std::move(d));
  }
  if (!word.empty() && !is_reserved(word)) {
    Diagnostic d = diagnose(Finding::ExpressionStatement, peek().span);
    d.help = "write `name = value;` or `return value;`";
    const TokenKind sign = peek(1).kind;
    const bool arithmetic = sign == TokenKind::Plus || sign == TokenKind::Minus ||
                            sign == TokenKind::Star || sign == TokenKind::Slash ||
                            sign == TokenKind::Percent;
    if (sign == TokenKind::Comma) d.help = std::string(kOneNameAtATime);
    if (arithmetic && peek(2).kind == TokenKind::Assign) {
      d.help =
          fmt::format("a variable keeps its value; give the new one a name: `{0}2 = {0} {1} ...;`",
                      word, text(peek(1)));
    }
    return report(std::move(d));
  }
  if (at_unpacking()) {
    Diagnostic d = diagnose(Finding::ExpressionStatement, peek().span);
    d.help = std::string(kOneNameAtATime);
    return report(std::move(d));
  }
  unexpected("an assignment, `print` or `return`");
}

bool Parser::at_unpacking() const {
  if (!at(TokenKind::LeftParen)) return false;
  std::size_t i = 1;
  while (peek(i).kind == TokenKind::Word && peek(i + 1).kind == TokenKind::Comma) i += 2;
  if (peek(i).kind == TokenKind::Word) ++i;
  return i > 1 && peek(i).kind == TokenKind::RightParen && peek(i + 1).kind == TokenKind::Assign;
}

}  // namespace castra::lang::detail
