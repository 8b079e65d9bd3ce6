#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Value of an integer expression, shown as the processor index of point (3,5) of a 4x6 domain. The
/// expression must be within 0..999.
std::string value(const std::string& expression, const std::string& before = "",
                  const std::string& locals = "") {
  const Compiled c = compile_text("m = Machine(GPU); n = Machine(CPU);" + before +
                                  "def f(Task t) { p = t.ipoint; s = t.ispace; " + locals +
                                  " return m[0, " + expression + "]; }");
  if (c.policy == nullptr) return "refused: " + c.rendered;
  MachineShape machine = shape(1, 1000);
  machine.set(ProcessorKind::Cpu, 12);
  const Rect point{{3, 5}, {3, 5}};
  const auto result = c->evaluate("f", point, machine);
  if (!result) return result.error().code;
  return std::to_string((*result)->points.front().processors.front());
}

std::string eval(const std::string& program, const Point& extents = {4}, int nodes = 2,
                 int per_node = 4) {
  const Compiled c = compile_text(program);
  if (c.policy == nullptr) return "refused: " + c.rendered;
  return place_digits(c->evaluate("f", rect_of_extents(extents), shape(nodes, per_node)));
}

TEST(Evaluator, Arithmetic) {
  EXPECT_EQ(value("1 + 2 * 3 - 4"), "3");
  EXPECT_EQ(value("7 / 2"), "3");
  EXPECT_EQ(value("10 + -7 / 2"), "7") << "division truncates";
  EXPECT_EQ(value("10 + -7 % 3"), "9") << "the remainder has the dividend's sign";
  EXPECT_EQ(value("-(-5)"), "5");
  EXPECT_EQ(value("--p[0]"), "3") << "the published one crashed on minus of anything but a literal";
}

TEST(Evaluator, PointIsAbsoluteAndSpaceIsExtents) {
  EXPECT_EQ(value("p[0] * 10 + p[1]"), "35");
  EXPECT_EQ(value("s[0] + s[1]"), "2") << "the domain is one point";
}

TEST(Evaluator, TuplesAreElementwiseAndBroadcast) {
  EXPECT_EQ(value("((1, 2) + (3, 4))[1]"), "6");
  EXPECT_EQ(value("((1, 2) * 5)[1]"), "10");
  EXPECT_EQ(value("(100 / (7, 3))[0]"), "14");
  EXPECT_EQ(value("(-(1, 2) + 5)[0]"), "4");
  EXPECT_THAT(value("((1, 2) + (1, 2, 3))[0]"), HasSubstr("E0516"));
  EXPECT_EQ(value("(p + s[:p[0] - 2])[0]"), "E0516");
  EXPECT_EQ(value("(1, 2) == (1, 2) ? 1 : 0"), "1");
  EXPECT_EQ(value("(1, 2) != (1, 2, 3) ? 1 : 0"), "1");
  EXPECT_EQ(value("((1, 2), 3) == ((1, 2), 3) ? 1 : 0"), "1");
}

TEST(Evaluator, IndexingAndSlicing) {
  const std::string t = "t4 = (1, 2, 3, 4);";
  EXPECT_EQ(value("t4[-1]", t), "4");
  EXPECT_THAT(value("t4[-5]", t), HasSubstr("E0504")) << "seen before it runs";
  EXPECT_EQ(value("t4[-p[1]]", t), "E0504");
  EXPECT_EQ(value("t4[p[1]]", t), "E0504");
  EXPECT_EQ(value("t4[:-1].len", t), "3");
  EXPECT_EQ(value("t4[1:3][1]", t), "3");
  EXPECT_EQ(value("t4[:].len", t), "4");
  EXPECT_EQ(value("t4[-2:][0]", t), "3");
  EXPECT_EQ(value("t4[3:1].len", t), "0");
  EXPECT_EQ(value("t4[9:].len", t), "0");
  EXPECT_EQ(value("t4[0:t4.len].len", t), "4")
      << "the published one refused an end equal to the length";
  EXPECT_EQ(value("t4[2:0].len", t), "0") << "Python's rule; the published one took 0 for the end";
  EXPECT_EQ(value("(5,)[0] + ().len"), "5");
}

TEST(Evaluator, UnpackAndComprehension) {
  EXPECT_EQ(value("add(*(3, 4))", "def add(int a, int b) { return a + b; }"), "7");
  EXPECT_EQ(value("(*p, 9)[2]"), "9");
  EXPECT_EQ(value("tuple(i * i for i in p)[1]"), "25") << "over a variable";
  EXPECT_EQ(value("tuple(i for i in (i0, 1))[0]", "", "i0 = 7;"), "7");
  EXPECT_EQ(value("tuple(tuple(i + j for i in (1, 2)) for j in (10, 20))[1][0]"), "21");
  EXPECT_EQ(value("tuple(p for p in (1, 2))[0] + p[0]"), "4")
      << "the loop variable shadows and does not leak";
}

