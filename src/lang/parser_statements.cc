#include <algorithm>
#include <array>

#include "lang/keywords.h"
#include "lang/parser_impl.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

/// Keywords of other languages that a writer may expect.
bool is_foreign_keyword(std::string_view word) {
  using namespace std::string_view_literals;
  constexpr std::array kForeign = {"if"sv,      "else"sv,    "elif"sv, "for"sv,   "while"sv,
                                   "lambda"sv,  "import"sv,  "from"sv, "class"sv, "switch"sv,
                                   "foreach"sv, "let"sv,     "var"sv,  "auto"sv,  "const"sv,
                                   "int"sv,     "function"sv};
  return std::find(kForeign.begin(), kForeign.end(), word) != kForeign.end();
}

/// What to write instead of such a word at the start of a statement. `function`: a name and a
/// parenthesis follow.
std::string foreign_help(std::string_view word, bool function) {
  if (word == "import" || word == "from")
    return "a mapping program stands alone, nothing is imported: remove the line";
  if (word == "if" || word == "else" || word == "elif" || word == "switch")
    return "rules are unconditional; choose inside a function: `x = condition ? a : b;`";
  if (word == "for" || word == "while" || word == "foreach")
    return "there are no loops; write one rule per task, or a list `Task a, b GPU;`";
  if (word == "function" || function || word == "lambda")
    return "a function is defined by `def name(Task task) { return machine[0, 0]; }`";
  if (word == "class") return "there are no types to define; write rules and functions";
  return "a variable is defined by `name = value;`";
}

template <typename Node>
std::optional<Statement> wrap(std::optional<Node> node) {
  if (!node) return std::nullopt;
  Statement statement;
  statement.node = std::move(*node);
  return statement;
}

std::vector<std::string> keyword_list() {
  std::vector<std::string> keywords;
  for (const std::string_view word : statement_keywords()) keywords.emplace_back(word);
  keywords.emplace_back("print");
  return keywords;
}

}  // namespace

void Parser::parse_statement() {
  if (at(TokenKind::RightBrace)) {
    Diagnostic d = diagnose(Finding::UnmatchedBrace, peek().span);
    d.help = "remove it, or add the missing `{` after a function's parameters";
    d.fixes.push_back({peek().span, ""});
    report(std::move(d));
    take();
    return;
  }
  if (accept(TokenKind::Semicolon)) return;  // an empty statement
  const std::uint32_t begin = peek().span.begin;
  const std::size_t first = at_;
  std::optional<Statement> statement =
      at(TokenKind::Word) ? parse_keyword_statement(text(peek())) : parse_other_statement();
  if (statement && !failed_) {
    const bool function = std::holds_alternative<FunctionDef>(statement->node);
    if (function || expect_semicolon()) {
      statement->span = span_from(begin);
      ast_.statements.push_back(std::move(*statement));
      return;
    }
  }
  note_broken(first);
  skip_statement();
}

/// Remembers what the statement that failed would have defined.
void Parser::note_broken(std::size_t first) {
  const Token& start = tokens_[first];
  if (start.kind != TokenKind::Word) return;
  const Token& next = tokens_[std::min(first + 1, tokens_.size() - 1)];
  if (next.kind == TokenKind::Assign) ast_.broken.emplace_back(text(start));
  if (text(start) == "def" && next.kind == TokenKind::Word) ast_.broken.emplace_back(text(next));
}

std::optional<Statement> Parser::parse_keyword_statement(std::string_view keyword) {
  const auto after_keyword = [this] {
    take();
    return true;
  };
  if (peek(1).kind == TokenKind::Assign && !is_reserved(keyword)) return wrap(parse_assignment());
  if (keyword == "Task") return after_keyword() ? wrap(parse_task()) : std::nullopt;
  if (keyword == "Region") return after_keyword() ? wrap(parse_region()) : std::nullopt;
  if (keyword == "Layout") return after_keyword() ? wrap(parse_layout()) : std::nullopt;
  if (keyword == "InstanceLimit")
    return after_keyword() ? wrap(parse_instance_limit()) : std::nullopt;
  if (keyword == "CollectMemory")
    return after_keyword() ? wrap(parse_collect_memory()) : std::nullopt;
  if (keyword == "IndexTaskMap") return after_keyword() ? wrap(parse_map(false)) : std::nullopt;
  if (keyword == "SingleTaskMap") return after_keyword() ? wrap(parse_map(true)) : std::nullopt;
  if (keyword == "ControlReplicate") {
    return after_keyword() ? wrap(parse_control_replicate()) : std::nullopt;
  }
  if (keyword == "TaskSteal") return after_keyword() ? wrap(parse_task_steal()) : std::nullopt;
  if (keyword == "def") return wrap(parse_function());
  if (keyword == "print") return wrap(parse_print());
  if (keyword == "language" && peek(1).kind == TokenKind::Integer) return wrap(parse_language());
  return parse_other_statement();
}

