#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/parser.h"
#include "lang/printer.h"
#include "lang_test_util.h"

/// What the language has beyond the published one.
namespace castra::lang {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// The integer an expression yields at point (3,5) of a launch, or a code.
std::string value(const std::string& expression, const std::string& before = "",
                  const std::string& locals = "") {
  const Compiled c =
      compile_text("m = Machine(GPU); " + before + " def f(Task t) { p = t.ipoint; " + locals +
                   " return m[0, " + expression + "]; }");
  if (c.policy == nullptr) return "refused: " + c.rendered;
  const auto result = c->evaluate("f", Rect{{3, 5}, {3, 5}}, shape(1, 1000));
  if (!result) return result.error().code;
  return std::to_string((*result)->points.front().processors.front());
}

std::string truth(const std::string& condition) { return value("(" + condition + ") ? 1 : 0"); }

TEST(Expressions, TupleComparisonsHoldForEveryElement) {
  EXPECT_EQ(truth("(1, 2) < (2, 3)"), "1");
  EXPECT_EQ(truth("(1, 3) < (2, 3)"), "0");
  EXPECT_EQ(truth("(2, 3) >= (1, 3)"), "1");
  EXPECT_EQ(truth("(1, 3) < (2, 3) || (1, 3) >= (2, 3)"), "0") << "neither holds everywhere";
  EXPECT_EQ(truth("p < 6"), "1");
  EXPECT_EQ(truth("0 <= p && p < (4, 6)"), "1");
  EXPECT_EQ(truth("() < ()"), "1");
  EXPECT_EQ(truth("p < (1, 2, 3)"), "E0516");
  EXPECT_EQ(truth("(0, 0) == 0"), "1");
  EXPECT_EQ(truth("(0, 1) == 0"), "0");
  EXPECT_EQ(truth("(0, 1) != 0"), "1") << "some element differs";
  EXPECT_EQ(truth("all(tuple(i < 6 for i in p)) && any(tuple(i == 5 for i in p))"), "1");
  EXPECT_EQ(truth("all(()) && !any(())"), "1");
}

TEST(Expressions, Builtins) {
  EXPECT_EQ(value("min(7, p[0], 9)"), "3");
  EXPECT_EQ(value("max(p)"), "5");
  EXPECT_EQ(value("max(p, (4, 4))[0] * 10 + max(p, (4, 4))[1]"), "45");
  EXPECT_EQ(value("min(p, 4)[1]"), "4");
  EXPECT_EQ(value("min(())"), "E0526");
  EXPECT_EQ(value("abs(-4) + abs((-1, 2))[0]"), "5");
  EXPECT_EQ(value("abs(-9223372036854775807 - 1)"), "E0503");
  EXPECT_EQ(value("ceil_div(7, 2) * 10 + ceil_div(8, 2)"), "44");
  EXPECT_EQ(value("10 + ceil_div(-7, 2)"), "7") << "up, not away from zero";
  EXPECT_EQ(value("ceil_div(p, 2)[1]"), "3");
  EXPECT_EQ(value("ceil_div(1, p[0] - 3)"), "E0502");
  EXPECT_EQ(value("sum(range(5))"), "10");
  EXPECT_EQ(value("len(p) * 10 + len(m)"), "22");
  EXPECT_EQ(value("m.nodes * 100 + m.merge(0, 1).per_node / 100"), "110");
}

TEST(Expressions, RangesAreThoseOfPython) {
  EXPECT_EQ(value("sum(range(2, 5)) * 10 + len(range(0, 10, 3))"), "94");
  EXPECT_EQ(value("range(5, 0, -2)[2]"), "1");
  EXPECT_EQ(value("len(range(-3)) + len(range(3, 3))"), "0");
  EXPECT_EQ(value("len(range(0, 10, p[0] - 3))"), "E0525");
  EXPECT_EQ(value("len(range(1000 * p[0] * p[1]))"), "E0517");
  EXPECT_EQ(value("len(range(9223372036854775800, 9223372036854775807, 100))"), "1");
}

TEST(Expressions, ComprehensionsOverAnythingWithFilters) {
  EXPECT_EQ(value("sum(tuple(i * i for i in range(4)))"), "14");
  EXPECT_EQ(value("sum(tuple(i for i in range(10) if i % 3 == 0))"), "18");
  EXPECT_EQ(value("len(tuple(i for i in p if i > 9))"), "0");
  EXPECT_EQ(value("sum(tuple(q[1] for q in ((1, 2), (3, 4))))"), "6");
}

TEST(Expressions, WildcardsAreValues) {
  const auto place = [](const std::string& body) {
    const Compiled c = compile_text(
        "m = Machine(GPU); any_one = *; def pick(w) { return w; } def f(Task t) { " + body + " }");
    if (c.policy == nullptr) return "refused: " + c.rendered;
    return place_digits(c->evaluate("f", rect_of_extents({2}), shape(1, 3)));
  };
  EXPECT_EQ(place("return m[0, any_one];"), "0{012} 0{012}");
  EXPECT_EQ(place("return m[0, t.ipoint[0] == 0 ? * : 1];"), "0{012} 01");
  EXPECT_EQ(place("i = (0, *); return m[*i];"), "0{012} 0{012}");
  EXPECT_EQ(place("return m[pick(*), any_one];"), "0{012} 0{012}");
  EXPECT_THAT(place("return m[0, (1, 2)[pick(*)]];"), HasSubstr("E0213")) << "before it runs";
  EXPECT_THAT(place("return m[0, (1, 2)[(*, 1)[t.ipoint[0]]]];"), StartsWith("error: E0213"));
}

TEST(Expressions, ParametersOfEveryType) {
  EXPECT_EQ(value("first((4, 2))", "def first(tuple t) { return t[0]; }"), "4");
  EXPECT_THAT(value("first(3)", "def first(tuple t) { return t[0]; }"), HasSubstr("E0208"))
      << "found before it runs";
}

TEST(Expressions, ArgumentsAreCheckedWhenTypesAreNotKnownBefore) {
  const std::string first = "def first(tuple t) { return t[0]; }";
  EXPECT_EQ(value("first((1, (2, 3))[p[0] - 3])", first), "E0505");
  EXPECT_EQ(value("first((1, (2, 3))[p[0] - 2])", first), "2");
  EXPECT_EQ(value("low((1, (2, True))[p[0] - 2])", "def low(IPoint i) { return i[0]; }"), "E0505");
}

TEST(Expressions, LongChainsAreFlat) {
  std::string sum = "0";
  std::string both = "True";
  for (int i = 0; i < 800; ++i) {
    sum += " + 1";
    both += " && True";
  }
  EXPECT_EQ(value(sum), "800");
  EXPECT_EQ(value(both + " ? 1 : 0"), "1");
  std::string tall = "1";
  for (int i = 0; i < 1200; ++i) tall += " + 1";
  EXPECT_THAT(value(tall), HasSubstr("E0130"));
  std::string nested = "1";
  for (int i = 0; i < 90; ++i) nested = "(1 + 2 * " + nested + ")";
  EXPECT_EQ(value("min(" + nested + ", 7)"), "E0503");
}

TEST(Expressions, LongChainsPrintAndParseBack) {
  std::string text = "x = 1";
  for (int i = 0; i < 500; ++i) text += i % 3 == 0 ? " - 2" : i % 3 == 1 ? " * 3" : " + (4 - 5)";
  const SourceFile source("t", text + ";");
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  ASSERT_FALSE(sink.has_errors()) << render_all(source, sink);
  const SourceFile again("u", print(ast));
  const Ast second = parse(again, sink);
  EXPECT_EQ(dump(ast), dump(second));
  EXPECT_EQ(print(ast), print(second));
}

TEST(Expressions, ThePythonConditionalIsRepaired) {
  const std::string text = "x = 1 if True else 2 if False else 3;";
  const Compiled c = compile_text(text);
  EXPECT_THAT(c.rendered, HasSubstr("E0114"));
  ASSERT_FALSE(c.diagnostics.empty());
  const Diagnostic& last = c.diagnostics.back();
  ASSERT_EQ(last.fixes.size(), 1u);
  EXPECT_EQ(last.fixes[0].replacement, "True ? 1 : (False ? 2 : 3)");
  EXPECT_EQ(c.source->slice(last.fixes[0].span), "1 if True else 2 if False else 3");
}

TEST(Expressions, AFunctionOfTheProgramHidesABuiltin) {
  EXPECT_EQ(value("max(3, 4)", "def max(int a, int b) { return a * 100; }"), "300");
}

}  // namespace
}  // namespace castra::lang
