#include "lang/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kGpu = ProcessorKind::Gpu;
constexpr auto kCpu = ProcessorKind::Cpu;

std::string memories(const Compiled& c, const char* task, ProcessorKind kind,
                     std::vector<std::string> names, int argument = 0) {
  const auto decision = c->memories({task, argument, names, kind});
  if (!decision) return "-";
  std::string out;
  for (const MemoryKind memory : decision->value)
    out += (out.empty() ? "" : " ") + std::string(to_string(memory));
  return out;
}

std::string layout(const Compiled& c, const char* task, MemoryKind memory,
                   std::vector<std::string> names, ProcessorKind kind = kGpu) {
  const auto decision = c->layout({task, 0, names, kind}, memory);
  return decision ? to_string(decision->layout) : "-";
}

TEST(Policy, NamedTaskBeatsStarAndLaterWins) {
  const Compiled c = compile_text("Task foo CPU;\nTask * GPU;\nTask foo OMP, CPU;\nTask * IO;");
  EXPECT_THAT(c->processors("foo")->value, ElementsAre(ProcessorKind::Omp, kCpu));
  EXPECT_EQ(c->processors("foo")->rule.line, 3);
  EXPECT_EQ(c->processors("foo")->rule.text, "Task foo OMP, CPU;");
  EXPECT_THAT(c->processors("bar")->value, ElementsAre(ProcessorKind::Io));
}

// The rules of the published vectors. There the lists of all matching rules were concatenated; here
// only the most specific rule's list counts, so each answer is that list's beginning.
TEST(Policy, RegionVectors) {
  const Compiled c = compile_text(
      "Region foo r GPU ZCMEM; Region foo * GPU RDMEM; Region * r GPU SYSMEM;"
      "Region * * GPU FBMEM, SOCKMEM; Region foo r * VIRTUAL; Region bar * * SYSMEM;");
  EXPECT_EQ(memories(c, "foo", kGpu, {"r"}), "ZCMEM");
  EXPECT_EQ(memories(c, "foo", kGpu, {"x"}), "RDMEM");
  EXPECT_EQ(memories(c, "bar", kGpu, {"r"}), "SYSMEM");
  EXPECT_EQ(memories(c, "foo", kCpu, {"r"}), "VIRTUAL");
  EXPECT_EQ(memories(c, "foo", kCpu, {"x"}), "-");
  EXPECT_EQ(memories(c, "baz", kCpu, {"x"}), "-");
  EXPECT_EQ(memories(c, "baz", kGpu, {"r", "p", "q"}), "SYSMEM");
  EXPECT_EQ(memories(c, "baz", kGpu, {"p"}), "FBMEM SOCKMEM");
}

TEST(Policy, RegionByPositionAndByNameAtOnce) {
  const Compiled c =
      compile_text("Region * 1 GPU ZCMEM; Region * r GPU FBMEM; Region * parent GPU SYSMEM;");
  EXPECT_EQ(memories(c, "t", kGpu, {}, 1), "ZCMEM");
  EXPECT_EQ(memories(c, "t", kGpu, {"r"}, 0), "FBMEM");
  EXPECT_EQ(memories(c, "t", kGpu, {"r"}, 1), "FBMEM") << "equally specific: the later statement";
  EXPECT_EQ(memories(c, "t", kGpu, {"x", "parent"}, 1), "ZCMEM")
      << "a position beats a parent's name";
  EXPECT_EQ(memories(c, "t", kGpu, {"r", "parent"}, 0), "FBMEM")
      << "an earlier name beats a later one";
}

TEST(Policy, TaskBeforeRegionBeforeKind) {
  const Compiled c = compile_text(
      "Region foo * * SYSMEM; Region * r GPU FBMEM; Region * * GPU ZCMEM; Region * r * SOCKMEM;");
  EXPECT_EQ(memories(c, "foo", kGpu, {"r"}), "SYSMEM");
  EXPECT_EQ(memories(c, "bar", kGpu, {"r"}), "FBMEM");
  EXPECT_EQ(memories(c, "bar", kCpu, {"r"}), "SOCKMEM");
}