TEST(Evaluator, ShortCircuitAndLazyBranches) {
  EXPECT_EQ(value("False && 1 / 0 == 0 ? 1 : 2"), "2");
  EXPECT_EQ(value("True || 1 / 0 == 0 ? 1 : 2"), "1");
  EXPECT_EQ(value("!(1 < 2) ? 1 / 0 : 2"), "2");
  EXPECT_EQ(value("1 > 2 ? 1 : 2 > 1 ? 7 : 9"), "7");
}

TEST(Evaluator, Functions) {
  EXPECT_EQ(value("fact(5)", "def fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }"), "120");
  EXPECT_EQ(value("one()", "def one() { return 1; }"), "1");
  EXPECT_EQ(value("even(10) ? 1 : 0",
                  "def even(int n) { return n == 0 || odd(n - 1); } def odd(int n) { return n != 0 "
                  "&& even(n - 1); }"),
            "1");
  EXPECT_EQ(value("first(t)", "def first(Task task) { return task.ipoint[0]; }"), "3")
      << "Task parameters can be passed on";
  EXPECT_EQ(value("nodes(m) + half(m).size[1]",
                  "def nodes(MSpace machine) { return machine.size[0]; } def half(MSpace machine) "
                  "{ return machine.split(1, 2).merge(0, 1); }"),
            "501");
}

TEST(Evaluator, MachineMembers) {
  EXPECT_EQ(value("n.size[1] + n.len * 100 + n.volume"), "224");
  EXPECT_EQ(value("n[:-1].len"), "1") << "slicing a machine slices its sizes";
  EXPECT_EQ(value("m.has(FBMEM) && !n.has(FBMEM) && n[0, 0].has(SYSMEM) ? 1 : 0"), "1");
  EXPECT_EQ(value("n[0, 7][1]"), "7") << "a point is the tuple (node, processor)";
  EXPECT_EQ(value("(2, 3, 4).volume"), "24");
}

TEST(Evaluator, Wildcards) {
  EXPECT_EQ(eval("m = Machine(GPU); def f(Task t) { return m[t.ipoint[0] % 2, *]; }", {2}),
            "0{0123} 1{0123}");
  EXPECT_EQ(eval("m = Machine(GPU).split(1, 2); def f(Task t) { return m[0, *, 1]; }", {1}),
            "0{23}");
  EXPECT_EQ(eval("m = Machine(GPU); def f(Task t) { return m[*, *]; }", {1}, 1, 3), "0{012}");
  EXPECT_THAT(eval("m = Machine(GPU); def f(Task t) { return m[*, 0]; }", {1}),
              StartsWith("error: E0510"));
}

TEST(Evaluator, AComputedMinusOneIsNotAWildcard) {
  EXPECT_THAT(eval("m = Machine(GPU); def f(Task t) { return m[0, 0 - 1]; }", {1}),
              StartsWith("error: E0501"));
}

TEST(Evaluator, IndicesAreCheckedInTheirOwnDimension) {
  // On sizes 2,2,2 the published one answered (0,3) for [0,3,0].
  EXPECT_THAT(eval("m = Machine(GPU).split(1, 2); def f(Task t) { return m[0, 3, 0]; }", {1}),
              StartsWith("error: E0501 index 1 of `m` is 3, outside 0..1"));
}

TEST(Evaluator, ErrorsNameFunctionLinePointValuesAndMachine) {
  const Compiled c = compile_text(
      "m = Machine(GPU);\ndef f(Task t) {\n  ip = t.ipoint;\n  return m[ip[0], 0];\n}");
  const auto result = c->evaluate("f", rect_of_extents({3}), shape(2, 4));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "index 0 of `m` is 2, outside 0..1 (in `f` at line 4, point (2) of the launch domain "
            "[(0)..(2)], "
            "where ip = (2), machine of 2 nodes with 4 processors of every kind)");
  EXPECT_EQ(result.error().help, "end the first index with `% m.size[0]`");
}

