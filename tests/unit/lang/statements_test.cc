#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/policy.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kGpu = ProcessorKind::Gpu;
constexpr auto kCpu = ProcessorKind::Cpu;

/// "line effect" of every rule, strongest first.
std::vector<std::string> lines(const RuleTrace& trace) {
  std::vector<std::string> out;
  for (const TracedRule& traced : trace)
    out.push_back(fmt::format("{} {}", traced.rule.line, to_string(traced.effect)));
  return out;
}

const std::vector<std::string> kNoNames;

TEST(Statements, InstanceLimitIsPerTask) {
  const Compiled c =
      compile_text("InstanceLimit * 4;\nInstanceLimit foo, bar 1;\nInstanceLimit bar 0;");
  EXPECT_EQ(c->instance_limit("foo")->value, 1);
  EXPECT_EQ(c->instance_limit("bar")->value, 0) << "no limit, although `*` has one";
  EXPECT_EQ(c->instance_limit("other")->value, 4);
  EXPECT_EQ(c->instance_limit("other")->rule.line, 1);
  EXPECT_FALSE(compile_text("InstanceLimit foo 1;")->instance_limit("bar"));
  EXPECT_THAT(lines(c->trace_instance_limit("bar")),
              ElementsAre("3 decides", "2 replaced by a later rule", "1 less specific task"));
}

// The published vectors: foo,r yes; foo,x no; bar,q yes; bar,r no.
TEST(Statements, CollectMemoryAddsUp) {
  const Compiled c = compile_text("CollectMemory foo r;\nCollectMemory * q;\nCollectMemory foo 3;");
  const auto collected = [&](const char* task, std::vector<std::string> names, int argument = 0) {
    return c->collects({task, argument, names, kGpu}).has_value();
  };
  EXPECT_TRUE(collected("foo", {"r"}));
  EXPECT_FALSE(collected("foo", {"x"}));
  EXPECT_TRUE(collected("bar", {"q"}));
  EXPECT_FALSE(collected("bar", {"r"}));
  EXPECT_TRUE(collected("foo", {"x"}, 3)) << "by position";
  const std::vector<std::string> q = {"q"};
  EXPECT_THAT(lines(c->trace_collects({"foo", 3, q, kGpu})),
              ElementsAre("3 decides", "2 less specific task"));
  EXPECT_TRUE(compile_text("CollectMemory * *;")->collects({"any", 0, kNoNames, kCpu}));
}

TEST(Statements, ControlReplicateNamesAllThatAreReplicated) {
  const Compiled c = compile_text("ControlReplicate main_task;\nControlReplicate init;");
  EXPECT_TRUE(c->replicates("main_task")->value);
  EXPECT_TRUE(c->replicates("init")->value);
  EXPECT_FALSE(c->replicates("work")->value);
  EXPECT_EQ(c->replicates("work")->rule.line, 2) << "the rule of a no is the last statement";
  EXPECT_FALSE(compile_text("Task * CPU;")->replicates("work")) << "no statement: not decided";
  EXPECT_TRUE(compile_text("ControlReplicate *;")->replicates("work")->value);
  EXPECT_THAT(lines(c->trace_replicates("init")), ElementsAre("2 decides"));
}

TEST(Statements, TaskStealInBothPublishedForms) {
  const Compiled c = compile_text(
      "TaskSteal * GPU SAME_NODE;\nTaskSteal foo, bar GPU ANY_NODE;\nTaskSteal * * ANY_NODE;");
  EXPECT_EQ(c->steals("foo", kGpu)->value, StealScope::AnyNode);
  EXPECT_EQ(c->steals("other", kGpu)->value, StealScope::SameNode);
  EXPECT_EQ(c->steals("other", kCpu)->value, StealScope::AnyNode);
  EXPECT_FALSE(compile_text("TaskSteal foo GPU SAME_NODE;")->steals("foo", kCpu));
  EXPECT_THAT(lines(c->trace_steals("foo", kGpu)),
              ElementsAre("2 decides", "1 less specific task", "3 less specific task"));
}

