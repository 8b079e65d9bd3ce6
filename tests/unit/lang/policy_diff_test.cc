#include "lang/policy_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace castra::lang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<const Policy> policy(const std::string& text) {
  const auto source = std::make_shared<const SourceFile>("t.castra", text);
  DiagnosticSink sink;
  auto compiled = compile(source, sink);
  EXPECT_NE(compiled, nullptr) << render_all(*source, sink);
  return compiled;
}

MachineShape machine(int nodes, int per_node) {
  MachineShape shape;
  shape.nodes = nodes;
  for (const ProcessorKind kind : kAllProcessorKinds) shape.set(kind, per_node);
  return shape;
}

std::vector<Difference> differences(const std::string& left, const std::string& right) {
  return diff(*policy(left), *policy(right), machine(2, 4)).value();
}

TEST(PolicyDiff, OrderSpellingAndUnusedPartsDoNotMatter) {
  EXPECT_TRUE(differences("Task * GPU; Task a CPU;", "Task a CPU; # first\nTask * GPU;").empty());
  EXPECT_TRUE(differences("Task a, b CPU;", "Task \"b\" CPU; Task a CPU;").empty());
  EXPECT_TRUE(
      differences("Layout * * * SOA C_order;", "Layout * * * C_order; Layout * * * SOA;").empty());
  EXPECT_TRUE(
      differences("m = Machine(GPU); def f(Task t) { return m[0, t.ipoint[0] % m.size[1]]; }"
                  "IndexTaskMap a f;",
                  "n = Machine(GPU); def g(Task u) { p = u.ipoint; return n[0, p[0] % 4]; }"
                  "def unused(Task t) { return n[0, 0]; } IndexTaskMap a g;")
          .empty())
      << "equal on the sample machine of 4 GPUs a node";
}

TEST(PolicyDiff, NamesWhatIsDecidedDifferently) {
  const auto found = differences("Task * GPU;\nRegion * * GPU FBMEM;\nTask foo CPU;\n",
                                 "Task * GPU;\nRegion * r GPU ZCMEM;\nRegion * * GPU FBMEM;\n");
  ASSERT_EQ(found.size(), 3u);  // foo's processors; argument r of foo and of any other task
  EXPECT_EQ(found[0].about, "task foo");
  EXPECT_EQ(found[0].what, "processors");
  EXPECT_EQ(found[0].left, "CPU");
  EXPECT_EQ(found[0].right, "GPU");
  EXPECT_EQ(found[0].left_by.line, 3);
  EXPECT_EQ(found[0].right_by.line, 1);
  EXPECT_EQ(found[1].about, "task foo, region r");
  EXPECT_EQ(found[1].what, "memories on GPU");
  EXPECT_EQ(found[1].left, "FBMEM");
  EXPECT_EQ(found[1].right, "ZCMEM");
  EXPECT_EQ(found[2].about, "any other task, region r");
}

TEST(PolicyDiff, ComparesWhereIndexMapsPlacePoints) {
  const std::string head = "m = Machine(GPU);\ndef f(Task t) { return m[0, ";
  const auto found = differences(head + "t.ipoint[0] % 4]; }\nIndexTaskMap a f;",
                                 head + "t.ipoint[0] % 3]; }\nIndexTaskMap a f;");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "task a");
  EXPECT_THAT(found[0].what, HasSubstr("placement over [(0)..(3)] on GPU"));
  EXPECT_EQ(found[0].points, 1u);
  EXPECT_THAT(found[0].examples, ElementsAre("(3): 0.3 | 0.0"));
}

TEST(PolicyDiff, AMapAgainstNone) {
  const std::string map =
      "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap * f;\n";
  const auto found = differences(map, "");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "any other task");
  EXPECT_EQ(found[0].right, "-");
  EXPECT_EQ(found[0].left_by.line, 3);
}

constexpr const char* kMap = "m = Machine(GPU);\ndef f(Task t) { return m[";