std::optional<Statement> Parser::parse_other_statement() {
  if (!at(TokenKind::Word)) {
    unexpected("a statement",
               at(TokenKind::String) ? "a statement starts with a keyword such as `Task`" : "");
    return std::nullopt;
  }
  const std::string word(text(peek()));
  for (const std::string& keyword : keyword_list()) {
    if (word == keyword || !same_ignoring_case(word, keyword)) continue;
    Diagnostic d = diagnose(Finding::UnknownStatement, peek().span, word);
    d.help = fmt::format("keywords are case-sensitive: write `{}`", keyword);
    d.fixes.push_back({peek().span, keyword});
    report(std::move(d));
    return parse_keyword_statement(keyword);
  }
  report_unknown_statement();
  return std::nullopt;
}

void Parser::report_unknown_statement() {
  failed_ = true;
  const std::string word(text(peek()));
  if (is_foreign_keyword(word)) {
    Diagnostic d = diagnose(Finding::NoSuchConstruct, peek().span, word);
    d.help =
        foreign_help(word, peek(1).kind == TokenKind::Word && peek(2).kind == TokenKind::LeftParen);
    return report(std::move(d));
  }
  if (word == "return") {
    Diagnostic d = diagnose(Finding::UnexpectedToken, peek().span, "a statement",
                            "`return` outside a function");
    d.help = "a function body is enclosed in one pair of braces";
    return report(std::move(d));
  }
  if (peek(1).kind == TokenKind::LeftParen || peek(1).kind == TokenKind::Dot ||
      peek(1).kind == TokenKind::LeftBracket) {
    Diagnostic d = diagnose(Finding::ExpressionStatement, peek().span);
    d.help = "give the value a name: `name = ...;`";
    return report(std::move(d));
  }
  Diagnostic d = diagnose(Finding::UnknownStatement, peek().span, quoted_excerpt(word));
  if (const auto nearest = did_you_mean(word, keyword_list())) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({peek().span, *nearest});
  } else if (is_reserved(word)) {
    d.help = "a statement starts with a keyword such as `Task` or `Region`";
  } else {
    d.help = "statements are Task, Region, Layout, IndexTaskMap, ..., def and `name = value;`";
  }
  report(std::move(d));
}

std::optional<TaskStmt> Parser::parse_task() {
  TaskStmt task;
  auto targets = parse_targets("task", false);
  if (!targets) return std::nullopt;
  task.tasks = std::move(*targets);
  auto processors = parse_processors();
  if (!processors) return std::nullopt;
  task.processors = std::move(*processors);
  return task;
}

std::optional<RegionStmt> Parser::parse_region() {
  RegionStmt region;
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  region.tasks = std::move(*tasks);
  auto regions = parse_targets("region", true);
  if (!regions) return std::nullopt;
  region.regions = std::move(*regions);
  if (!accept(TokenKind::Star)) {
    const Token slot = peek();
    const bool memory = at(TokenKind::Word) && parse_memory_kind(text(slot));
    if (memory) {
      failed_ = true;
      Diagnostic d = diagnose(Finding::WrongSlot, slot.span, "Region", "a processor kind or `*`",
                              fmt::format("the memory kind `{}`", text(slot)));
      d.help = fmt::format("a Region rule is `Region task region processor memory;`: write `* {}`",
                           text(slot));
      d.fixes.push_back({{slot.span.begin, slot.span.begin}, "* "});
      report(std::move(d));
      return std::nullopt;
    }
    region.processor = parse_processor();
    if (!region.processor) return std::nullopt;
    if (at(TokenKind::Comma)) {
      unexpected("a memory kind",
                 "a Region rule names one processor kind or `*`; write one rule per kind, "
                 "and a space before the memories");
      return std::nullopt;
    }
  }
  auto memories = parse_memories();
  if (!memories) return std::nullopt;
  region.memories = std::move(*memories);
  return region;
}

