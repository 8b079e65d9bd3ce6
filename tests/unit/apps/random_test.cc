#include "common/random.h"

#include <gtest/gtest.h>

namespace castra::apps {
namespace {

TEST(CounterRng, GivesTheSameNumberInAnyOrder) {
  const CounterRng random(12345, 7);
  const std::uint64_t tenth = random.bits(10);
  random.bits(3);
  EXPECT_EQ(random.bits(10), tenth);
  EXPECT_EQ(CounterRng(12345, 7).bits(10), tenth);
}

TEST(CounterRng, StreamsAndSeedsDiffer) {
  EXPECT_NE(CounterRng(1, 0).bits(0), CounterRng(1, 1).bits(0));
  EXPECT_NE(CounterRng(1, 0).bits(0), CounterRng(2, 0).bits(0));
  EXPECT_NE(CounterRng(1, 0).bits(1), CounterRng(0, 1).bits(0));
}

TEST(CounterRng, FillsTheUnitIntervalEvenly) {
  const CounterRng random(9, 4);
  constexpr int kDraws = 20000;
  int bins[10] = {};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double value = random.unit(i);
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    ++bins[static_cast<int>(value * 10)];
  }
  // 2000 expected with a standard deviation of 42.
  for (const int count : bins) EXPECT_NEAR(count, 2000, 210);
}

TEST(CounterRng, BelowStaysBelow) {
  const CounterRng random(1, 1);
  bool seen[3] = {};
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::int64_t value = random.below(i, 3);
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 3);
    seen[value] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1] && seen[2]);
}

}  // namespace
}  // namespace castra::apps
