#include "support/line_diff.h"

#include <gtest/gtest.h>

#include <string>

namespace castra {
namespace {

TEST(LineDiff, EqualTextsHaveNone) {
  EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n", "x", "y"), "");
  EXPECT_EQ(unified_diff("", "", "x", "y"), "");
}

TEST(LineDiff, OneChangeWithContext) {
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "x", "y"),
            "--- x\n+++ y\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(LineDiff, DistantChangesAreApart) {
  std::string before;
  std::string after;
  for (int i = 0; i < 20; ++i) {
    before += std::to_string(i) + "\n";
    if (i == 2) continue;
    after += (i == 15 ? "new\n" : "") + std::to_string(i) + "\n";
  }
  EXPECT_EQ(unified_diff(before, after, "x", "y"),
            "--- x\n+++ y\n@@ -1,6 +1,5 @@\n 0\n 1\n-2\n 3\n 4\n 5\n"
            "@@ -13,6 +12,7 @@\n 12\n 13\n 14\n+new\n 15\n 16\n 17\n");
}

TEST(LineDiff, AddedRemovedAndUnfinishedLastLine) {
  EXPECT_EQ(unified_diff("", "a\n", "x", "y"), "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(unified_diff("a\n", "", "x", "y"), "--- x\n+++ y\n@@ -1 +0,0 @@\n-a\n");
  EXPECT_EQ(unified_diff("a", "a\n", "x", "y"),
            "--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(LineDiff, LargeChangesStayAffordable) {
  std::string before;
  std::string after;
  for (int i = 0; i < 20000; ++i) {
    before += "b" + std::to_string(i) + "\n";
    after += "a" + std::to_string(i) + "\n";
  }
  const std::string diff = unified_diff(before, after, "x", "y");
  EXPECT_NE(diff.find("@@ -1,20000 +1,20000 @@"), std::string::npos);
}

}  // namespace
}  // namespace castra