std::optional<InstanceLimitStmt> Parser::parse_instance_limit() {
  InstanceLimitStmt limit;
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  limit.tasks = std::move(*tasks);
  const auto count = parse_count("the number of instances");
  if (!count) return std::nullopt;
  limit.limit = *count;
  return limit;
}

std::optional<CollectMemoryStmt> Parser::parse_collect_memory() {
  CollectMemoryStmt collect;
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  collect.tasks = std::move(*tasks);
  auto regions = parse_targets("region", true);
  if (!regions) return std::nullopt;
  collect.regions = std::move(*regions);
  return collect;
}

std::optional<MapStmt> Parser::parse_map(bool single) {
  MapStmt map;
  map.single = single;
  do {
    const bool kind = at(TokenKind::Word) && parse_processor_kind(text(peek()));
    auto target = kind ? parse_kind_target() : parse_name_target("task", false);
    if (!target) return std::nullopt;
    const bool in_list = !map.targets.empty() || at(TokenKind::Comma);
    map.targets.push_back(std::move(*target));
    if (in_list && map.targets.back().any()) {
      report_star_in_list(map.targets.back().span);
      return std::nullopt;
    }
  } while (accept(TokenKind::Comma));
  auto function = parse_identifier("the name of a function");
  if (!function) return std::nullopt;
  map.function = std::move(*function);
  if (at(TokenKind::Word) && !at_line_start()) {
    unexpected("`;`",
               "the form with a machine operand is of an older language: index that machine in "
               "the function, `return machine[...];`");
    return std::nullopt;
  }
  if (at(TokenKind::LeftParen)) {
    unexpected("`;`", "name the function without calling it");
    return std::nullopt;
  }
  return map;
}

std::optional<ControlReplicateStmt> Parser::parse_control_replicate() {
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  return ControlReplicateStmt{std::move(*tasks)};
}

std::optional<TaskStealStmt> Parser::parse_task_steal() {
  TaskStealStmt steal;
  auto tasks = parse_targets("task", false);
  if (!tasks) return std::nullopt;
  steal.tasks = std::move(*tasks);
  if (at_word("SAME_NODE") || at_word("ANY_NODE")) {
    unexpected("a processor kind or `*`",
               "say from whose processors first: `TaskSteal a * SAME_NODE;`");
    return std::nullopt;
  }
  if (!accept(TokenKind::Star)) {
    steal.processor = parse_processor();
    if (!steal.processor) return std::nullopt;
  }
  if (!at_word("SAME_NODE") && !at_word("ANY_NODE")) {
    unexpected("`SAME_NODE` or `ANY_NODE`");
    return std::nullopt;
  }
  steal.any_node = text(take()) == "ANY_NODE";
  return steal;
}

std::optional<LanguageStmt> Parser::parse_language() {
  take();
  const Token& number = take();
  if (number.integer != 1) {
    Diagnostic d = diagnose(Finding::LanguageVersion, number.span, number.integer);
    d.help = "write `language 1;`";
    report(std::move(d));
  }
  return LanguageStmt{number.integer};
}

std::optional<AssignStmt> Parser::parse_assignment() {
  AssignStmt assign;
  const Token& name = take();
  assign.name = {std::string(text(name)), name.span};
  take();  // `=`
  assign.value = parse_expression();
  if (failed_) return std::nullopt;
  return assign;
}

std::optional<PrintStmt> Parser::parse_print() {
  PrintStmt print;
  take();
  if (!expect(TokenKind::LeftParen, "after `print`")) return std::nullopt;
  if (!at(TokenKind::String)) {
    unexpected("a text in double quotes", "write `print(\"{}\", value);`");
    return std::nullopt;
  }
  const Token& format = take();
  print.format = {string_value(text(format)), format.span};
  if (accept(TokenKind::Comma)) {
    if (!parse_items(TokenKind::RightParen, print.arguments)) return std::nullopt;
    return print;
  }
  if (!expect(TokenKind::RightParen, "after the arguments of `print`")) return std::nullopt;
  return print;
}

}  // namespace castra::lang::detail