TEST(Evaluator, RunTimeErrors) {
  EXPECT_EQ(value("1 / (p[0] - 3)"), "E0502");
  EXPECT_EQ(value("1 % (p[0] - 3)"), "E0502");
  EXPECT_EQ(value("9223372036854775807 + p[0]"), "E0503");
  EXPECT_EQ(value("(-9223372036854775807 - 1) / -1"), "E0503");
  EXPECT_EQ(value("(-9223372036854775807 - 1) % -1"), "0");
  EXPECT_EQ(value("-(-9223372036854775807 - 1)"), "E0503");
  EXPECT_EQ(value("3037000500 * 3037000500"), "E0503");
  EXPECT_EQ(value("m.split(1, 7).len"), "E0508");
  EXPECT_EQ(value("t.parent.ipoint[0]"), "E0512");
  EXPECT_EQ(value("g(p)", "def g(x) { return x ? 1 : 0; }"), "E0505");
  EXPECT_THAT(value("m[p][0]"), HasSubstr("unpack")) << "refused before it runs";
}

TEST(Evaluator, EndlessRecursionIsStopped) {
  EXPECT_THAT(value("f1(1)", "def f1(int n) { return f1(n); }"), HasSubstr("E0221"))
      << "seen by the checker";
  EXPECT_THAT(value("f1(1)", "def f1(int n) { return n > 0 ? f1(n) : 0; }"),
              testing::AnyOf("E0506", "E0507"));
  EXPECT_EQ(value("f1(40)", "def f1(int n) { return n < 2 ? n : f1(n - 1) + f1(n - 2); }"),
            "E0506");
}

TEST(Evaluator, MemoryIsBounded) {
  std::string locals = "a0 = (1, 1);";
  for (int i = 1; i < 40; ++i)
    locals += "a" + std::to_string(i) + " = (*a" + std::to_string(i - 1) + ", *a" +
              std::to_string(i - 1) + ");";
  EXPECT_EQ(value("a39.len", "", locals), "E0517");
  // Shared nesting is cheap to build, but comparing it would take 2^40 steps.
  locals = "a0 = (1, 1); b0 = (1, 1);";
  for (int i = 1; i < 40; ++i) {
    const std::string n = std::to_string(i);
    const std::string o = std::to_string(i - 1);
    locals += "a" + n + " = (a" + o + ", a" + o + "); b" + n + " = (b" + o + ", b" + o + ");";
  }
  EXPECT_EQ(value("a39 == b39 ? 1 : 0", "", locals), "E0506");
}

TEST(Evaluator, GlobalsDependOnTheMachineAsked) {
  const Compiled c = compile_text(
      "flat = Machine(GPU).merge(0, 1); def f(Task t) { return flat[t.ipoint[0] % flat.volume]; }");
  EXPECT_EQ(place_digits(c->evaluate("f", rect_of_extents({4}), shape(1, 2))), "00 01 00 01");
  EXPECT_EQ(place_digits(c->evaluate("f", rect_of_extents({4}), shape(2, 1))), "00 10 00 10");
}

TEST(Evaluator, GlobalsInACircleThroughAFunctionAreStopped) {
  EXPECT_THAT(value("a", "a = g(1); def g(int n) { return n > 0 ? a : 7; }"), HasSubstr("E0518"))
      << "seen by evaluating what depends on no machine";
  EXPECT_EQ(value("a", "a = g(m.volume); def g(int n) { return n > 0 ? a : 7; }"), "E0518")
      << "seen when it runs";
  EXPECT_EQ(value("a", "a = g(0); def g(int n) { return n > 0 ? a : 7; }"), "7")
      << "a circle that is never gone round";
}

TEST(Evaluator, PointsMustBeOfOneKind) {
  EXPECT_THAT(eval("a = Machine(GPU); b = Machine(CPU); def f(Task t) { return t.ipoint[0] < 2 ? "
                   "a[0, 0] : b[0, 0]; }"),
              StartsWith("error: E0511"));
}

TEST(Evaluator, ResultMustBeAPoint) {
  EXPECT_THAT(eval("def f(t) { return g(t); } def g(x) { return x.ipoint; }"),
              StartsWith("error: E0509"));
}

TEST(Evaluator, LargeDomainsAreRefusedAndEmptyOnesAreFine) {
  const Compiled c =
      compile_text("m = Machine(GPU); def f(Task t) { return m[0, 0]; } IndexTaskMap * f;");
  EXPECT_THAT(place_digits(c->evaluate("f", rect_of_extents({1 << 20, 1 << 20}), shape(1, 1))),
              StartsWith("error: E0513"));
  const Rect absurd{{INT64_MIN}, {INT64_MAX}};
  EXPECT_THAT(place_digits(c->evaluate("f", absurd, shape(1, 1))), StartsWith("error: E0513"));
  const auto empty = c->place("x", ProcessorKind::Gpu, rect_of_extents({0}), shape(1, 1));
  ASSERT_TRUE(empty && *empty);
  EXPECT_TRUE((*empty)->points.empty());
}

}  // namespace
}  // namespace castra::lang