TEST(Statements, TraceOfProcessorsAndMemories) {
  const Compiled c = compile_text(
      "Task * GPU;\nTask foo CPU;\nTask foo GPU, CPU;\n"
      "Region * * * SYSMEM;\nRegion foo * GPU FBMEM;\nRegion foo r * ZCMEM;\nRegion foo r GPU "
      "FBMEM;\nRegion * r GPU ZCMEM;");
  EXPECT_THAT(lines(c->trace_processors("foo")),
              ElementsAre("3 decides", "2 replaced by a later rule", "1 less specific task"));
  const std::vector<std::string> r = {"r"};
  EXPECT_THAT(lines(c->trace_memories({"foo", 0, r, kGpu})),
              ElementsAre("7 decides", "6 less specific kind", "5 less specific region",
                          "8 less specific task", "4 less specific task"));
  EXPECT_TRUE(compile_text("Task foo CPU;")->trace_processors("bar").empty());
}

TEST(Statements, TraceOfLayoutsSaysWhoContributes) {
  const Compiled c = compile_text(
      "Layout * * * SOA C_order Align==128;\nLayout foo * * AOS;\nLayout foo r FBMEM C_order AOS;");
  const std::vector<std::string> r = {"r"};
  EXPECT_THAT(lines(c->trace_layout({"foo", 0, r, kGpu}, MemoryKind::FrameBuffer)),
              ElementsAre("3 contributes", "2 covered by stronger rules", "1 contributes"));
}

constexpr const char* kMaps =
    "mgpu = Machine(GPU);\nmcpu = Machine(CPU);\n"
    "def on_gpu(Task t) { return mgpu[0, 0]; }\ndef on_cpu(Task t) { return mcpu[0, 1]; }\n";

TEST(Statements, AnInactiveMapLetsTheNextDecide) {
  const Compiled c =
      compile_text(std::string(kMaps) + "IndexTaskMap foo on_cpu;\nIndexTaskMap foo on_gpu;\n");
  ASSERT_NE(c.policy, nullptr) << c.rendered;
  EXPECT_EQ(c->index_map("foo", kGpu)->value, "on_gpu");
  EXPECT_EQ(c->index_map("foo", kCpu)->value, "on_cpu")
      << "of two maps for one task the one for its kind";
  EXPECT_THAT(lines(c->trace_index_map("foo", kCpu)),
              ElementsAre("6 inactive: places on another kind", "5 decides"));
  PlaceLog log;
  const auto placed = c->place({"foo", kCpu, rect_of_extents({2}), {}}, shape(1, 4), &log);
  EXPECT_EQ(place_digits(placed), "01 01");
  ASSERT_EQ(log.notes.size(), 1u);
  EXPECT_EQ(log.notes[0].code, "N0430");
  EXPECT_THAT(log.notes[0].message, HasSubstr("`on_gpu`"));
}

std::string single(const Compiled& c, const SingleQuery& query, PlaceLog* log = nullptr) {
  if (c.policy == nullptr) return "refused: " + c.rendered;
  const auto result = c->place_single(query, shape(2, 4), log);
  if (!result) return result.error().code + " " + result.error().message;
  if (!*result) return "none";
  std::string out = std::to_string((*result)->processors.node) + ":";
  for (const int processor : (*result)->processors.processors) out += std::to_string(processor);
  return out;
}

TEST(Statements, SingleMapFollowsTheParent) {
  const Compiled c = compile_text(
      "m = Machine(GPU);\n"
      "def same(Task t) { return m[*t.parent.processor(m)]; }\n"
      "def here(Task t) { p = t.processor(m.merge(0, 1)); return m[p[0] / 4, *]; }\n"
      "SingleTaskMap task_4 same;\nSingleTaskMap task_6 here;\n");
  const std::vector<RunningTask> ancestors = {{"task_5", kGpu, 1, 2}, {"main", kCpu, 0, 0}};
  EXPECT_EQ(single(c, {{"task_4", kGpu, 0, 0}, ancestors, {}}), "1:2");
  EXPECT_EQ(single(c, {{"task_6", kGpu, 1, 1}, {}, {}}), "1:0123");
  EXPECT_EQ(single(c, {{"other", kGpu, 0, 0}, {}, {}}), "none");
  EXPECT_EQ(c->single_map("task_4", kGpu)->value, "same");
  EXPECT_FALSE(c->index_map("task_4", kGpu)) << "a single map says nothing of index launches";
  PlaceLog log;
  EXPECT_EQ(single(c, {{"task_4", kCpu, 0, 0}, ancestors, {}}, &log), "none");
  EXPECT_EQ(log.notes.size(), 1u) << "a map for GPUs is inactive for a task on a CPU";
  const std::vector<RunningTask> on_cpu = {{"task_5", kCpu, 0, 3}};
  EXPECT_EQ(single(c, {{"task_4", kGpu, 0, 0}, on_cpu, {}}), "none")
      << "the published one took CPU 3 for GPU 3";
}

