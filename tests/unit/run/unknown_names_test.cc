#include "run/unknown_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castra::run {
namespace {

std::shared_ptr<const lang::Policy> policy(const std::string& text) {
  DiagnosticSink sink;
  return lang::compile(std::make_shared<const SourceFile>("m.castra", text), sink);
}

TEST(UnknownNames, NamesTaskAndNearestOne) {
  const auto mapping = policy("Task stencl GPU;\nTask check CPU;\nRegion * gird GPU FBMEM;\n");
  ASSERT_NE(mapping, nullptr);
  const auto warnings = unknown_names(*mapping, {"check", "stencil"}, {"grid", "line"});
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].severity, Severity::Warning);
  EXPECT_EQ(warnings[0].message, "the program has no task `stencl`");
  EXPECT_EQ(warnings[0].help, "did you mean `stencil`?");
  EXPECT_EQ(warnings[1].help, "did you mean `grid`?");
}

TEST(UnknownNames, RegionsAreComparedOnlyIfKnown) {
  const auto mapping = policy("Region * cells GPU FBMEM;\n");
  ASSERT_NE(mapping, nullptr);
  EXPECT_TRUE(unknown_names(*mapping, {"a"}, {}).empty());
  EXPECT_EQ(unknown_names(*mapping, {"a"}, {"zzz"}).size(), 1U);
}

}  // namespace
}  // namespace castra::run
