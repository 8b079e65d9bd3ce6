#include "lang/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/evaluator.h"
#include "lang_test_util.h"

/// Every point in which the dslmapper profile differs from Castra's own behaviour, in both.
namespace castra::lang {
namespace {

constexpr auto kGpu = ProcessorKind::Gpu;
constexpr auto kCpu = ProcessorKind::Cpu;

struct Both {
  Compiled own;
  Compiled old;
};

Both compile_both(const std::string& text, Naming naming = Naming::Name) {
  Both both{compile_text(text), compile_text(text, dslmapper(naming))};
  EXPECT_NE(both.own.policy, nullptr) << both.own.rendered;
  EXPECT_NE(both.old.policy, nullptr) << both.old.rendered;
  return both;
}

std::string memories(const Compiled& c, const std::string& task, ProcessorKind kind,
                     const std::vector<std::string>& regions, int argument = 0) {
  const auto decision = c->memories({task, argument, regions, kind});
  if (!decision) return "none";
  std::string out;
  for (const MemoryKind memory : decision->value) {
    if (!out.empty()) out += ' ';
    out += to_string(memory);
  }
  return out;
}

std::string layout(const Compiled& c, const std::string& task, MemoryKind memory,
                   const std::vector<std::string>& regions, int argument = 0) {
  const auto decision = c->layout({task, argument, regions, kGpu}, memory);
  return decision ? to_string(decision->layout) : "none";
}

/// The placement of the only function over `n` points.
std::string placed(const Compiled& c, std::int64_t n, const MachineShape& machine) {
  return place_digits(c->evaluate("f", rect_of_extents({n}), machine));
}

/// A function over `m`, a GPU machine, with `i` the point.
std::string function(const std::string& body) {
  return "m = Machine(GPU);\ndef f(Task t) {\n  i = t.ipoint[0];\n  " + body + "\n}\n";
}

bool says(const Compiled& c, std::string_view code) {
  for (const Diagnostic& d : c.diagnostics)
    if (d.code == code) return true;
  return false;
}

TEST(Profile, NamesAreOneToOne) {
  for (const char* name : {"castra", "dslmapper", "dslmapper-names"}) {
    const auto profile = profile_named(name);
    ASSERT_TRUE(profile);
    EXPECT_EQ(name_of(*profile), name);
  }
  EXPECT_FALSE(profile_named("dsl"));
  EXPECT_EQ(profile_named("castra"), Profile{});
}

/// A merge undone over a dimension of size 0 once divided by zero.
TEST(Profile, AMergedDimensionOfNothingAliasesNothing) {
  const auto policy = compile_text(
      "m = Machine(GPU).split(1, 8).swap(1, 2).merge(0, 1);\n"
      "def f(Task t) { return m[0, 0]; }\nIndexTaskMap * f;\n",
      dslmapper(Naming::Name));
  ASSERT_NE(policy.policy, nullptr) << policy.rendered;
  MachineShape machine;
  machine.nodes = 1;
  const auto placed = policy->place("t", kGpu, Rect{{0}, {3}}, machine);
  EXPECT_TRUE(!placed || !*placed);
}

TEST(Profile, FirstRuleWins) {
  const Both both = compile_both(
      "Task foo GPU; Task foo CPU;\n"
      "Region foo r GPU ZCMEM; Region foo r GPU FBMEM;\n"
      "Layout foo r FBMEM AOS; Layout foo r FBMEM SOA;\n" +
      function("return m[0, 0];") +
      "def g(Task t) { return m[0, 1]; }\nIndexTaskMap foo f; IndexTaskMap foo g;\n");
  EXPECT_EQ(both.own->processors("foo")->value.front(), kCpu);
  EXPECT_EQ(both.old->processors("foo")->value.front(), kGpu);
  EXPECT_EQ(memories(both.own, "foo", kGpu, {"r"}), "FBMEM");
  EXPECT_EQ(memories(both.old, "foo", kGpu, {"r"}), "ZCMEM");
  EXPECT_EQ(layout(both.own, "foo", MemoryKind::FrameBuffer, {"r"}), "SOA");
  EXPECT_EQ(layout(both.old, "foo", MemoryKind::FrameBuffer, {"r"}), "AOS F_order");
  EXPECT_EQ(both.own->index_map("foo", kGpu)->value, "g");
  EXPECT_EQ(both.old->index_map("foo", kGpu)->value, "f");
  EXPECT_TRUE(says(both.own, "W0301"));
  EXPECT_TRUE(says(both.old, "W0362"));
  EXPECT_FALSE(says(both.old, "W0301"));
}

TEST(Profile, TracesSayWhichRuleReplacedWhich) {
  const char* text = "Task a GPU;\nTask a CPU;";
  const auto own = compile_text(text)->trace_processors("a");
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(to_string(own[1].effect), "replaced by a later rule");
  EXPECT_EQ(own[1].rule.line, 1);
  const auto published = compile_text(text, dslmapper(Naming::Index))->trace_processors("a");
  ASSERT_EQ(published.size(), 2U);
  EXPECT_EQ(to_string(published[1].effect), "replaced by an earlier rule");
  EXPECT_EQ(published[1].rule.line, 2);
}

TEST(Profile, MemoryListsConcatenate) {
  const Both both = compile_both(
      "Region foo r GPU ZCMEM; Region foo * GPU RDMEM; Region * r GPU SYSMEM;\n"
      "Region * * GPU FBMEM,SOCKMEM; Region foo r * VIRTUAL; Region bar * * SYSMEM;\n");
  struct Case {
    const char* task;
    ProcessorKind kind;
    std::vector<std::string> regions;
    const char* own;
    const char* old;
  };
  const std::vector<Case> cases = {
      {"foo", kGpu, {"r"}, "ZCMEM", "ZCMEM RDMEM SYSMEM FBMEM SOCKMEM"},
      {"foo", kGpu, {"x"}, "RDMEM", "RDMEM FBMEM SOCKMEM"},
      {"bar", kGpu, {"r"}, "SYSMEM", "SYSMEM SYSMEM FBMEM SOCKMEM"},
      {"foo", kCpu, {"r"}, "VIRTUAL", "VIRTUAL"},
      {"foo", kCpu, {"x"}, "none", "none"},
      {"baz", kCpu, {"x"}, "none", "none"},
      {"baz", kGpu, {"r", "p", "q"}, "SYSMEM", "SYSMEM FBMEM SOCKMEM"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(memories(both.own, c.task, c.kind, c.regions), c.own) << c.task << c.regions[0];
    EXPECT_EQ(memories(both.old, c.task, c.kind, c.regions), c.old) << c.task << c.regions[0];
  }
  const std::vector<std::string> r = {"r"};
  EXPECT_TRUE(both.own->memories({"foo", 0, r, kGpu})->fall_through);
  EXPECT_FALSE(both.old->memories({"foo", 0, r, kGpu})->fall_through);
}

TEST(Profile, OneLayoutRuleDecides) {
  const Both both = compile_both(
      "Layout foo r FBMEM AOS; Layout foo * * C_order; Layout * r ZCMEM F_order Align==64;\n"
      "Layout * * * SOA C_order Align>=128;\n");
  const auto fb = MemoryKind::FrameBuffer;
  const auto zc = MemoryKind::ZeroCopy;
  EXPECT_EQ(layout(both.old, "foo", fb, {"r"}), "AOS F_order");
  EXPECT_EQ(layout(both.own, "foo", fb, {"r"}), "AOS C_order Align>=128");
  EXPECT_EQ(layout(both.old, "foo", zc, {"r"}), "SOA C_order");
  EXPECT_EQ(layout(both.own, "foo", zc, {"r"}), "SOA C_order Align==64");
  EXPECT_EQ(layout(both.old, "bar", zc, {"r"}), "SOA F_order Align==64");
  EXPECT_EQ(layout(both.own, "bar", zc, {"r"}), "SOA F_order Align==64");
  EXPECT_EQ(layout(both.old, "bar", fb, {"r"}), "SOA C_order Align>=128");
  EXPECT_EQ(layout(both.own, "bar", fb, {"r"}), "SOA C_order Align>=128");
  EXPECT_EQ(layout(both.old, "foo", fb, {"x"}), "SOA C_order");
  EXPECT_EQ(layout(both.own, "foo", fb, {"x"}), "SOA C_order Align>=128");
}

TEST(Profile, ConstraintsOfOneStatementAccumulate) {
  const Both both = compile_both("Layout * * * Align<=64 Align!=32;\n");
  EXPECT_EQ(layout(both.own, "t", MemoryKind::System, {}), "Align!=32");
  EXPECT_EQ(layout(both.old, "t", MemoryKind::System, {}), "SOA F_order Align!=32");
  const Both empty = compile_both("Layout * * *;\n");
  EXPECT_EQ(layout(empty.own, "t", MemoryKind::System, {}), "none");
  EXPECT_EQ(layout(empty.old, "t", MemoryKind::System, {}), "SOA F_order");
}

TEST(Profile, ExactNeedsCompact) {
  const Both alone = compile_both("Layout * * * Exact;\n");
  EXPECT_EQ(layout(alone.own, "t", MemoryKind::System, {}), "Exact");
  EXPECT_EQ(layout(alone.old, "t", MemoryKind::System, {}), "SOA F_order");
  EXPECT_TRUE(says(alone.old, "W0366"));
  EXPECT_FALSE(says(alone.own, "W0366"));
  const Both beside = compile_both("Layout * * * Compact Exact;\n");
  EXPECT_EQ(layout(beside.old, "t", MemoryKind::System, {}), "SOA F_order Compact Exact");
  EXPECT_FALSE(says(beside.old, "W0366"));
}

TEST(Profile, RegionsGoByPositionOrByName) {
  const std::string text = "Region t r GPU ZCMEM;\nRegion t 1 GPU FBMEM;\nLayout t r * AOS;\n";
  const Compiled own = compile_text(text);
  const Compiled index = compile_text(text, dslmapper(Naming::Index));
  const Compiled name = compile_text(text, dslmapper(Naming::Name));
  EXPECT_EQ(memories(own, "t", kGpu, {"r"}, 0), "ZCMEM");
  EXPECT_EQ(memories(own, "t", kGpu, {"x"}, 1), "FBMEM");
  EXPECT_EQ(memories(index, "t", kGpu, {"r"}, 0), "none");
  EXPECT_EQ(memories(index, "t", kGpu, {"x"}, 1), "FBMEM");
  EXPECT_EQ(memories(name, "t", kGpu, {"r"}, 0), "ZCMEM");
  EXPECT_EQ(memories(name, "t", kGpu, {"x"}, 1), "none");
  EXPECT_EQ(index.codes(), (std::vector<std::string>{"W0364", "W0364"}));
  EXPECT_EQ(name.codes(), (std::vector<std::string>{"W0364"}));
  EXPECT_EQ(own.codes(), std::vector<std::string>{});
}

TEST(Profile, StarMapsAreNeverLookedUp) {
  const Both both = compile_both(function("return m[0, 0];") +
                                 "def h(Task t) { return m[0, 2]; }\n"
                                 "IndexTaskMap * f; IndexTaskMap foo h;\n");
  EXPECT_EQ(both.own->index_map("other", kGpu)->value, "f");
  EXPECT_FALSE(both.old->index_map("other", kGpu));
  EXPECT_EQ(both.own->index_map("foo", kGpu)->value, "h");
  EXPECT_EQ(both.old->index_map("foo", kGpu)->value, "h");
  EXPECT_TRUE(says(both.old, "W0363"));
  EXPECT_FALSE(says(both.own, "W0363"));
}

TEST(Profile, MapsForAnotherKindAreErrors) {
  const Both both = compile_both(function("return m[0, i];") +
                                 "c = Machine(CPU);\ndef g(Task t) { return c[0, 0]; }\n"
                                 "IndexTaskMap foo f; IndexTaskMap CPU g;\n");
  const Rect two = rect_of_extents({2});
  EXPECT_EQ(place_digits(both.own->place("foo", kCpu, two, shape(1, 2))), "00 00");
  const auto result = both.old->place("foo", kCpu, two, shape(1, 2));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "E0560");
  EXPECT_EQ(place_digits(both.old->place("foo", kGpu, two, shape(1, 2))), "00 01");
  EXPECT_EQ(place_digits(both.old->place("bar", kCpu, two, shape(1, 2))), "00 00");
}

TEST(Profile, MapsOnAnAbsentKindFail) {
  const Both both = compile_both(function("return m[0, i % m.size[1]];") + "IndexTaskMap foo f;\n");
  MachineShape machine = shape(1, 2);
  machine.set(kGpu, 0);
  EXPECT_EQ(place_digits(both.own->place("foo", kCpu, rect_of_extents({2}), machine)), "none");
  const auto result = both.old->place("foo", kCpu, rect_of_extents({2}), machine);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "E0502");
}

TEST(Profile, ConditionalsLeanLeft) {
  // c1 ? c2 : c3 ? c4 : c5 over truth values reads both ways without an error.
  const Both both = compile_both(
      function("x = i == 0 ? True : i == 1 ? False : False;\n  return m[0, x ? 1 : 0];"));
  EXPECT_EQ(placed(both.own, 2, shape(1, 2)), "01 00");
  EXPECT_EQ(placed(both.old, 2, shape(1, 2)), "00 00");
  const Both integers = compile_both(function("return m[0, i == 0 ? 2 : i == 1 ? 1 : 0];"));
  EXPECT_EQ(placed(integers.own, 3, shape(1, 3)), "02 01 00");
  const auto old = integers.old->evaluate("f", rect_of_extents({3}), shape(1, 3));
  ASSERT_FALSE(old) << "the old evaluator aborted where the first condition held";
  const Both parenthesised = compile_both(function("return m[0, i == 0 ? 2 : (i == 1 ? 1 : 0)];"));
  EXPECT_EQ(placed(parenthesised.old, 3, shape(1, 3)), "02 01 00");
}

TEST(Profile, LogicIsEager) {
  const Both both = compile_both(function("return m[0, i != 0 && 1 / i == 1 || i == 0 ? 1 : 0];"));
  EXPECT_EQ(placed(both.own, 3, shape(1, 2)), "01 01 00");
  const auto old = both.old->evaluate("f", rect_of_extents({3}), shape(1, 2));
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, "E0502");
}