TEST(PolicyDiff, ComparesWhereSingleMapsPlaceTasks) {
  const auto map = [](const std::string& index) {
    return kMap + index + "]; }\nSingleTaskMap a f;\n";
  };
  EXPECT_TRUE(differences(map("0, 1"), map("0, 3 - 2")).empty());
  const auto found = differences(map("0, 0"), map("0, 1"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "task a");
  EXPECT_EQ(found[0].what, "placement of the single task on GPU");
  EXPECT_EQ(found[0].left, "0.0");
  EXPECT_EQ(found[0].right, "0.1");
  EXPECT_EQ(found[0].not_compared, "");
  EXPECT_EQ(found[0].left_by.line, 3);
  EXPECT_EQ(differences(map("0, 0"), "").size(), 1u);
}

TEST(PolicyDiff, MapsThatFollowTheRunAreComparedByText) {
  const auto map = [](const std::string& index) {
    return kMap + index + "]; }\nSingleTaskMap a f;\n";
  };
  EXPECT_TRUE(differences(map("*t.parent.processor(m)"), map("* t.parent.processor( m )")).empty());
  const auto found = differences(map("*t.parent.processor(m)"), map("*t.processor(m)"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].not_compared, HasSubstr("in a run only"));
}

TEST(PolicyDiff, MapsThatAskForAProgramAreComparedByText) {
  const auto map = [](const std::string& index, const std::string& kind = "Index") {
    return kMap + index + "]; }\n" + kind + "TaskMap * f;\n";
  };
  const std::string left = "0, t.region_bytes(0) > 10 ? 1 : 0";
  const std::string right = "0, t.region_bytes(0) > 10 ? 2 : 3";
  EXPECT_TRUE(differences(map(left), map(left)).empty());
  const auto found = differences(map(left), map(right));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, "any other task");
  EXPECT_EQ(found[0].what, "placement on GPU");
  EXPECT_THAT(found[0].not_compared, HasSubstr("--program"));
  EXPECT_THAT(found[0].left, HasSubstr("`task.region_bytes(0)` is not known here"));
  const auto one = differences(map(left), map("0, 1"));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_THAT(one[0].not_compared, HasSubstr("--program"));
  const auto known = differences(map("0, t.ipoint[0] == 0 ? 1 : t.region_bytes(0)"),
                                 map("0, t.ipoint[0] == 0 ? 2 : t.region_bytes(0)"));
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].not_compared, "") << "they differ where they ask for nothing";
  const auto single = differences(map(left, "Single"), map(right, "Single"));
  ASSERT_EQ(single.size(), 1u);
  EXPECT_THAT(single[0].not_compared, HasSubstr("--program"));
  EXPECT_THAT(single[0].left, HasSubstr("any other task"));
}

TEST(PolicyDiff, MapsThatFailEverywhereAreComparedByText) {
  const auto map = [](const std::string& index) {
    return kMap + index + "]; }\nIndexTaskMap * f;\n";
  };
  EXPECT_TRUE(differences(map("7, t.ipoint[0]"), map("7, t.ipoint[0]")).empty());
  const auto found = differences(map("7, t.ipoint[0]"), map("8, t.ipoint[0]"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].not_compared, HasSubstr("fail over every sample"));
}

TEST(PolicyDiff, FollowsWhatAFunctionUses) {
  const auto map = [](const std::string& less) {
    return "m = Machine(GPU);\nlow = " + less +
           ";\ndef small(Task t) { return t.region_bytes(0) < low; }\n"
           "def f(Task t) { return m[0, small(t) ? 0 : 1]; }\nIndexTaskMap a f;\n";
  };
  EXPECT_TRUE(differences(map("10"), map("10")).empty());
  EXPECT_EQ(differences(map("10"), map("20")).size(), 1u);
}

TEST(PolicyDiff, TriesTheNamesThatFunctionsCompare) {
  const auto map = [](const std::string& name) {
    return kMap + ("0, t.name == \"" + name + "\" ? 1 : 0]; }\nIndexTaskMap * f;\n");
  };
  EXPECT_TRUE(differences(map("sweep"), map("sweep")).empty());
  const auto found = differences(map("sweep"), map("foo"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].about, "task foo");
  EXPECT_EQ(found[1].about, "task sweep");
  EXPECT_THAT(found[1].examples, ElementsAre("(0): 0.1 | 0.0"));
  const auto all = differences(map("sweep"), kMap + std::string("1, 0]; }\nIndexTaskMap * f;\n"));
  ASSERT_EQ(all.size(), 2u) << "sweep differs in another way than the rest";
  EXPECT_EQ(all[1].about, "any other task");
}

}  // namespace
}  // namespace castra::lang
