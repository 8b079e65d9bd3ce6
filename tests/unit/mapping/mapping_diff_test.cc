#include "mapping/mapping_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mapping/mapping_json.h"

namespace castra {
namespace {

using testing::ElementsAre;

Mapping sample() {
  TaskDecision task;
  task.task = "foo";
  task.kind = ProcessorKind::Gpu;
  task.kind_decided = true;
  task.kind_by = {1, "Task * GPU;"};
  task.listed = {ProcessorKind::Gpu};
  ArgumentDecision argument;
  argument.index = 2;
  argument.memories = {MemoryKind::FrameBuffer, MemoryKind::ZeroCopy};
  argument.memories_by = {2, "Region * * GPU FBMEM, ZCMEM;"};
  task.arguments = {argument};
  LaunchDecision launch;
  launch.task = "foo";
  launch.domain = rect_of_extents({8});
  launch.processors.emplace();
  for (int i = 0; i < 8; ++i) launch.processors->push_back({i / 4, i % 4});
  launch.by = {3, "IndexTaskMap foo f;"};
  SingleDecision single;
  single.task = "foo";
  single.processors = {1, 2};
  single.by = {4, "SingleTaskMap foo g;"};
  return {{task}, {launch}, {single}};
}

TEST(MappingDiff, EqualMappingsHaveNoDifferenceWhateverTheirRules) {
  Mapping other = sample();
  other.tasks[0].kind_by = {9, "Task foo GPU;"};
  EXPECT_TRUE(diff(sample(), other).empty());
}

TEST(MappingDiff, KindMemoriesAndLayout) {
  Mapping other = sample();
  other.tasks[0].kind_decided = false;
  other.tasks[0].arguments[0].memories.reset();
  other.tasks[0].arguments[0].layout = Layout{DimensionOrder::C, {}, {}, {}, {}};
  const auto found = diff(sample(), other);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].about, "task foo");
  EXPECT_EQ(found[0].left, "GPU");
  EXPECT_EQ(found[0].right, "-");
  EXPECT_EQ(found[0].left_by.line, 1);
  EXPECT_EQ(found[1].about, "task foo, argument 2");
  EXPECT_EQ(found[1].left, "FBMEM, ZCMEM");
  EXPECT_EQ(found[2].what, "layout");
  EXPECT_EQ(found[2].right, "C_order");
}

TEST(MappingDiff, PointsWithOtherOwners) {
  Mapping other = sample();
  for (auto& owner : *other.launches[0].processors) owner[0] = 1 - owner[0];
  (*other.launches[0].processors)[0] = {1, 0, 1};
  const auto found = diff(sample(), other);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "launch of foo over [(0)..(7)]");
  EXPECT_EQ(found[0].points, 8u);
  EXPECT_THAT(found[0].examples, ElementsAre("(0): 0.0 | 1.{0,1}", "(1): 0.1 | 1.1",
                                             "(2): 0.2 | 1.2", "(3): 0.3 | 1.3", "(4): 1.0 | 0.0"));
}

TEST(MappingDiff, AFailingMapDiffersFromNone) {
  Mapping left = sample();
  left.launches[0].processors.reset();
  Mapping right = left;
  EXPECT_TRUE(diff(left, right).empty());
  right.launches[0].failure = "division by zero";
  const auto found = diff(left, right);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].left, "-");
  EXPECT_EQ(found[0].right, "fails: division by zero");
}

TEST(MappingDiff, WhatStatementsDecideAboutATask) {
  Mapping left = sample();
  left.tasks[0].instance_limit = {2, {5, "InstanceLimit foo 2;"}};
  left.tasks[0].steals = {StealScope::AnyNode, {6, "TaskSteal foo GPU ANY_NODE;"}};
  Mapping right = left;
  EXPECT_TRUE(diff(left, right).empty());
  right.tasks[0].instance_limit->value = 3;
  right.tasks[0].replicated = {true, {7, "ControlReplicate foo;"}};
  right.tasks[0].steals.reset();
  right.tasks[0].arguments[0].collected = true;
  right.tasks[0].arguments[0].collected_by = {8, "CollectMemory foo 2;"};
  const auto found = diff(left, right);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].what, "instance limit");
  EXPECT_EQ(found[0].left, "2");
  EXPECT_EQ(found[0].right, "3");
  EXPECT_EQ(found[0].left_by.line, 5);
  EXPECT_EQ(found[1].what, "control replicated");
  EXPECT_EQ(found[1].left, "-");
  EXPECT_EQ(found[1].right, "yes");
  EXPECT_EQ(found[2].what, "task steal");
  EXPECT_EQ(found[2].left, "ANY_NODE");
  EXPECT_EQ(found[2].right, "-");
  EXPECT_EQ(found[3].about, "task foo, argument 2");
  EXPECT_EQ(found[3].what, "collected");
  EXPECT_EQ(found[3].right_by.line, 8);
  EXPECT_NE(left.fingerprint(), right.fingerprint());
}