// Published rules again; there one rule was taken whole, here members a stronger rule leaves open
// come from weaker ones.
TEST(Policy, LayoutsMergeMemberByMember) {
  const Compiled c = compile_text(
      "Layout foo r FBMEM AOS; Layout foo * * C_order; Layout * r ZCMEM F_order Align==64;"
      "Layout * * * SOA C_order Align>=128;");
  EXPECT_EQ(layout(c, "foo", MemoryKind::FrameBuffer, {"r"}), "AOS C_order Align>=128");
  EXPECT_EQ(layout(c, "foo", MemoryKind::ZeroCopy, {"r"}), "SOA C_order Align==64");
  EXPECT_EQ(layout(c, "bar", MemoryKind::ZeroCopy, {"r"}), "SOA F_order Align==64");
  EXPECT_EQ(layout(c, "bar", MemoryKind::FrameBuffer, {"r"}), "SOA C_order Align>=128");
  EXPECT_EQ(layout(c, "foo", MemoryKind::FrameBuffer, {"x"}), "SOA C_order Align>=128");
  const auto decision =
      c->layout({"foo", 0, std::vector<std::string>{"r"}, kGpu}, MemoryKind::FrameBuffer);
  ASSERT_EQ(decision->rules.size(), 3u) << "three rules contributed a member";
  EXPECT_EQ(decision->rules[0].text, "Layout foo r FBMEM AOS;");
}

TEST(Policy, LaterConstraintOfAStatementWins) {
  EXPECT_EQ(layout(compile_text("Layout * * * Align<=64 Align!=32;"), "t", MemoryKind::System, {}),
            "Align!=32");
}

TEST(Policy, LayoutByProcessorAndNoAlign) {
  const Compiled c = compile_text(
      "Layout * * GPU AOS No_Align; Layout * * * SOA Align==128; Layout * 0 CPU Exact;");
  EXPECT_EQ(layout(c, "t", MemoryKind::ZeroCopy, {}, kGpu), "AOS No_Align");
  EXPECT_EQ(layout(c, "t", MemoryKind::ZeroCopy, {}, kCpu), "SOA Align==128 Exact");
}

TEST(Policy, IndexMapByNameThenKindThenStar) {
  const std::string functions =
      "m = Machine(GPU); def a(Task t) { return m[0, 0]; } def b(Task t) { return m[0, 1]; }"
      "def c(Task t) { return m[0, 2]; }";
  const Compiled c =
      compile_text("IndexTaskMap * c; IndexTaskMap GPU b; IndexTaskMap foo a;" + functions);
  EXPECT_EQ(c->index_map("foo", kGpu)->value, "a");
  EXPECT_EQ(c->index_map("bar", kGpu)->value, "b");
  EXPECT_FALSE(c->index_map("bar", kCpu)) << "all three are for GPUs";
  const auto place = [&](const char* task, ProcessorKind kind) {
    return place_digits(c->place(task, kind, rect_of_extents({1}), shape(1, 4)));
  };
  EXPECT_EQ(place("foo", kGpu), "00");
  EXPECT_EQ(place("bar", kGpu), "01");
  EXPECT_EQ(place("bar", kCpu), "none") << "a machine of GPUs says nothing about a task on CPUs";
}