TEST(Profile, LocalsKeepTheirFirstValue) {
  const std::string text = function("i = 1;\n  a = 0;\n  a = 1;\n  return m[0, a];");
  const Compiled old = compile_text(text, dslmapper());
  EXPECT_EQ(placed(old, 2, shape(1, 2)), "00 00");
  EXPECT_THAT(old.codes(), testing::IsSupersetOf({"W0361", "W0361"}));
  EXPECT_FALSE(says(compile_text(text), "W0361"));
}

TEST(Profile, TheFirstFunctionOfANameStays) {
  const std::string text =
      "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\ndef f(Task t) { return m[0, 1]; }\n";
  EXPECT_EQ(compile_text(text).policy, nullptr);
  const Compiled old = compile_text(text, dslmapper());
  ASSERT_NE(old.policy, nullptr) << old.rendered;
  EXPECT_EQ(placed(old, 1, shape(1, 2)), "00");
  EXPECT_TRUE(says(old, "W0360"));
}

TEST(Profile, SlicesThatEndAtZero) {
  const Both both = compile_both(function("return m[0, (5, 6, 7)[:0].len + (5, 6, 7)[2:0].len];"));
  EXPECT_EQ(placed(both.own, 1, shape(1, 8)), "00");
  EXPECT_EQ(placed(both.old, 1, shape(1, 8)), "04");
  EXPECT_TRUE(says(both.old, "W0365"));
  EXPECT_TRUE(says(both.own, "W0302"));
}

