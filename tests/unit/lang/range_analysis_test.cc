#include "lang/range_analysis.h"

#include <gtest/gtest.h>

#include "lang/checker.h"
#include "lang/parser.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

struct Analysed {
  explicit Analysed(const std::string& text, const Profile& profile = {})
      : source("t.castra", text) {
    DiagnosticSink sink;
    ast = parse(source, sink, profile);
    EXPECT_FALSE(sink.has_errors()) << render_all(source, sink);
    symbols = collect_symbols(ast, profile);
  }
  RangeReport over(int dimensions, std::optional<MachineShape> machine = {}) const {
    return RangeAnalysis::over_launches(symbols, *symbols.functions.at("f"), machine, dimensions);
  }
  SourceFile source;
  Ast ast;
  Symbols symbols;
};

std::string body(const std::string& text) {
  return "m = Machine(GPU); def f(Task t) { p = t.ipoint; s = t.ispace; " + text + " }";
}

bool safe(const std::string& text, int dimensions, std::optional<MachineShape> machine = {}) {
  return Analysed(body(text)).over(dimensions, std::move(machine)).safe();
}

/// The usual maps are right on every machine, for launches of any size.
TEST(RangeAnalysis, ProvesTheUsualMaps) {
  EXPECT_TRUE(safe("return m[p[0] % m.size[0], p[1] % m.size[1]];", 2)) << "cyclic";
  EXPECT_TRUE(safe("return m[p[0] / m.size[1] % m.size[0], p[0] % m.size[1]];", 1)) << "blocked";
  EXPECT_TRUE(safe("return m[p[0] * m.size[0] / s[0], p[1] * m.size[1] / s[1]];", 2)) << "block";
  EXPECT_TRUE(safe("q = p * m.size / s; return m[*q];", 2)) << "block, by tuples";
  EXPECT_TRUE(
      safe("i = p[0] * s[1] + p[1]; n = m.size[0] * m.size[1]; g = i * n / (s[0] * s[1]); "
           "return m[g / m.size[1], g % m.size[1]];",
           2))
      << "linearised blocks";
  EXPECT_TRUE(
      safe("i = p[0] + s[0] * p[1] + s[0] * s[1] * p[2]; "
           "return m[i % m.size[0], i / m.size[0] % m.size[1]];",
           3))
      << "linearised, cyclic";
  EXPECT_TRUE(safe("b = (s[0] + m.size[0] - 1) / m.size[0]; return m[p[0] / b, 0];", 1))
      << "blocks of a rounded-up size";
  EXPECT_TRUE(safe("x = p[0] < m.size[0] ? p[0] : m.size[0] - 1; return m[x, 0];", 1)) << "clamped";
  EXPECT_TRUE(safe("return m[p[0] * m.size[0] / s[0], *];", 1)) << "any processor of a node";
  EXPECT_TRUE(safe("g = m.merge(0, 1); return g[(p[0] + p[1]) % g.size[0]];", 2)) << "merged";
  EXPECT_TRUE(
      safe("n = m.auto_split(0, s); g = n.auto_split(2, s / n.size[:2]); "
           "u = tuple(p[i] * g.size[i] / s[i] for i in (0, 1)); "
           "l = tuple(p[i] % g.size[i + 2] for i in (0, 1)); return g[*u, *l];",
           2, shape(2, 4)))
      << "two levels of blocks";
  EXPECT_TRUE(safe("return m[p[0] > 0 && 8 / p[0] > 2 ? 0 : 0, 0];", 1)) << "guarded division";
}

TEST(RangeAnalysis, KnowsWhatAlwaysFails) {
  for (const char* text :
       {"return m[0 - 1, 0];", "return m[m.size[0], 0];", "return m[m.size[0] + p[0], 0];",
        "return m[0, p[0] - s[0]];", "return m[p[0] / (m.size[0] - m.size[0]), 0];",
        "return m.split(0, 0)[0, 0, 0];", "return m.merge(0, 2)[0];", "return m[0];",
        "x = (1, 2)[p[0] + 2]; return m[0, 0];", "return m[(p[0] + 1) * m.size[0], 0];"}) {
    EXPECT_TRUE(Analysed(body(text)).over(1).always_fails()) << text;
  }
}

TEST(RangeAnalysis, ClaimsNothingOfWhatMayFail) {
  for (const char* text :
       {"return m[p[0], 0];", "return m[p[0] % m.size[1], 0];", "return m[1 / p[0], 0];",
        "return m[p[0] % (m.size[0] + 1), 0];", "return m[p[0] * m.size[0] / (s[0] - 1), 0];",
        "return p[0] < 4 ? m[0, 0] : m[0, m.size[1]];", "return m[*, 0];",
        "g = m.split(1, 2); return g[0, 0, 0];"}) {
    const RangeReport report = Analysed(body(text)).over(1);
    EXPECT_FALSE(report.safe()) << text;
    EXPECT_FALSE(report.always_fails()) << text;
  }
}

TEST(RangeAnalysis, AMachineMakesItExact) {
  EXPECT_TRUE(safe("g = m.split(1, 2); return g[0, p[0] % 2, p[0] % 2];", 1, shape(1, 4)));
  EXPECT_TRUE(Analysed(body("return m.split(1, 3)[0, 0, 0];")).over(1, shape(1, 4)).always_fails());
  EXPECT_TRUE(safe("return m[p[0] % 2, 3];", 1, shape(2, 4)));
  EXPECT_FALSE(safe("return m[p[0] % 3, 3];", 1, shape(2, 4)));
}

