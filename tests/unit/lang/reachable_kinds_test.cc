#include "lang/reachable_kinds.h"

#include <gtest/gtest.h>

#include "lang/checker.h"
#include "lang/parser.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using enum ProcessorKind;

/// The kinds that function `f` of a program can return points of.
std::set<ProcessorKind> kinds_of(const std::string& text) {
  const SourceFile source("t.castra", text);
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  EXPECT_FALSE(sink.has_errors()) << text;
  const Symbols symbols = collect_symbols(ast);
  return reachable_kinds(symbols, *symbols.functions.at("f"));
}

const std::string kMachines = "g = Machine(GPU); c = Machine(CPU); ";

TEST(ReachableKinds, SizesOfAnotherMachineDoNotCount) {
  EXPECT_EQ(kinds_of(kMachines +
                     "def f(Task t) { n = g.size[1]; return c[t.ipoint[0] / n, g.len - 2]; }"),
            std::set{Cpu});
}

TEST(ReachableKinds, FollowsVariablesCallsAndTransforms) {
  EXPECT_EQ(kinds_of(kMachines + "def pick(MSpace m, Task t) { return m[0, t.ipoint[0]]; }"
                                 "def f(Task t) { x = g.merge(0, 1).split(0, 1).swap(0, 1); "
                                 "return pick(x, t); }"),
            std::set{Gpu});
  EXPECT_EQ(kinds_of("k = CPU; m = Machine(k); def f(Task t) { return m[0, 0]; }"), std::set{Cpu});
  EXPECT_EQ(kinds_of(kMachines + "def f(Task t) { return (c, c)[0][0, 0]; }"), std::set{Cpu});
}

TEST(ReachableKinds, BothBranchesCount) {
  EXPECT_EQ(kinds_of(kMachines + "def f(Task t) { return t.ispace[0] > 4 ? g[0, 0] : c[0, 0]; }"),
            (std::set{Cpu, Gpu}));
}

TEST(ReachableKinds, ALocalHidesAGlobal) {
  EXPECT_EQ(kinds_of(kMachines + "def f(Task t) { g = c; return g[0, 0]; }"), std::set{Cpu});
}

TEST(ReachableKinds, RecursionAndManyCallsFallBackToWhatIsWritten) {
  EXPECT_EQ(kinds_of(kMachines + "def r(int n) { return n < 1 ? c[0, g.size[0] - 1] : r(n - 1); }"
                                 "def f(Task t) { return r(3); }"),
            (std::set{Cpu, Gpu}));
  std::string text = kMachines + "def f0(Task t) { return c[0, 0]; } ";
  for (int i = 1; i <= 30; ++i) {
    const std::string before = "f" + std::to_string(i - 1) + "(t)";
    text += "def f" + std::to_string(i) + "(Task t) { return t.ispace[0] > 1 ? " + before + " : " +
            before + "; } ";
  }
  EXPECT_EQ(kinds_of(text + "def f(Task t) { return f30(t); }"), std::set{Cpu});
}

/// A map that returns CPUs but divides by the number of GPUs was tried for GPU tasks, where it
/// failed outside the CPUs instead of being inactive.
TEST(ReachableKinds, AMapThatOnlyMeasuresAnotherKindIsInactiveThere) {
  const Compiled c = compile_text(
      kMachines + "def f(Task t) { return c[t.ipoint[0] / g.size[1], 0]; } IndexTaskMap * f;");
  MachineShape machine;
  machine.nodes = 1;
  machine.set(Cpu, 2);
  machine.set(Gpu, 4);
  const PlaceResult on_gpus = c->place("t", Gpu, rect_of_extents({8}), machine);
  ASSERT_TRUE(on_gpus.has_value());
  EXPECT_FALSE(on_gpus->has_value());
  EXPECT_FALSE(c->place("t", Cpu, rect_of_extents({8}), machine).has_value());
}

}  // namespace
}  // namespace castra::lang
