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
  return {{task}, {launch}};
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
}

}  // namespace
}  // namespace castra