TEST(Profile, MinusOneIsAWildcard) {
  const Both both = compile_both(function("return m[0, 0 - 1];"));
  EXPECT_EQ(placed(both.own, 1, shape(2, 3)).substr(0, 12), "error: E0501");
  EXPECT_EQ(placed(both.old, 1, shape(2, 3)), "0{012}");
  const Both one = compile_both(function("return m.merge(0, 1)[0 - 1];"));
  EXPECT_EQ(placed(one.old, 1, shape(2, 3)).substr(0, 5), "error");
  const Both two = compile_both(function("return m[0, 0 - 2];"));
  EXPECT_EQ(placed(two.old, 1, shape(2, 3)).substr(0, 12), "error: E0561");
}

TEST(Profile, IndicesMayAlias) {
  const Both both = compile_both(function("return m.split(1, 2)[0, 3, 0];"));
  EXPECT_EQ(placed(both.own, 1, shape(2, 4)).substr(0, 12), "error: E0501");
  EXPECT_EQ(placed(both.old, 1, shape(2, 4)), "03");
  const Both beyond = compile_both(function("return m.split(1, 2)[0, 4, 0];"));
  EXPECT_EQ(placed(beyond.old, 1, shape(2, 4)).substr(0, 12), "error: E0561");
  const Both slice = compile_both(function("return m.slice(1, 1, 2)[0, 2];"));
  EXPECT_EQ(placed(slice.old, 1, shape(2, 4)).substr(0, 12), "error: E0561");
}

