#include "common/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace castra::apps {
namespace {

using ::testing::HasSubstr;

TEST(Comparison, AcceptsWhatLiesWithinTheTolerance) {
  Comparison comparison;
  comparison.add("charge", std::vector<float>{1.0f, 2.125f}, std::vector<float>{1.0f, 2.0f},
                 std::vector<float>{0.0f, 0.125f});
  EXPECT_TRUE(comparison.same());
  EXPECT_EQ(comparison.report(), "SUCCESS! all 2 values match the reference\n");
}

TEST(Comparison, NamesWhatDiffers) {
  Comparison comparison;
  comparison.add("charge", std::vector<float>{1.0f, 2.25f}, std::vector<float>{1.0f, 2.0f},
                 std::vector<float>{0.0f, 0.125f});
  EXPECT_FALSE(comparison.same());
  EXPECT_EQ(comparison.report(),
            "FAILURE! 1 of 2 values differ from the reference\n"
            "  charge of node 1: got 2.25, expected 2 (+-0.12)\n");
}

TEST(Comparison, NeverAcceptsWhatIsNotFinite) {
  Comparison comparison;
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  comparison.add("v", std::vector<float>{infinity, nan}, std::vector<float>{infinity, nan},
                 std::vector<float>{infinity, infinity});
  EXPECT_THAT(comparison.report(), HasSubstr("FAILURE! 2 of 2"));
}

TEST(Comparison, ShowsTheFirstFewOfMany) {
  Comparison comparison;
  comparison.add("v", std::vector<float>(20, 1.0f), std::vector<float>(20, 0.0f),
                 std::vector<float>(20, 0.5f));
  const std::string report = comparison.report();
  EXPECT_THAT(report, HasSubstr("  v of node 7: "));
  EXPECT_THAT(report, ::testing::Not(HasSubstr("  v of node 8: ")));
  EXPECT_THAT(report, HasSubstr("  and 12 more\n"));
}

}  // namespace
}  // namespace castra::apps
