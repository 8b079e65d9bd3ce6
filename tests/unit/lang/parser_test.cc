#include "lang/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/printer.h"
#include "lang/token.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Lexed {
  std::vector<TokenKind> kinds;
  std::size_t errors = 0;
};

Lexed lex_text(const std::string& text) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  Lexed result;
  for (const Token& token : lex(source, sink)) result.kinds.push_back(token.kind);
  result.errors = sink.error_count();
  return result;
}

std::string dump_of(const std::string& text, std::size_t* errors = nullptr) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  if (errors != nullptr) *errors = sink.error_count();
  return dump(ast);
}

TEST(Lexer, TakesTheLongestToken) {
  using enum TokenKind;
  EXPECT_THAT(lex_text("a<=b==c&&d||!e!=f").kinds,
              ElementsAre(Word, LessEqual, Word, EqualEqual, Word, AndAnd, Word, OrOr, Bang, Word,
                          NotEqual, Word, End));
}

TEST(Lexer, SkipsCommentsBlanksAndByteOrderMark) {
  EXPECT_THAT(lex_text("\xef\xbb\xbf# one\n// two\r\n\t\a\v\f x # three").kinds,
              ElementsAre(TokenKind::Word, TokenKind::End));
}

TEST(Lexer, EmptyTextIsOnlyTheEnd) {
  EXPECT_THAT(lex_text("").kinds, ElementsAre(TokenKind::End));
  EXPECT_EQ(lex_text("# old line ends\rTask * CPU;").kinds.size(), 5u) << "Task * CPU ; end";
  EXPECT_EQ(lex_text("# only a comment").errors, 0u)
      << "the published parser refused an empty program";
}

TEST(Lexer, StringsKnowTwoEscapes) {
  EXPECT_EQ(string_value(R"("a\"b\\c\n")"), "a\"b\\c\\n");
  EXPECT_EQ(quote("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(lex_text("\"open").errors, 1u);
  EXPECT_EQ(lex_text("\"open\\").errors, 1u);
  EXPECT_EQ(lex_text("\"two\nlines\"").errors, 2u);
}

TEST(Lexer, ReportsRunsOfBadBytesOnce) {
  EXPECT_EQ(lex_text("a \xc3\xa9\xc3\xa9 b").errors, 1u);
  EXPECT_EQ(lex_text(std::string("a\0\0b", 4)).errors, 1u);
  EXPECT_EQ(lex_text("@ ~ ^").errors, 3u);
}

TEST(Lexer, TextInSixteenBitUnitsIsRefusedOnce) {
  for (const std::string& text :
       {std::string("\xff\xfeT\0a\0", 6), std::string("\xfe\xff\0T\0a", 6),
        std::string("T\0a\0;\0", 6), std::string("\0T\0a", 4)}) {
    const Compiled compiled = compile_text(text);
    EXPECT_THAT(compiled.codes(), ElementsAre("E0101"));
    EXPECT_THAT(compiled.rendered, testing::HasSubstr("save it as UTF-8"));
  }
  EXPECT_THAT(lex_text(std::string("\0\0\0\0 x", 6)).kinds,
              ElementsAre(TokenKind::Word, TokenKind::End));
}

TEST(Lexer, IntegersAreChecked) {
  EXPECT_EQ(lex_text("9223372036854775807").errors, 0u);
  EXPECT_EQ(lex_text("9223372036854775808").errors, 1u);
  EXPECT_EQ(lex_text("010").errors, 0u) << "decimal, whatever it starts with";
  EXPECT_EQ(lex_text("0x10").errors, 1u);
}

TEST(Parser, TernaryAssociatesToTheRight) {
  EXPECT_EQ(dump_of("x = a ? b : c ? d : e;"), "(= x (? a b (? c d e)))\n");
}

TEST(Parser, UnpackBindsLikeMultiplication) {
  EXPECT_EQ(dump_of("x = m[*a.b[0](c)];"),
            "(= x (index m (unpack (call (index (member a b) 0) c))))\n");
  EXPECT_EQ(dump_of("x = m[*a / b];"), "(= x (index m (/ (unpack a) b)))\n");
}

TEST(Parser, MinusAndConditionsInBrackets) {
  EXPECT_EQ(dump_of("x = -a[0];"), "(= x (- (index a 0)))\n");
  EXPECT_EQ(dump_of("x = 3--2;"), "(= x (- 3 (- 2)))\n");
  EXPECT_EQ(dump_of("x = a[c ? 1 : 0 :];"), "(= x (slice a (? c 1 0) _))\n");
  EXPECT_EQ(dump_of("x = a[:];"), "(= x (slice a _ _))\n");
}

