#include "lang/grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "context_free.h"
#include "gbnf.h"
#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/format.h"
#include "lang/parser.h"
#include "support/file.h"

namespace castra::lang {
namespace {

using testing_support::ContextFree;
using testing_support::RandomWalk;
using testing_support::Symbol;

/// The table as rules of a context-free grammar; terminal ids are indices of `terminals`.
struct Table {
  ContextFree rules;
  std::vector<Phrase> terminals;
  std::map<std::string, std::size_t> names;

  Table() {
    for (const Production& production : grammar()) names.emplace(production.name, add());
    for (const Production& production : grammar()) {
      const Symbol whole = symbol(production.phrase);  // may add to `rules`
      rules[names.at(production.name)].push_back({whole});
    }
  }

  std::size_t add() {
    rules.emplace_back();
    return rules.size() - 1;
  }

  Symbol symbol(const Phrase& phrase) {
    if (phrase.form == Phrase::Form::Terminal) {
      terminals.push_back(phrase);
      return {true, terminals.size() - 1};
    }
    if (phrase.form == Phrase::Form::Production) return {false, names.at(phrase.text)};
    const std::size_t self = add();
    std::vector<Symbol> parts;
    for (const Phrase& part : phrase.parts) parts.push_back(symbol(part));
    if (phrase.form == Phrase::Form::Choice) {
      for (const Symbol& part : parts) rules[self].push_back({part});
      return {false, self};
    }
    if (phrase.form != Phrase::Form::Sequence) rules[self].emplace_back();
    if (phrase.form == Phrase::Form::Repeat) parts.push_back({false, self});
    rules[self].push_back(std::move(parts));
    return {false, self};
  }
};

template <typename Words>
bool contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool matches(const Phrase& terminal, const Token& token, std::string_view text) {
  switch (terminal.terminal) {
    case Terminal::Punctuation:
      return token.kind == terminal.token;
    case Terminal::Keyword:
      return text == terminal.text;
    case Terminal::Name:
      return token.kind == TokenKind::Word && !contains(words_not_names(), text);
    case Terminal::Member:
      return token.kind == TokenKind::Word;
    case Terminal::Quoted:
      return token.kind == TokenKind::String;
    case Terminal::Text:
      return token.kind == TokenKind::String && !contains(words_not_texts(), string_value(text));
    case Terminal::Integer:
      return token.kind == TokenKind::Integer;
    case Terminal::Position:
      return token.kind == TokenKind::Integer && token.integer <= 1000000;
  }
  return false;
}

/// Whether the table derives a program, by Earley's algorithm over its tokens.
bool derives(const Table& table, const std::string& text) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  std::vector<Token> tokens = lex(source, sink);
  tokens.pop_back();
  return !sink.has_errors() &&
         testing_support::recognise(table.rules, table.names.at("program"), tokens.size(),
                                    [&](std::size_t terminal, std::size_t at) {
                                      return matches(table.terminals[terminal], tokens[at],
                                                     source.slice(tokens[at].span));
                                    })
             .whole;
}

std::string random_text(const Phrase& terminal, Rng& rng) {
  const auto pick = [&](const std::vector<std::string>& words) {
    return words[rng.below(words.size())];
  };
  switch (terminal.terminal) {
    case Terminal::Punctuation:
      return std::string(to_string(terminal.token));
    case Terminal::Keyword:
      return terminal.text;
    case Terminal::Name:
      return pick({"a", "m", "language", "Machine", "if", "or", "size", "SOA", "x_1", "else",
                   "SAME_NODE", "int", "Tasks", "_"});
    case Terminal::Member:
      return pick({"size", "ipoint", "split", "Task", "GPU", "not"});
    case Terminal::Quoted:
      return pick({"\"\"", "\"a b\"", "\"GPU\"", "\"{} # \\\" \\\\\""});
    case Terminal::Text:
      return pick({"\"\"", "\"a b\"", "\"GPUs\""});
    case Terminal::Integer:
      return pick({"0", "1", "007", "9223372036854775807"});
    case Terminal::Position:
      return pick({"0", "3", "999999"});
  }
  return "";
}

std::string errors_of(const std::string& text) {
  const SourceFile source("sentence", text);
  DiagnosticSink sink;
  parse(source, sink);
  std::string out;
  for (const Diagnostic& d : sink.diagnostics()) {
    if (d.severity == Severity::Error) out += render(source, d);
  }
  return out;
}

/// All mapping programs of the repository, with their texts.
std::map<std::string, std::string> programs() {
  std::map<std::string, std::string> found;
  for (const char* folder : {"share", "tests", "docs", "bench"}) {
    const std::string path = std::string(CASTRA_SOURCE_DIR) + "/" + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".castra")
        found[entry.path().string()] = read_file(entry.path().string()).value();
    }
  }
  return found;
}

