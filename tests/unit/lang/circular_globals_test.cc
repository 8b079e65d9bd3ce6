#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lang/diagnostics.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string> codes(const std::string& text, const Profile& profile = {}) {
  return compile_text(text, profile).codes(Severity::Error);
}

const std::string kCircle = std::string(info(Finding::CyclicVariable).code);

TEST(CircularGlobals, ThroughAFunctionAreFoundWithAllPositions) {
  const Compiled compiled = compile_text(
      "m = Machine(GPU);\n"
      "a = g(m.volume);\n"
      "def g(int n) {\n"
      "  x = h(n) + 1;\n"
      "  return x;\n"
      "}\n"
      "def h(int n) { return n > a ? 1 : 2; }\n"
      "def f(Task t) { return m[0, a]; }\n"
      "IndexTaskMap * f;\n");
  ASSERT_EQ(compiled.codes(Severity::Error).size(), 1u) << compiled.rendered;
  const Diagnostic& d = compiled.diagnostics.front();
  EXPECT_EQ(d.code, kCircle);
  EXPECT_EQ(compiled.source->slice(d.span), "a");
  ASSERT_EQ(d.labels.size(), 3u);
  const auto label = [&](std::size_t i) {
    return std::string(compiled.source->slice(d.labels[i].span)) + ": " + d.labels[i].text;
  };
  EXPECT_EQ(label(0), "g(m.volume): calls `g`");
  EXPECT_EQ(label(1), "h(n): calls `h`");
  EXPECT_EQ(label(2), "a: reads `a`");
}

TEST(CircularGlobals, OnlyWhatIsCertainlyReadCounts) {
  const std::string machine = "m = Machine(GPU); ";
  for (const char* legal :
       {"a = g(0); def g(int n) { return n > 0 ? a : 7; }",
        "a = g(0); def g(int n) { return n > 0 && a > 0 ? 1 : 7; }",
        "a = g(1); def g(int n) { return n > 0 || a > 0 ? 1 : 7; }",
        "a = g(()); def g(tuple t) { return sum(tuple(a for i in t)); }",
        "a = g(1); def g(int a) { return a; }", "a = g(1); def g(int n) { a = n; return a; }",
        "a = g(3); def g(int n) { return n > 0 ? g(n - 1) : 7; }",
        "a = b + g(); b = 1; def g() { return b; }"}) {
    EXPECT_THAT(codes(machine + legal + " x = m[0, a];"), ElementsAre()) << legal;
  }
  for (const char* circle :
       {"a = g(); def g() { return a; }", "a = g(0); def g(int n) { return a > 0 ? n : 7; }",
        "a = g(0); def g(int n) { return a > 0 && n > 0 ? 1 : 2; }",
        "a = g(); def g() { x = a; a = 3; return x + a; }",
        "a = b; b = g(m); def g(MSpace s) { return s.size[a]; }",
        "a = g(); def g() { print(\"{}\", a); return 1; }",
        "a = g(); def g() { return sum(range(a)); }"}) {
    EXPECT_THAT(codes(machine + circle), Contains(kCircle)) << circle;
  }
}

/// The published implementation evaluates both sides of && and ||.
TEST(CircularGlobals, TheProfileSaysWhatIsRead) {
  const std::string text =
      "m = Machine(GPU); a = g(m.volume); def g(int n) { return n > 0 || a > 0 ? 1 : 2; }";
  EXPECT_THAT(codes(text), Not(Contains(kCircle)));
  EXPECT_THAT(codes(text, dslmapper()), Contains(kCircle));
}

TEST(CircularGlobals, LongChainsCostNoStackAndLittleTime) {
  std::string text = "v0 = g0();\n";
  constexpr int kLength = 3000;
  for (int i = 0; i < kLength; ++i) {
    text += "def g" + std::to_string(i) + "() { return v" + std::to_string(i + 1) + "; }\n";
    text += "v" + std::to_string(i + 1) + " = g" + std::to_string((i + 1) % kLength) + "();\n";
  }
  EXPECT_THAT(codes(text), Contains(kCircle));
}

}  // namespace
}  // namespace castra::lang