TEST(Statements, SingleMapErrors) {
  const auto fails = [](const std::string& body, std::vector<RunningTask> ancestors = {}) {
    const Compiled c =
        compile_text("m = Machine(GPU); def f(Task t) { " + body + " } SingleTaskMap * f;");
    return single(c, {{"work", kGpu, 0, 0}, ancestors, {}});
  };
  EXPECT_THAT(fails("return m[t.ipoint[0], 0];"), HasSubstr("E0520"));
  EXPECT_THAT(fails("return m[t.ispace[0], 0];"), HasSubstr("E0520"));
  EXPECT_THAT(fails("return m[*t.parent.processor(m)];"), HasSubstr("E0521 task `work` has no"));
  EXPECT_THAT(fails("return m[*t.parent.parent.processor(m)];", {{"main", kGpu, 0, 0}}),
              HasSubstr("E0521 task `main` has no parent"));
  EXPECT_THAT(fails("return m[t.region_bytes(0) % 2, 0];"), HasSubstr("E0523"));
  EXPECT_THAT(fails("return m[*, 0];"), HasSubstr("E0510"));
  EXPECT_THAT(fails("return m[2, 0];"), HasSubstr("E0501"));
}

TEST(Statements, QueriesOnTasks) {
  const Compiled c = compile_text(
      "m = Machine(GPU);\n"
      "def f(Task t) { return m[t.name == \"big\" ? 1 : 0, t.region_bytes(1) > 1000 ? 1 : 0]; }\n"
      "IndexTaskMap * f;");
  ASSERT_NE(c.policy, nullptr) << c.rendered;
  const std::vector<std::int64_t> bytes = {-1, 4096};
  const auto place = [&](const char* task, std::span<const std::int64_t> sizes) {
    return place_digits(c->place({task, kGpu, rect_of_extents({1}), sizes}, shape(2, 4), nullptr));
  };
  EXPECT_EQ(place("big", bytes), "11");
  EXPECT_EQ(place("small", bytes), "01");
  EXPECT_THAT(place("small", {}), HasSubstr("E0523")) << "sizes nobody gave";
  const std::vector<std::int64_t> one = {5};
  EXPECT_THAT(place("small", one), HasSubstr("E0524"));
  EXPECT_THAT(place_digits(c->evaluate("f", rect_of_extents({1}), shape(2, 4))),
              HasSubstr("E0523 `task.name` is not known here"));
}

TEST(Statements, PrintsAreCollected) {
  const Compiled c = compile_text(
      "m = Machine(GPU);\nprint(\"sizes {}\", m.size);\n"
      "def f(Task t) { print(\"point {} of {}\", t.ipoint, t.name); return m[0, 0]; }\n"
      "IndexTaskMap * f;");
  PlaceLog log;
  const auto placed = c->place({"work", kGpu, rect_of_extents({2}), {}}, shape(2, 4), &log);
  EXPECT_EQ(place_digits(placed), "00 00");
  EXPECT_THAT(log.printed, ElementsAre("sizes (2,4)", "point (0) of work", "point (1) of work"));
  PlaceLog many;
  ASSERT_TRUE(c->place({"work", kGpu, rect_of_extents({5000}), {}}, shape(2, 4), &many));
  EXPECT_EQ(many.printed.size(), PlaceLog::kMaxPrinted);
  EXPECT_EQ(many.left_out, 5001 - PlaceLog::kMaxPrinted);
}

}  // namespace
}  // namespace castra::lang