TEST(Grammar, EveryProductionIsUsedAndDerivesSomething) {
  const Table table;
  const RandomWalk walk(table.rules);
  std::set<std::string> used = {"program"};
  const std::function<void(const Phrase&)> visit = [&](const Phrase& phrase) {
    if (phrase.form == Phrase::Form::Production) used.insert(phrase.text);
    for (const Phrase& part : phrase.parts) visit(part);
  };
  for (const Production& production : grammar()) visit(production.phrase);
  for (const Production& production : grammar()) {
    EXPECT_TRUE(used.contains(production.name)) << production.name;
    EXPECT_TRUE(walk.derives_something(table.names.at(production.name))) << production.name;
  }
}

TEST(Grammar, RandomSentencesParse) {
  const Table table;
  const RandomWalk walk(table.rules);
  Rng rng(20261121);
  std::size_t tokens = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (const std::size_t id :
         walk.sentence(table.names.at("program"), 6 + static_cast<int>(rng.below(30)), 1000, rng)) {
      text += random_text(table.terminals[id], rng) + (rng.below(8) == 0 ? "\n" : " ");
      ++tokens;
    }
    if (text.size() > 5000) continue;  // chains have a limit of their own
    ASSERT_EQ(errors_of(text), "") << text;
    ASSERT_TRUE(i % 50 != 0 || text.size() > 600 || derives(table, text)) << text;
  }
  EXPECT_GT(tokens, 15000u);
}

/// Both directions on the repository's own programs: derivable if and only if our parser finds no
/// error and nothing of another dialect.
TEST(Grammar, DerivesTheProgramsThatParse) {
  const Table table;
  int derivable = 0;
  int rejected = 0;
  for (const auto& [path, text] : programs()) {
    const SourceFile source(path, text);
    DiagnosticSink sink;
    parse(source, sink);
    bool usual = true;
    for (const Diagnostic& d : sink.diagnostics()) usual = usual && !d.code.starts_with("N");
    if (sink.has_errors()) {
      EXPECT_FALSE(derives(table, text)) << path;
      ++rejected;
    } else if (usual) {
      EXPECT_TRUE(derives(table, text)) << path;
      ++derivable;
    }
  }
  EXPECT_GE(derivable, 15);
  EXPECT_GE(rejected, 10);
}

