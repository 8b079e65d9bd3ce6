#include "lang/policy_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace castra::lang {
namespace {

using testing::ElementsAre;

std::shared_ptr<const Policy> policy(const std::string& text) {
  const auto source = std::make_shared<const SourceFile>("t.castra", text);
  DiagnosticSink sink;
  auto compiled = compile(source, sink);
  EXPECT_NE(compiled, nullptr) << render_all(*source, sink);
  return compiled;
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

}  // namespace
}  // namespace castra::lang