TEST(Policy, ARuleForAnotherKindGivesWayToAWeakerOne) {
  const Compiled c = compile_text(
      "mgpu = Machine(GPU); mcpu = Machine(CPU);"
      "def on_gpu(Task t) { return mgpu[t.ipoint[0] % mgpu.size[0], t.ipoint[0] % mgpu.size[1]]; }"
      "def on_cpu(Task t) { return mcpu[0, t.ipoint[0] % mcpu.size[1]]; }"
      "IndexTaskMap foo on_gpu; IndexTaskMap CPU on_cpu;");
  MachineShape no_gpus;
  no_gpus.set(kCpu, 2);
  const auto result = c->place("foo", kCpu, rect_of_extents({3}), no_gpus);
  EXPECT_EQ(place_digits(result), "00 01 00") << "no division by zero on a machine without GPUs";
  EXPECT_EQ((*result)->rule.text, "IndexTaskMap CPU on_cpu;");
  EXPECT_EQ(place_digits(c->place("foo", kGpu, rect_of_extents({3}), no_gpus)), "none");
  EXPECT_EQ(place_digits(c->place("foo", kGpu, rect_of_extents({3}), shape(1, 2))), "00 01 00");
}

TEST(Policy, AMapForGpusCannotFailForATaskOnCpus) {
  const Compiled c = compile_text(
      "Task * GPU,CPU; mgpu = Machine(GPU); grid = mgpu.merge(0, 1);"
      "def pick(int i) { return grid[3 - i]; } def rev(Task t) { return pick(t.ipoint[0]); }"
      "def plane(Task t) { return mgpu[0, t.ipoint[1]]; }"
      "IndexTaskMap init_piece rev; IndexTaskMap flat plane;");
  const auto place = [&](const char* task, ProcessorKind kind) {
    return place_digits(c->place(task, kind, rect_of_extents({4}), shape(1, 2)));
  };
  EXPECT_EQ(place("init_piece", kCpu), "none");
  EXPECT_EQ(place("flat", kCpu), "none");
  EXPECT_THAT(place("init_piece", kGpu), HasSubstr("E0501"));
  EXPECT_THAT(place("flat", kGpu), HasSubstr("error"));
}

TEST(Policy, FunctionMayFollowTheRuleAndGlobalsTheirUses) {
  const Compiled c = compile_text(
      "IndexTaskMap foo f; def f(Task t) { return flat[t.ipoint[0]]; } flat = m.merge(0, 1); m = "
      "Machine(GPU);");
  EXPECT_EQ(place_digits(c->place("foo", kGpu, rect_of_extents({4}), shape(2, 2))), "00 01 10 11");
}

TEST(Policy, NamesAreListedOnceAndSorted) {
  const Compiled c = compile_text(
      "Task b, a GPU; Region a r2 * SYSMEM; Layout c r1 * SOA; Region * \"r 3\" * SYSMEM; Task * "
      "CPU;");
  std::vector<std::string> tasks;
  std::vector<std::string> regions;
  for (const auto& use : c->task_names()) tasks.push_back(use.name);
  for (const auto& use : c->region_names()) regions.push_back(use.name);
  EXPECT_THAT(tasks, ElementsAre("a", "b", "c"));
  EXPECT_THAT(regions, ElementsAre("r 3", "r1", "r2"));
}

TEST(Policy, RuleTextOfAStatementOnSeveralLinesIsOneLine) {
  const Compiled c = compile_text("Task * // GPUs first\n  GPU,\n  CPU;");
  EXPECT_EQ(c->processors("x")->rule.text, "Task * GPU, CPU;");
}

TEST(Policy, EvaluateAnyFunctionOfOneTask) {
  const Compiled c = compile_text(
      "m = Machine(OMP); def f(Task t) { return m[0, t.ipoint[0]]; } def g(int n) { return n; }");
  const auto result = c->evaluate("f", rect_of_extents({2}), shape(1, 2));
  EXPECT_EQ(place_digits(result), "00 01");
  EXPECT_EQ((*result)->kind, ProcessorKind::Omp);
  EXPECT_THAT(place_digits(c->evaluate("g", rect_of_extents({2}), shape(1, 2))),
              HasSubstr("E0205"));
  EXPECT_THAT(place_digits(c->evaluate("h", rect_of_extents({2}), shape(1, 2))),
              HasSubstr("E0514"));
}

}  // namespace
}  // namespace castra::lang
