#include "lang/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "lang/builtins.h"
#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/keywords.h"
#include "lang/parser.h"
#include "support/source.h"

/// The vocabulary is what editors offer: it must have every word of the tables that the parser and
/// the checker read, and nothing that they refuse.
namespace castra::lang {
namespace {

using ::testing::HasSubstr;

/// What is wrong with a program, notes and warnings left out; empty if nothing is.
std::string errors_of(const std::string& text) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  Ast ast = parse(source, sink);
  if (!sink.has_errors()) check_program(std::move(ast), source, sink);
  return sink.has_errors() ? render_all(source, sink) : "";
}

bool says(const std::string& errors, Finding finding) {
  return errors.find("[" + std::string(info(finding).code) + "]") != std::string::npos;
}

/// A function in which `value` is returned and the words in the forms of the vocabulary are names.
std::string returning(std::string_view value) {
  return "def parts() { return 2; }\n"
         "def f(Task task, MSpace machine, IPoint point, int a, int b, int n, tuple t,\n"
         "      int dimension, int factor, int low, int high) {\n"
         "  parts = 2;\n"
         "  return " +
         std::string(value) + ";\n}\n";
}

/// The least program in which a word of that class stands in its place, written as its form says.
std::string program_with(const WordInfo& word) {
  const std::string form(word.form);
  switch (word.word_class) {
    case WordClass::Statement:
      if (word.word == "def") return "machine = Machine(GPU);\n" + form;
      return "m = Machine(GPU);\ndef function(Task task) { return m[0, 0]; }\n" + form;
    case WordClass::FunctionStatement:
      return "def f(MSpace machine, int node, int processor, int value) {\n  " + form +
             (word.word == "return" ? "" : " return 0;") + "\n}";
    case WordClass::Processor:
      return "Task * " + form + ";";
    case WordClass::Memory:
      return "Region * * * " + form + ";";
    case WordClass::Constraint:
      return "Layout * * * " + form + ";";
    case WordClass::StealScope:
      return "TaskSteal * * " + form + ";";
    case WordClass::ParameterType:
      return "def f(" + form + ") { return 0; }";
    case WordClass::Transform:
      return returning("machine." + form);
    case WordClass::Literal:
    case WordClass::Function:
    case WordClass::TaskMember:
    case WordClass::MachineMember:
    case WordClass::TupleMember:
      return returning(form);
  }
  return {};
}

std::string_view example_of(MemberOwner owner) {
  switch (owner) {
    case MemberOwner::Task:
      return "task";
    case MemberOwner::Machine:
      return "machine";
    case MemberOwner::Tuple:
      return "point";
  }
  return {};
}

TEST(Vocabulary, EveryFormIsLegalInItsPlace) {
  for (const WordInfo& word : vocabulary()) {
    EXPECT_FALSE(word.help.empty()) << word.word;
    EXPECT_THAT(std::string(word.form), HasSubstr(std::string(word.word)));
    EXPECT_EQ(errors_of(program_with(word)), "");
  }
}

TEST(Vocabulary, HasTheWordsOfTheParser) {
  for (const std::string_view word : statement_keywords())
    EXPECT_NE(find_word(word, WordClass::Statement), nullptr) << word;
  for (const LayoutWord& word : layout_words())
    EXPECT_NE(find_word(word.word, WordClass::Constraint), nullptr) << word.word;
  for (const std::string_view word : steal_scopes())
    EXPECT_NE(find_word(word, WordClass::StealScope), nullptr) << word;
  for (const std::string_view word : function_words())
    EXPECT_NE(find_word(word, WordClass::Function), nullptr) << word;
  for (const std::string_view word : member_words()) EXPECT_NE(find_word(word), nullptr) << word;
  for (const ParameterType type : parameter_types())
    EXPECT_NE(find_word(to_string(type), WordClass::ParameterType), nullptr);
  EXPECT_NE(find_word(kRegisteredAlias, WordClass::Memory), nullptr);
  // `for` and `in` have no meaning of their own.
  const std::string comprehension(find_word("tuple", WordClass::Literal)->form);
  for (const std::string_view word : other_keywords())
    EXPECT_TRUE(find_word(word) != nullptr ||
                comprehension.find(" " + std::string(word) + " ") != std::string::npos)
        << word;
}

TEST(Vocabulary, HasEveryKind) {
  for (const ProcessorKind kind : kAllProcessorKinds)
    EXPECT_NE(find_word(to_string(kind), WordClass::Processor), nullptr);
  for (const MemoryKind kind : kAllMemoryKinds)
    EXPECT_NE(find_word(to_string(kind), WordClass::Memory), nullptr);
}

TEST(Vocabulary, HasEveryMemberOfTheCheckerAndNoOther) {
  std::set<std::string_view> words;
  for (const WordInfo& word : vocabulary()) words.insert(word.word);
  for (const MemberOwner owner : {MemberOwner::Task, MemberOwner::Machine, MemberOwner::Tuple}) {
    for (const std::string_view word : words) {
      const MemberInfo* member = find_member(owner, word);
      const TransformInfo* transform =
          owner == MemberOwner::Machine ? find_transform(word) : nullptr;
      const bool called = transform != nullptr || (member != nullptr && member->called);
      const std::string value = std::string(example_of(owner)) + "." + std::string(word);
      const bool reads = errors_of(returning(value)).empty();
      EXPECT_EQ(reads, member != nullptr && !called) << value;
      const std::string call = errors_of(returning(value + "(1, 2, 3, 4, 5)"));
      EXPECT_EQ(!says(call, Finding::UnknownMember), member != nullptr || transform != nullptr)
          << value << call;
    }
  }
}

TEST(Vocabulary, HasEveryFunctionOfTheCheckerAndNoOther) {
  std::set<std::string_view> words;
  for (const WordInfo& word : vocabulary()) words.insert(word.word);
  const std::vector<std::string_view> functions = function_words();
  for (const std::string_view word : words) {
    if (word == "tuple") continue;  // written like a call
    const bool known = std::find(functions.begin(), functions.end(), word) != functions.end();
    const std::string found = errors_of(returning(std::string(word) + "(a)"));
    const bool refused = says(found, Finding::UnexpectedToken) ||
                         says(found, Finding::UndefinedFunction) ||
                         says(found, Finding::NotCallable);
    EXPECT_EQ(refused, !known) << word << "\n" << found;
  }
}

TEST(Vocabulary, HasNoWordTwiceInOneClass) {
  std::set<std::pair<WordClass, std::string_view>> seen;
  for (const WordInfo& word : vocabulary())
    EXPECT_TRUE(seen.insert({word.word_class, word.word}).second) << word.word;
}

}  // namespace
}  // namespace castra::lang
