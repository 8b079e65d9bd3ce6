#include "lang/grammar.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "lang/ast.h"
#include "lang/keywords.h"
#include "machine/kinds.h"

namespace castra::lang {
namespace {

using Form = Phrase::Form;

Phrase terminal(Terminal terminal) { return {.form = Form::Terminal, .terminal = terminal}; }
Phrase token(TokenKind kind) { return {.form = Form::Terminal, .token = kind}; }
Phrase word(std::string_view text) {
  return {.form = Form::Terminal, .terminal = Terminal::Keyword, .text = std::string(text)};
}
Phrase use(std::string_view production) {
  return {.form = Form::Production, .text = std::string(production)};
}
Phrase compose(Form form, std::vector<Phrase> parts) {
  return {.form = form, .parts = std::move(parts)};
}
Phrase sequence(std::initializer_list<Phrase> parts) { return compose(Form::Sequence, parts); }
Phrase choice(std::initializer_list<Phrase> parts) { return compose(Form::Choice, parts); }
Phrase optional(Phrase part) { return compose(Form::Optional, {std::move(part)}); }
Phrase repeat(Phrase part) { return compose(Form::Repeat, {std::move(part)}); }

Phrase comma_list(const Phrase& item) {
  return sequence({item, repeat(sequence({token(TokenKind::Comma), item}))});
}
Phrase left_associative(const Phrase& operand, std::initializer_list<TokenKind> operators) {
  std::vector<Phrase> signs;
  for (const TokenKind sign : operators) signs.push_back(token(sign));
  return sequence({operand, repeat(sequence({compose(Form::Choice, std::move(signs)), operand}))});
}

template <typename Words, typename Spelling>
Phrase one_of(const Words& words, Spelling&& spelling) {
  std::vector<Phrase> parts;
  for (const auto& one : words) parts.push_back(word(spelling(one)));
  return compose(Form::Choice, std::move(parts));
}

Phrase memory_phrase() {
  Phrase phrase = one_of(kAllMemoryKinds, [](MemoryKind kind) { return to_string(kind); });
  phrase.parts.push_back(word(kRegisteredAlias));
  return phrase;
}

Phrase constraint_phrase() {
  std::vector<Phrase> parts;
  for (const LayoutWord& one : layout_words()) {
    parts.push_back(one.part.empty() ? sequence({word(one.word), use("relation"), use("alignment")})
                                     : word(one.word));
  }
  return compose(Form::Choice, std::move(parts));
}

Phrase alignment_phrase() {
  std::vector<Phrase> parts;
  for (std::int64_t bytes = 1; bytes <= kMaxAlignment; bytes *= 2)
    parts.push_back(word(std::to_string(bytes)));
  return compose(Form::Choice, std::move(parts));
}

void add_rules(std::vector<Production>& table) {
  const Phrase star = token(TokenKind::Star);
  const Phrase end = token(TokenKind::Semicolon);
  const auto rule = [&](std::string name, std::string_view keyword, std::vector<Phrase> operands) {
    operands.insert(operands.begin(), word(keyword));
    operands.push_back(end);
    table.push_back({std::move(name), compose(Form::Sequence, std::move(operands))});
  };
  rule("task", "Task", {use("tasks"), use("processors")});
  rule("region", "Region",
       {use("tasks"), use("regions"), choice({star, use("processor")}), use("memories")});
  rule("layout", "Layout",
       {use("tasks"), use("regions"), choice({star, use("memory"), use("processor")}),
        repeat(use("constraint"))});
  rule("instance-limit", "InstanceLimit", {use("tasks"), terminal(Terminal::Integer)});
  rule("collect-memory", "CollectMemory", {use("tasks"), use("regions")});
  rule("index-map", "IndexTaskMap", {use("map-targets"), terminal(Terminal::Name)});
  rule("single-map", "SingleTaskMap", {use("map-targets"), terminal(Terminal::Name)});
  rule("control-replicate", "ControlReplicate", {use("tasks")});
  rule("task-steal", "TaskSteal",
       {use("tasks"), choice({star, use("processor")}),
        one_of(steal_scopes(), [](std::string_view scope) { return scope; })});
  rule("language", "language", {word("1")});
}

void add_operands(std::vector<Production>& table) {
  const Phrase star = token(TokenKind::Star);
  const auto add = [&](std::string name, Phrase phrase) {
    table.push_back({std::move(name), std::move(phrase)});
  };
  add("tasks", choice({star, comma_list(use("task-name"))}));
  add("task-name", choice({terminal(Terminal::Name), terminal(Terminal::Quoted)}));
  add("regions", choice({star, comma_list(use("region-name"))}));
  add("region-name",
      choice({terminal(Terminal::Name), terminal(Terminal::Quoted), terminal(Terminal::Position)}));
  add("map-targets", choice({star, comma_list(choice({use("task-name"), use("processor")}))}));
  add("processors", comma_list(use("processor")));
  add("memories", comma_list(use("memory")));
  add("processor", one_of(kAllProcessorKinds, [](ProcessorKind kind) { return to_string(kind); }));
  add("memory", memory_phrase());
  add("constraint", constraint_phrase());
  add("relation",
      choice({token(TokenKind::EqualEqual), token(TokenKind::NotEqual), token(TokenKind::LessEqual),
              token(TokenKind::GreaterEqual), token(TokenKind::Less), token(TokenKind::Greater)}));
  add("alignment", alignment_phrase());
}

void add_functions(std::vector<Production>& table) {
  const Phrase end = token(TokenKind::Semicolon);
  const auto add = [&](std::string name, Phrase phrase) {
    table.push_back({std::move(name), std::move(phrase)});
  };
  add("function", sequence({word("def"), terminal(Terminal::Name), token(TokenKind::LeftParen),
                            optional(comma_list(use("parameter"))), token(TokenKind::RightParen),
                            token(TokenKind::LeftBrace), use("function-statement"),
                            repeat(use("function-statement")), token(TokenKind::RightBrace)}));
  add("parameter", sequence({use("type"), terminal(Terminal::Name)}));
  add("type", one_of(parameter_types(), [](ParameterType type) { return to_string(type); }));
  add("function-statement",
      choice({use("assignment"), use("print"), sequence({word("return"), use("value"), end})}));
  add("assignment",
      sequence({terminal(Terminal::Name), token(TokenKind::Assign), use("value"), end}));
  add("print", sequence({word("print"), token(TokenKind::LeftParen), terminal(Terminal::Quoted),
                         repeat(sequence({token(TokenKind::Comma), use("value")})),
                         token(TokenKind::RightParen), end}));
}

void add_expressions(std::vector<Production>& table) {
  const Phrase comma = token(TokenKind::Comma);
  const auto add = [&](std::string name, Phrase phrase) {
    table.push_back({std::move(name), std::move(phrase)});
  };
  const auto conditional = [](const char* last) {
    return sequence(
        {use("disjunction"), optional(sequence({token(TokenKind::Question), use("value"),
                                                token(TokenKind::Colon), use(last)}))});
  };
  // A lone `*` must be followed by what ends an expression, and `for` and `if` do not.
  add("value", choice({conditional("value"), token(TokenKind::Star)}));
  add("expression", conditional("expression"));
  add("disjunction", left_associative(use("conjunction"), {TokenKind::OrOr}));
  add("conjunction", left_associative(use("equality"), {TokenKind::AndAnd}));
  add("equality",
      left_associative(use("comparison"), {TokenKind::EqualEqual, TokenKind::NotEqual}));
  add("comparison", left_associative(use("sum"), {TokenKind::Less, TokenKind::LessEqual,
                                                  TokenKind::Greater, TokenKind::GreaterEqual}));
  add("sum", left_associative(use("product"), {TokenKind::Plus, TokenKind::Minus}));
  add("product",
      left_associative(use("operand"), {TokenKind::Star, TokenKind::Slash, TokenKind::Percent}));
  add("operand", choice({use("unary"), sequence({token(TokenKind::Star), use("unary")})}));
  add("unary",
      choice({use("postfix"), sequence({choice({token(TokenKind::Minus), token(TokenKind::Bang)}),
                                        use("unary")})}));
  add("postfix",
      sequence({use("primary"),
                repeat(choice({use("call"), use("index"), use("slice"),
                               sequence({token(TokenKind::Dot), terminal(Terminal::Member)})}))}));
  add("call", sequence({token(TokenKind::LeftParen), optional(use("items")),
                        token(TokenKind::RightParen)}));
  add("index", sequence({token(TokenKind::LeftBracket), comma_list(use("value")),
                         token(TokenKind::RightBracket)}));
  add("slice",
      sequence({token(TokenKind::LeftBracket), optional(use("expression")), token(TokenKind::Colon),
                optional(use("expression")), token(TokenKind::RightBracket)}));
  add("items", comma_list(use("value")));
  add("primary",
      choice({terminal(Terminal::Integer), terminal(Terminal::Text), word("True"), word("False"),
              terminal(Terminal::Name), use("processor"), use("memory"),
              sequence({token(TokenKind::LeftParen), use("value"), token(TokenKind::RightParen)}),
              use("tuple"), use("comprehension")}));
  add("tuple", sequence({token(TokenKind::LeftParen),
                         optional(sequence({use("value"), comma,
                                            optional(sequence({use("items"), optional(comma)}))})),
                         token(TokenKind::RightParen)}));
  add("comprehension",
      sequence({word("tuple"), token(TokenKind::LeftParen), use("expression"), word("for"),
                terminal(Terminal::Name), word("in"), use("expression"),
                optional(sequence({word("if"), use("expression")})),
                token(TokenKind::RightParen)}));
}

std::vector<Production> make_grammar() {
  std::vector<Production> table;
  table.push_back({"program", repeat(use("statement"))});
  table.push_back(
      {"statement", choice({use("task"), use("region"), use("layout"), use("index-map"),
                            use("single-map"), use("instance-limit"), use("collect-memory"),
                            use("control-replicate"), use("task-steal"), use("function"),
                            use("assignment"), use("print"), use("language")})});
  add_rules(table);
  add_operands(table);
  add_functions(table);
  add_expressions(table);
  return table;
}

}  // namespace

const std::vector<Production>& grammar() {
  static const std::vector<Production> kGrammar = make_grammar();
  return kGrammar;
}

std::vector<std::string> words_not_names() {
  std::vector<std::string> words;
  for (const std::string_view keyword : statement_keywords()) words.emplace_back(keyword);
  for (const std::string_view keyword : other_keywords()) words.emplace_back(keyword);
  words.emplace_back("not");
  const std::vector<std::string> kinds = words_not_texts();
  words.insert(words.end(), kinds.begin(), kinds.end());
  std::sort(words.begin(), words.end());
  return words;
}

std::vector<std::string> words_not_texts() {
  std::vector<std::string> words;
  for (const ProcessorKind kind : kAllProcessorKinds) words.emplace_back(to_string(kind));
  for (const MemoryKind kind : kAllMemoryKinds) words.emplace_back(to_string(kind));
  words.emplace_back(kRegisteredAlias);
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace castra::lang
