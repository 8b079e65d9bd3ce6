#include "lang/policy_table.h"

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

TEST(PolicyTable, NamesComeFromTheRules) {
  const RuleNames names =
      rule_names(*policy("Task b, a GPU;\nRegion a r, 3 GPU FBMEM;\nLayout * 1 * SOA;\n"));
  EXPECT_THAT(names.tasks, ElementsAre("a", "b"));
  EXPECT_THAT(names.regions, ElementsAre("r"));
  EXPECT_THAT(names.positions, ElementsAre(1, 3));
}

TEST(PolicyTable, RowsThatHoldEverywhereAreOne) {
  const auto p = policy("Layout * * * SOA;\nRegion * * GPU FBMEM;\n");
  const auto rows = condensed(policy_table(*p, rule_names(*p)).value());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].what, "layout");
  EXPECT_EQ(rows[0].where, "");
  EXPECT_EQ(rows[0].value, "SOA");
  EXPECT_EQ(rows[0].rules.front().line, 1);
  EXPECT_EQ(rows[1].what, "memories");
  EXPECT_EQ(rows[1].where, "on GPU");
  EXPECT_EQ(rows[1].about(), "any other task, any other argument");
}

TEST(PolicyTable, TooManyCombinationsAreRefused) {
  std::string text = "Task t0";
  for (int i = 1; i < 2000; ++i) text += ", t" + std::to_string(i);
  text += " CPU;\nRegion * r0";
  for (int i = 1; i < 500; ++i) text += ", r" + std::to_string(i);
  const auto p = policy(text + " CPU SYSMEM;\n");
  EXPECT_FALSE(policy_table(*p, rule_names(*p)));
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

}  // namespace
}  // namespace castra::lang