TEST(Parser, MemberWordsAreOrdinaryNames) {
  EXPECT_EQ(dump_of("size = 1; Task split GPU;"), "(= size 1)\n(Task split GPU;)\n");
  EXPECT_EQ(dump_of("language = 2;"), "(= language 2)\n");
}

TEST(Parser, OneMistakeOneMessage) {
  for (const char* text :
       {"Task ;", "Task * GPU Task a CPU;", "Region * * GPU;", "def f(Task t) { return ; }",
        "x = (1, ;", "x = m[;", "x = ;", "IndexTaskMap f;", "Layout * *;", "InstanceLimit a b;",
        "def f(", "def", "x = 1 2;", "Task a,b,,c GPU;"}) {
    std::size_t errors = 0;
    dump_of(text, &errors);
    EXPECT_EQ(errors, 1u) << text;
  }
}

TEST(Parser, AStarCannotStandInTheListOfAnIndexMap) {
  const std::string rest = " f; m = Machine(GPU); def f(Task t) { return m[0, 0]; }";
  EXPECT_EQ(compile_text("IndexTaskMap *, foo" + rest).codes(), std::vector<std::string>{"E0122"});
  EXPECT_EQ(compile_text("IndexTaskMap foo, *" + rest).codes(), std::vector<std::string>{"E0122"});
  EXPECT_TRUE(compile_text("IndexTaskMap *" + rest).codes().empty());
}

TEST(Parser, ContinuesAfterAnError) {
  EXPECT_EQ(
      dump_of("Task * GPX; Task a GPU;\nRegion * *\nTask b CPU;\ndef f(Task t { x; }\nTask c CPU;"),
      "(Task a GPU;)\n(Task b CPU;)\n(Task c CPU;)\n");
}

TEST(Parser, FixesCarryTheEdit) {
  const Compiled c = compile_text("Task * GPU\nTask a CPU;");
  ASSERT_EQ(c.diagnostics.size(), 1u);
  ASSERT_EQ(c.diagnostics[0].fixes.size(), 1u);
  EXPECT_EQ(c.diagnostics[0].fixes[0].replacement, ";");
  EXPECT_EQ(c.diagnostics[0].fixes[0].span, (SourceSpan{10, 10}));
}

TEST(Parser, DepthIsBounded) {
  for (const auto& [open, middle, close] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"(", "1", ")"},
           {"-", "1", ""},
           {"!", "a", ""},
           {"(1,", "1", ")"},
           {"a[", "0", "]"},
           {"f(", "0", ")"},
           {"a ? 1 : ", "2", ""},
           {"a+", "1", ""},
           {"", "a", "[0]"},
           {"", "a", ".size"},
           {"", "m", ".reverse(0)"},
           {"tuple(i for i in ", "a", ")"},
           {"*", "a", ""},
           {"not ", "a", ""}}) {
    std::string text = "x = ";
    for (int i = 0; i < 5000; ++i) text += open;
    text += middle;
    for (int i = 0; i < 5000; ++i) text += close;
    std::size_t errors = 0;
    dump_of(text + ";", &errors);
    EXPECT_GE(errors, 1u) << open << middle << close;
  }
}

TEST(Parser, SizeIsBounded) {
  std::size_t errors = 0;
  EXPECT_EQ(dump_of(std::string(kMaxSourceBytes + 1, ' '), &errors), "");
  EXPECT_EQ(errors, 1u);
  dump_of(std::string(kMaxSourceBytes, ' '), &errors);
  EXPECT_EQ(errors, 0u);
}

TEST(Printer, RoundTripsAndIsIdempotent) {
  const std::string text =
      "x = -(1 + 2) * (3 - (4 - 5)) ? (a, (b,), ()) : m[*, *(a + b)][1:-1];\n"
      "Task \"Task\", \"a b\", c GPU;";
  const std::string once = [&] {
    const SourceFile source("t", text);
    DiagnosticSink sink;
    return print(parse(source, sink));
  }();
  EXPECT_EQ(dump_of(once), dump_of(text));
  const SourceFile again("t", once);
  DiagnosticSink sink;
  EXPECT_EQ(print(parse(again, sink)), once);
}

TEST(Compile, EmptyProgramIsAPolicyThatDecidesNothing) {
  const Compiled c = compile_text("# nothing\n");
  ASSERT_NE(c.policy, nullptr);
  EXPECT_THAT(c.diagnostics, IsEmpty());
  EXPECT_FALSE(c->processors("foo"));
  EXPECT_FALSE(c->memories({"foo", 0, {}, ProcessorKind::Gpu}));
  EXPECT_FALSE(c->layout({"foo", 0, {}, ProcessorKind::Gpu}, MemoryKind::System));
  EXPECT_FALSE(c->index_map("foo", ProcessorKind::Gpu));
}

}  // namespace
}  // namespace castra::lang