TEST(MappingDiff, SingleTasks) {
  Mapping right = sample();
  right.singles[0].processors = {1, 3};
  const auto found = diff(sample(), right);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "launch of foo");
  EXPECT_EQ(found[0].left, "1.2");
  EXPECT_EQ(found[0].right, "1.3");
  EXPECT_EQ(found[0].not_compared, "");
  EXPECT_NE(sample().fingerprint(), right.fingerprint());
}

TEST(MappingDiff, WhatCannotBeComparedIsNotEqual) {
  Mapping left = sample();
  left.singles[0].processors.reset();
  left.singles[0].depends_run = true;
  left.singles[0].function = "def g(Task t) { return m[*t.parent.processor(m)]; }";
  left.launches[0].processors.reset();
  left.launches[0].failure = "too many points";
  left.launches[0].function = "def f(Task t) { return m[0, 0]; }";
  Mapping right = left;
  EXPECT_TRUE(diff(left, right).empty());
  right.singles[0].function = "def g(Task t) { return m[0, t.parent.processor(m)[1]]; }";
  right.launches[0].function = "def f(Task t) { return m[0, 1]; }";
  const auto found = diff(left, right);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].not_compared, "both functions fail here");
  EXPECT_EQ(found[0].left, "fails: too many points");
  EXPECT_EQ(found[1].not_compared, "what the functions ask for is known in a run only");
  EXPECT_NE(left.fingerprint(), right.fingerprint());
}

TEST(MappingJson, NamesTheRulesOfStatements) {
  Mapping mapping = sample();
  mapping.tasks[0].instance_limit = {2, {5, "InstanceLimit foo 2;"}};
  mapping.tasks[0].replicated = {false, {6, "ControlReplicate bar;"}};
  mapping.tasks[0].steals = {StealScope::SameNode, {7, "TaskSteal foo GPU SAME_NODE;"}};
  mapping.singles[0].processors.reset();
  mapping.singles[0].depends_run = true;
  const auto json = to_json(mapping);
  const auto& task = json["tasks"][0];
  EXPECT_EQ(task["instance_limit"], 2);
  EXPECT_EQ(task["instance_limit_by"]["line"], 5);
  EXPECT_EQ(task["control_replicated"], false);
  EXPECT_EQ(task["task_steal"], "SAME_NODE");
  EXPECT_EQ(task["task_steal_by"]["line"], 7);
  EXPECT_TRUE(json["singles"][0]["placement"].is_null());
  EXPECT_TRUE(json["singles"][0]["depends_on_run"].get<bool>());
}

TEST(MappingJson, HasEveryDecision) {
  const auto json = to_json(sample());
  EXPECT_EQ(json["castra_mapping"], kMappingJsonVersion);
  const auto& task = json["tasks"][0];
  EXPECT_EQ(task["kind"], "GPU");
  EXPECT_EQ(task["kind_by"]["line"], 1);
  EXPECT_EQ(task["arguments"][0]["argument"], 2);
  EXPECT_EQ(task["arguments"][0]["memories"], nlohmann::ordered_json::array({"FBMEM", "ZCMEM"}));
  EXPECT_TRUE(task["arguments"][0]["layout"].is_null());
  const auto& point = json["launches"][0]["points"][5];
  EXPECT_EQ(point["point"], nlohmann::ordered_json::array({5}));
  EXPECT_EQ(point["node"], 1);
  EXPECT_EQ(point["processors"], nlohmann::ordered_json::array({1}));
  EXPECT_TRUE(task["instance_limit"].is_null());
  EXPECT_FALSE(task["arguments"][0]["collected"].get<bool>());
  EXPECT_EQ(json["singles"][0]["placement"]["node"], 1);
  EXPECT_EQ(json["singles"][0]["by"]["line"], 4);
}

}  // namespace
}  // namespace castra