TEST(RangeAnalysis, OneLargeDomain) {
  const Analysed analysed(body("return m[p[0] / 1000000 % m.size[0], p[0] % m.size[1]];"));
  const Rect domain{{-5}, {999999999}};
  const RangeReport report = RangeAnalysis::over_domain(
      analysed.symbols, *analysed.symbols.functions.at("f"), shape(2, 4), domain);
  EXPECT_FALSE(report.safe()) << "negative points have negative remainders";
  const Rect positive{{0}, {999999999}};
  EXPECT_TRUE(RangeAnalysis::over_domain(analysed.symbols, *analysed.symbols.functions.at("f"),
                                         shape(2, 4), positive)
                  .safe());
}

TEST(RangeAnalysis, MachinesWithoutProcessorsAreInactive) {
  MachineShape cpus;
  cpus.nodes = 1;
  cpus.set(ProcessorKind::Cpu, 2);
  EXPECT_TRUE(Analysed(body("return m[p[0] / m.size[1], 0];")).over(1, cpus).inactive);
}

/// What is concluded of a function of one-dimensional launches.
std::string conclusion(const std::string& text, const Profile& profile,
                       std::optional<MachineShape> machine) {
  const RangeReport report = Analysed(body(text), profile).over(1, std::move(machine));
  return report.safe() ? "safe" : report.always_fails() ? "fails" : "may fail";
}

/// Each line shows one switch of the profile.
TEST(RangeAnalysis, KnowsTheProfile) {
  struct Line {
    const char* text;
    const char* castra;
    const char* dslmapper;
    std::optional<MachineShape> machine;
  };
  const Line lines[] = {
      {"return m[0, -1];", "fails", "safe", {}},
      {"return m[-1, 0];", "fails", "may fail", {}},  // on several nodes
      {"return m[-1, 0];", "fails", "safe", shape(1, 4)},
      {"return m.merge(0, 1)[-1];", "fails", "may fail", {}},
      {"return m[0, p[0] % m.size[1] - 1];", "may fail", "safe", {}},
      {"return m[-1, m.size[1]];", "fails", "fails", {}},
      {"return m[m.size[0], 0];", "fails", "fails", {}},
      {"return m.merge(0, 1).split(0, 2)[2, 0];", "fails", "safe", shape(2, 4)},
      {"return m.merge(0, 1).split(0, 2)[*, 4];", "fails", "fails", shape(2, 4)},
      {"return m.merge(0, 1).split(0, 2)[100, 0];", "fails", "fails", shape(2, 4)},
      {"return m.merge(0, 1).split(0, 2)[p[0] + 2, 0];", "fails", "may fail", shape(2, 4)},
      {"return m[3000000000 < 0 ? 0 : m.size[0], 0];", "fails", "safe", {}},
      {"return m[65536 * 65536 == 0 ? 0 : m.size[0], 0];", "fails", "safe", {}},
      {"return m[s[0] * 65536 > 0 ? 0 : m.size[0], 0];", "safe", "may fail", {}},
      {"return m[p[0:0][0] * 0, 0];", "fails", "safe", {}},
      {"return m[p[0] > 0 && 8 / p[0] > 2 ? 0 : 0, 0];", "safe", "may fail", {}},
      {"return m[False && 1 / 0 > 0 ? 0 : 0, 0];", "safe", "fails", {}},
      {"x = 0; x = m.size[0]; return m[x, 0];", "fails", "safe", {}},
      {"x = True ? True : False ? False : False; return m[x ? 0 : m.size[0], 0];",
       "safe",
       "fails",
       {}},
      {"return m.split(1, 3)[0, 0, 0];", "fails", "safe", shape(1, 4)},
      {"return m.split(1, 5)[0, 0, 0];", "fails", "fails", shape(1, 4)},
      {"k = p[0] % 2 + 2; return m.split(1, k)[0, 0, 0];", "may fail", "safe", shape(1, 4)},
  };
  for (const Line& line : lines) {
    EXPECT_EQ(conclusion(line.text, {}, line.machine), line.castra) << line.text;
    EXPECT_EQ(conclusion(line.text, dslmapper(), line.machine), line.dslmapper) << line.text;
  }
}

/// Neither recursion nor a doubling of work at every level makes it slow or deep.
TEST(RangeAnalysis, IsBounded) {
  EXPECT_FALSE(Analysed("m = Machine(GPU); def g(int n) { return g(n + 1); } "
                        "def f(Task t) { return m[g(0), 0]; }")
                   .over(1)
                   .safe());
  EXPECT_FALSE(Analysed("m = Machine(GPU); "
                        "def g(int n, int x) { return n < x ? g(n + 1, x - 1) + g(n + 2, x) : 0; } "
                        "def f(Task t) { return m[g(0, t.ispace[0]), 0]; }")
                   .over(1)
                   .safe());
  std::string doubling = "m = Machine(GPU); def f(Task t) { a0 = (t.ipoint[0], t.ispace[0]); ";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "a" + std::to_string(i - 1);
    doubling += "a" + std::to_string(i) + " = (*" + before + ", *" + before + "); ";
  }
  EXPECT_FALSE(Analysed(doubling + "return m[a11[0], 0]; }").over(1).safe());
  std::string products = "x0 = p[0] + s[0] + m.size[0] + 1; ";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "x" + std::to_string(i - 1);
    products +=
        "x" + std::to_string(i) + " = " + before + " * " + before + " / (" + before + " + p[1]); ";
  }
  EXPECT_FALSE(Analysed(body(products + "return m[x19 % m.size[0], 1];")).over(2).safe());
}

}  // namespace
}  // namespace castra::lang