TEST(Profile, SplitDropsARemainder) {
  const Both both = compile_both(function("s = m.split(1, 2);\n  return s[0, i % 2, i / 2];"));
  EXPECT_EQ(placed(both.own, 4, shape(2, 5)).substr(0, 12), "error: E0508");
  EXPECT_EQ(placed(both.old, 4, shape(2, 5)), "00 01 02 03");
  const Both sizes = compile_both(function("s = m.split(1, 2);\n  return m[0, s.size[2]];"));
  EXPECT_EQ(placed(sizes.old, 1, shape(2, 5)), "02") << "processors 4 unreachable";
}

TEST(Profile, ProcessorOfATaskOnAnotherKind) {
  const Both both = compile_both(
      "m = Machine(GPU);\ndef f(Task t) { return m[*t.parent.processor(m)]; }\n"
      "SingleTaskMap foo f;\n");
  const std::vector<RunningTask> parents = {{"parent", kCpu, 0, 2}};
  const SingleQuery query{{"foo", kGpu, 0, 0}, parents, {}};
  const auto own = both.own->place_single(query, shape(1, 4), nullptr);
  EXPECT_TRUE(own && !*own) << "inactive: the parent runs on another kind";
  const auto old = both.old->place_single(query, shape(1, 4), nullptr);
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->processors, (ProcessorSet{0, {2}}));
}

TEST(Profile, IntegersWrapAt32Bits) {
  const Both both = compile_both(
      function("x = 99999999999;\n  return m[0, x == 1215752191 ? 1 : x == 99999999999 ? 2 : 3];"));
  EXPECT_EQ(placed(both.own, 1, shape(1, 4)), "02");
  const Both simple = compile_both(function("return m[0, 99999999999 == 1215752191 ? 1 : 0];"));
  EXPECT_EQ(placed(simple.own, 1, shape(1, 4)), "00");
  EXPECT_EQ(placed(simple.old, 1, shape(1, 4)), "01");
  const Both sum = compile_both(function("return m[0, 2147483647 + 1 < 0 ? 1 : 0];"));
  EXPECT_EQ(placed(sum.own, 1, shape(1, 4)), "00");
  EXPECT_EQ(placed(sum.old, 1, shape(1, 4)), "01");
}

}  // namespace
}  // namespace castra::lang