/// A lone `*` in every place where an expression can stand: what the checker finds legal is
/// derived, and what the parser refuses is not.
TEST(Grammar, DerivesWildcardsWhereTheyAreLegal) {
  const Table table;
  const testing_support::Gbnf gbnf(grammar_gbnf());
  const std::string before =
      "m = Machine(GPU);\ndef one(any) { return any; }\ndef two(int n, any) { return any; }\n";
  int legal = 0;
  int refused = 0;
  for (const char* statement : {"x = *;",
                                "x = (*);",
                                "x = (*,);",
                                "x = (*, 1);",
                                "x = (1, *, 2);",
                                "x = one(*);",
                                "x = two(1, *);",
                                "x = one((*));",
                                "x = True ? * : 1;",
                                "x = True ? 1 : *;",
                                "x = True ? 1 : True ? * : *;",
                                "x = m[*, 0];",
                                "x = m[0, True ? * : 1];",
                                "x = m[one(*), 0];",
                                "x = m[(*, 0)[0], 1];",
                                "def f(Task t) { return m[0, *]; }",
                                "def f(int n) { return *; }",
                                "def f(int n) { return n > 0 ? * : n; }",
                                "def f(int n) { x = *; return x; }",
                                "print(\"{}\", *);",
                                "print(\"{} {}\", *, 1);",
                                "def f(int n) { print(\"{}\", *); return n; }",
                                "x = tuple(* for i in (1, 2));",
                                "x = tuple((*) for i in (1, 2));",
                                "x = tuple(True ? 1 : * for i in (1, 2));",
                                "x = tuple(True ? * : i for i in (1, 2));",
                                "x = tuple(i for i in (*, 1));",
                                "x = tuple(i for i in *);",
                                "x = tuple(i for i in (1, 2) if *);",
                                "x = (1, 2)[*];",
                                "x = (1, 2)[*:1];",
                                "x = (1, 2)[0:*];",
                                "x = * == 1;",
                                "x = 1 == *;",
                                "x = * + 1;",
                                "x = 1 + *;",
                                "x = -*;",
                                "x = !*;",
                                "x = *.size;",
                                "x = * ? 1 : 2;",
                                "x = True && *;",
                                "x = *[0];",
                                "x = m.split(*, 2);",
                                "x = min(*, 1);"}) {
    const std::string text = before + statement;
    const SourceFile source("t", text);
    DiagnosticSink sink;
    Ast ast = parse(source, sink);
    if (sink.has_errors()) {
      EXPECT_FALSE(derives(table, text)) << statement;
      ++refused;
      continue;
    }
    const std::string canonical = format(ast, source);
    check_program(std::move(ast), source, sink);
    if (sink.has_errors()) continue;
    EXPECT_TRUE(derives(table, statement)) << statement;
    const std::string last = canonical.substr(canonical.find("return any;", canonical.find("two")));
    const std::string alone = last.substr(last.find("}\n\n") + 3);
    EXPECT_TRUE(gbnf.recognise(alone).whole) << alone;
    ++legal;
  }
  EXPECT_GE(legal, 20);
  EXPECT_GE(refused, 5);
}

TEST(Grammar, GbnfDerivesOnlyWhatParses) {
  const testing_support::Gbnf gbnf(grammar_gbnf());
  ASSERT_EQ(gbnf.error(), "");
  const RandomWalk walk(gbnf.rules());
  Rng rng(7);
  std::size_t characters = 0;
  for (int i = 0; i < 2000; ++i) {
    const int depth = 10 + static_cast<int>(rng.below(60));
    const std::string text = gbnf.spell(walk.sentence(gbnf.start(), depth, 2000, rng), rng);
    if (text.size() > 5000) continue;
    ASSERT_EQ(errors_of(text), "") << text;
    characters += text.size();
  }
  EXPECT_GT(characters, 20000u);
}

TEST(Grammar, GbnfDerivesCanonicalPrograms) {
  const testing_support::Gbnf gbnf(grammar_gbnf());
  ASSERT_EQ(gbnf.error(), "");
  int derivable = 0;
  for (const auto& [path, text] : programs()) {
    if (path.find("/share/") == std::string::npos) continue;
    const SourceFile source(path, text);
    DiagnosticSink sink;
    const Ast ast = parse(source, sink);
    const std::string canonical = format(ast, source);
    const auto result = gbnf.recognise(canonical);
    EXPECT_TRUE(result.whole) << path << "\nup to:\n" << canonical.substr(0, result.reached);
    ++derivable;
  }
  EXPECT_GE(derivable, 10);
  for (const char* wrong : {"Task * CPU", "Task Task CPU;\n", "TaskaCPU;\n", "x = (1;\n",
                            "x = a**b;\n", "Layout * * * Align==3;\n", "x = \"GPU\";\n"}) {
    EXPECT_FALSE(gbnf.recognise(wrong).whole) << wrong;
  }
}

TEST(Grammar, EbnfHasEveryProduction) {
  const std::string text = grammar_ebnf();
  for (const Production& production : grammar())
    EXPECT_THAT(text, testing::HasSubstr("\n" + production.name)) << production.name;
}

TEST(Grammar, CheckedInTextMateGrammarIsTheGeneratedOne) {
  const std::string path =
      std::string(CASTRA_SOURCE_DIR) + "/share/castra/editors/castra.tmLanguage.json";
  EXPECT_EQ(read_file(path).value_or(""), grammar_textmate())
      << "rewrite it: castra grammar --format textmate -o " << path;
  const auto json = nlohmann::json::parse(grammar_textmate());
  EXPECT_EQ(json["scopeName"], "source.castra");
}

}  // namespace
}  // namespace castra::lang
