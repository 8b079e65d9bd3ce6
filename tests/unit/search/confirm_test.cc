#include "search/confirm.h"

#include <gtest/gtest.h>

#include "fakes.h"

namespace castra::search {
namespace {

TEST(Confirm, WinsNeededFollowTheSignTest) {
  // P(X >= k), X ~ B(n, 1/2), at most 5%: 5/5 is 3.1%, 7/8 3.5%, 9/10 1.1% (8/10 5.5%), 15/20 2.1%.
  EXPECT_EQ(wins_needed(1), 1);
  EXPECT_EQ(wins_needed(3), 3);
  EXPECT_EQ(wins_needed(5), 5);
  EXPECT_EQ(wins_needed(7), 7);
  EXPECT_EQ(wins_needed(8), 7);
  EXPECT_EQ(wins_needed(10), 9);
  EXPECT_EQ(wins_needed(20), 15);
}

TEST(Confirm, AlternatesTheOrderAndPairsTheSamples) {
  std::vector<std::string> order;
  double clock = 0;
  FakeEvaluator evaluator([&](const EvaluationRequest& request) {
    order.push_back(request.mapping.empty() ? "own" : "new");
    clock += 1;
    return measured((request.mapping.empty() ? 20 : 10) + clock);
  });
  Trial candidate;
  candidate.proposal.mapping = "x";
  const auto confirmation = confirm(candidate, Metric{}, 3, evaluator, [](int) {});
  ASSERT_TRUE(confirmation && *confirmation);
  EXPECT_EQ(order, (std::vector<std::string>{"own", "new", "new", "own", "own", "new"}));
  EXPECT_EQ((*confirmation)->own, (std::vector<double>{21, 24, 25}));
  EXPECT_EQ((*confirmation)->candidate, (std::vector<double>{12, 13, 16}));
  EXPECT_DOUBLE_EQ((*confirmation)->speedup, 21.0 / 12.0)
      << "of 21/12, 24/13, 25/16 the middle one";
  EXPECT_TRUE((*confirmation)->better);
}

TEST(Confirm, OneLostRoundOfFiveIsNotEnough) {
  Confirmation confirmation;
  confirmation.own = {10, 10, 10, 10, 10};
  confirmation.candidate = {9, 9, 9, 9, 10.1};
  judge(confirmation, Metric{});
  EXPECT_FALSE(confirmation.better);
  confirmation.candidate.back() = 9.9;
  judge(confirmation, Metric{});
  EXPECT_TRUE(confirmation.better);
}

TEST(Confirm, FewRoundsNeedAGainBeyondNoise) {
  Confirmation confirmation;
  confirmation.own = {10};
  confirmation.candidate = {9.88};
  judge(confirmation, Metric{});
  EXPECT_FALSE(confirmation.better) << "1.2% in one pair is luck as likely as not";
  confirmation.candidate = {9.7};
  judge(confirmation, Metric{});
  EXPECT_TRUE(confirmation.better);
  confirmation.own = {10, 10, 10, 10};
  confirmation.candidate = {9, 9, 9, 10.1};
  judge(confirmation, Metric{});
  EXPECT_FALSE(confirmation.better) << "all pairs of fewer than five";
}

TEST(Confirm, LargerIsBetterForThroughput) {
  Confirmation confirmation;
  confirmation.own = {10, 10, 10};
  confirmation.candidate = {20, 20, 20};
  Metric metric;
  metric.maximize = true;
  judge(confirmation, metric);
  EXPECT_DOUBLE_EQ(confirmation.speedup, 2);
  EXPECT_TRUE(confirmation.better);
}

}  // namespace
}  // namespace castra::search
