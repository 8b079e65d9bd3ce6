#include "lang/machine_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/factorization.h"

/// The vectors recorded from the published language's own implementation.
namespace castra::lang {
namespace {

using testing::ElementsAre;
using Index = std::vector<std::int64_t>;

MachineSpace machine(std::int64_t nodes, std::int64_t per_node) {
  return MachineSpace::base(ProcessorKind::Gpu, nodes, per_node);
}

Processor at(const MachineSpace::Transformed& space, const Index& index) {
  EXPECT_TRUE(space.has_value());
  return space->to_processor(index);
}

TEST(MachineSpace, MergeVariesTheFirstSlowest) {
  const auto merged = machine(2, 4).merge(0, 1);
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->sizes(), ElementsAre(8));
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_EQ(at(merged, {i}), (Processor{i / 4, i % 4}));
  const auto other = machine(2, 4).merge(1, 0);
  const Processor expected[] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}};
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_EQ(at(other, {i}), expected[i]);
}

TEST(MachineSpace, SplitVariesTheFirstFastest) {
  const auto two = machine(2, 4).split(1, 2);
  EXPECT_THAT(two->sizes(), ElementsAre(2, 2, 2));
  EXPECT_EQ(at(two, {0, 0, 1}), (Processor{0, 2}));
  EXPECT_EQ(at(two, {0, 1, 0}), (Processor{0, 1}));
  EXPECT_EQ(at(two, {1, 1, 1}), (Processor{1, 3}));
  const auto three = machine(2, 6).split(1, 3);
  EXPECT_THAT(three->sizes(), ElementsAre(2, 3, 2));
  EXPECT_EQ(at(three, {0, 2, 0}), (Processor{0, 2}));
  EXPECT_EQ(at(three, {0, 0, 1}), (Processor{0, 3}));
  EXPECT_EQ(at(three, {1, 2, 1}), (Processor{1, 5}));
  const auto six = machine(2, 6).split(1, 2);
  EXPECT_THAT(six->sizes(), ElementsAre(2, 2, 3));
  EXPECT_EQ(at(six, {0, 1, 2}), (Processor{0, 5}));
}

TEST(MachineSpace, SwapSliceReverse) {
  const auto swapped = machine(2, 4).swap(0, 1);
  EXPECT_THAT(swapped->sizes(), ElementsAre(4, 2));
  EXPECT_EQ(at(swapped, {3, 1}), (Processor{1, 3}));
  const auto sliced = machine(2, 4).slice(1, 1, 2);
  EXPECT_THAT(sliced->sizes(), ElementsAre(2, 2));
  EXPECT_EQ(at(sliced, {1, 1}), (Processor{1, 2}));
  EXPECT_FALSE(sliced->contains(Index{0, 2}));
  const auto reversed = machine(2, 4).reverse(1);
  EXPECT_EQ(at(reversed, {0, 0}), (Processor{0, 3}));
  EXPECT_EQ(at(reversed, {1, 3}), (Processor{1, 0}));
}

TEST(MachineSpace, BalanceSplit) {
  const auto two = machine(2, 6).balance_split(1, 2);
  EXPECT_THAT(two->sizes(), ElementsAre(2, 3, 2));
  EXPECT_EQ(at(two, {0, 1, 1}), (Processor{0, 4}));
  const auto three = machine(2, 12).balance_split(1, 3);
  EXPECT_THAT(three->sizes(), ElementsAre(2, 3, 2, 2));
  EXPECT_EQ(at(three, {0, 1, 1, 1}), (Processor{0, 10}));
  EXPECT_EQ(at(three, {0, 2, 0, 1}), (Processor{0, 8}));
  const auto wide = machine(2, 12).balance_split(1, 2);
  EXPECT_THAT(wide->sizes(), ElementsAre(2, 6, 2));
  EXPECT_EQ(at(wide, {0, 5, 1}), (Processor{0, 11}));
  const auto nodes = machine(8, 4).balance_split(0, 2);
  EXPECT_THAT(nodes->sizes(), ElementsAre(4, 2, 4));
  EXPECT_EQ(at(nodes, {1, 1, 3}), (Processor{5, 3}));
}

TEST(MachineSpace, AutoSplit) {
  const auto a = machine(8, 4).auto_split(0, Index{4, 2, 4});
  EXPECT_THAT(a->sizes(), ElementsAre(4, 1, 2, 4));
  EXPECT_EQ(at(a, {3, 0, 1, 2}), (Processor{7, 2}));
  const auto b = machine(4, 1).auto_split(0, Index{4, 2, 4});
  EXPECT_THAT(b->sizes(), ElementsAre(2, 1, 2, 1));
  EXPECT_EQ(at(b, {1, 0, 1, 0}), (Processor{3, 0}));
  EXPECT_EQ(at(b, {0, 0, 1, 0}), (Processor{2, 0}));
  const auto c = machine(2, 4).auto_split(1, Index{2, 2});
  EXPECT_THAT(c->sizes(), ElementsAre(2, 2, 2));
  EXPECT_EQ(at(c, {0, 0, 1}), (Processor{0, 2}));
}

TEST(MachineSpace, ChainsOfTransforms) {
  const auto s = machine(2, 12).split(1, 3);
  EXPECT_THAT(s->merge(0, 2)->sizes(), ElementsAre(8, 3));
  EXPECT_EQ(at(s->merge(0, 2), {5, 1}), (Processor{1, 4}));
  EXPECT_THAT(s->merge(2, 0)->sizes(), ElementsAre(3, 8));
  EXPECT_EQ(at(s->merge(2, 0), {1, 5}), (Processor{1, 7}));
  EXPECT_THAT(s->merge(1, 2)->sizes(), ElementsAre(2, 12));
  EXPECT_EQ(at(s->merge(1, 2), {0, 7}), (Processor{0, 10}));
  EXPECT_THAT(s->merge(2, 1)->sizes(), ElementsAre(2, 12));
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(at(s->merge(2, 1), {1, i}), (Processor{1, i}));
  EXPECT_THAT(s->swap(0, 2)->sizes(), ElementsAre(4, 3, 2));
  EXPECT_EQ(at(s->swap(0, 2), {2, 1, 1}), (Processor{1, 7}));

  const auto long_chain = machine(2, 6).slice(1, 1, 4)->reverse(1)->split(1, 2)->swap(0, 2);
  EXPECT_THAT(long_chain->sizes(), ElementsAre(2, 2, 2));
  for (std::int64_t x = 0; x < 2; ++x) {
    for (std::int64_t y = 0; y < 2; ++y) {
      for (std::int64_t z = 0; z < 2; ++z) {
        EXPECT_EQ(at(long_chain, {x, y, z}), (Processor{z, 4 - (y + 2 * x)}));
      }
    }
  }
  const auto other = machine(2, 6).merge(1, 0)->slice(0, 2, 9)->split(0, 4);
  EXPECT_THAT(other->sizes(), ElementsAre(4, 2));
  EXPECT_EQ(at(other, {0, 0}), (Processor{0, 1}));
  EXPECT_EQ(at(other, {0, 1}), (Processor{0, 3}));
  EXPECT_EQ(at(other, {1, 0}), (Processor{1, 1}));
  EXPECT_EQ(at(other, {2, 1}), (Processor{0, 4}));
  EXPECT_EQ(at(other, {3, 1}), (Processor{1, 4}));
}

TEST(MachineSpace, TwoLevelSplit) {
  const auto nodes = machine(2, 4).auto_split(0, Index{2, 2, 2});
  EXPECT_THAT(nodes->sizes(), ElementsAre(2, 1, 1, 4));
  EXPECT_THAT(nodes->auto_split(3, Index{1, 2, 2})->sizes(), ElementsAre(2, 1, 1, 1, 2, 2));
  const auto flat = machine(4, 4).auto_split(0, Index{4, 4});
  EXPECT_THAT(flat->sizes(), ElementsAre(2, 2, 4));
  EXPECT_THAT(flat->auto_split(2, Index{2, 2})->sizes(), ElementsAre(2, 2, 2, 2));
}

TEST(MachineSpace, ExtentZeroCountsAsOne) {
  EXPECT_THAT(machine(2, 4).auto_split(0, Index{1, 1})->auto_split(2, Index{0, 1})->sizes(),
              ElementsAre(2, 1, 2, 2));
}

TEST(MachineSpace, RefusesWhatDoesNotFit) {
  const MachineSpace m = machine(2, 5);
  EXPECT_EQ(m.split(1, 2).error().message,
            "`split` of a dimension of size 5 by 2: 5 must be divisible by 2");
  EXPECT_FALSE(m.split(1, 0));
  EXPECT_FALSE(m.split(1, -5));
  EXPECT_FALSE(m.split(2, 1));
  EXPECT_FALSE(m.merge(0, 0));
  EXPECT_FALSE(m.merge(0, -1));
  EXPECT_FALSE(m.swap(1, 1));
  EXPECT_FALSE(m.reverse(-1));
  EXPECT_FALSE(m.slice(1, 3, 1)) << "the published one gave a negative size";
  EXPECT_FALSE(m.slice(1, -2, 1));
  EXPECT_FALSE(m.slice(1, 0, 5));
  EXPECT_FALSE(m.balance_split(1, 0));
  EXPECT_FALSE(m.balance_split(1, 1000));
  EXPECT_FALSE(m.auto_split(1, Index{}));
  EXPECT_FALSE(m.auto_split(1, Index{2, -1}));
  EXPECT_FALSE(machine(2, 0).auto_split(1, Index{2, 2}));
  EXPECT_FALSE(machine(2, 0).balance_split(1, 2));
  EXPECT_FALSE(machine(1, 1).auto_split(0, Index(40, 2))) << "more than 32 dimensions";
}

TEST(MachineSpace, ManyTransformsAreRefused) {
  auto space = machine(2, 4).reverse(0);
  for (int i = 1; i < MachineSpace::kMaxTransforms; ++i) space = space->reverse(0);
  ASSERT_TRUE(space);
  EXPECT_FALSE(space->reverse(0));
}

TEST(Factorization, BalancedTables) {
  const std::pair<int, std::pair<int, int>> two[] = {
      {1, {1, 1}},
      {2, {2, 1}},
      {3, {3, 1}},
      {4, {2, 2}},
      {5, {5, 1}},
      {6, {3, 2}},
      {7, {7, 1}},
      {8, {4, 2}},
      {9, {3, 3}},
      {10, {5, 2}},
      {11, {11, 1}},
      {12, {6, 2}},
      {13, {13, 1}},
      {14, {7, 2}},
      {15, {5, 3}},
      {16, {4, 4}},
      {17, {17, 1}},
      {18, {6, 3}},
      {20, {10, 2}},
      {21, {7, 3}},
      {22, {11, 2}},
      {24, {6, 4}},
      {25, {5, 5}},
      {26, {13, 2}},
      {27, {9, 3}},
      {28, {14, 2}},
      {30, {10, 3}},
      {32, {8, 4}},
      {35, {7, 5}},
      {36, {6, 6}},
      // The published implementation crashed on prime factors above 17.
      {19, {19, 1}},
      {23, {23, 1}},
      {38, {19, 2}}};
  for (const auto& [n, factors] : two) {
    EXPECT_THAT(balanced_factors(n, 2), ElementsAre(factors.first, factors.second)) << n;
  }
  const std::pair<int, std::array<int, 3>> three[] = {
      {4, {2, 2, 1}},  {6, {3, 2, 1}},  {8, {2, 2, 2}},  {9, {3, 3, 1}},  {12, {3, 2, 2}},
      {16, {4, 2, 2}}, {18, {3, 3, 2}}, {20, {5, 2, 2}}, {24, {6, 2, 2}}, {27, {3, 3, 3}},
      {30, {5, 3, 2}}, {32, {4, 4, 2}}, {36, {6, 3, 2}}};
  for (const auto& [n, factors] : three) {
    EXPECT_THAT(balanced_factors(n, 3), ElementsAre(factors[0], factors[1], factors[2])) << n;
  }
}

struct SplitVector {
  std::int64_t n;
  Index extents;
  Index best;
  Index greedy;  ///< empty: the same
};

TEST(Factorization, AutoAndGreedyVectors) {
  const SplitVector vectors[] = {
      {2, {4, 4}, {2, 1}, {}},
      {2, {3, 5}, {1, 2}, {}},
      {4, {4, 4}, {2, 2}, {}},
      {4, {8, 2}, {4, 1}, {}},
      {4, {16, 1}, {4, 1}, {}},
      {6, {4, 4}, {3, 2}, {}},
      {6, {3, 5}, {2, 3}, {}},
      {6, {8, 2}, {6, 1}, {}},
      {8, {4, 4}, {4, 2}, {}},
      {8, {3, 5}, {2, 4}, {}},
      {8, {8, 2}, {8, 1}, {}},
      {12, {1, 1}, {3, 4}, {}},
      {12, {4, 4}, {3, 4}, {}},
      {12, {3, 5}, {3, 4}, {2, 6}},
      {12, {6, 4}, {4, 3}, {6, 2}},
      {12, {2, 3}, {3, 4}, {4, 3}},
      {12, {3, 2}, {4, 3}, {6, 2}},
      {12, {8, 2}, {6, 2}, {}},
      {16, {8, 2}, {8, 2}, {}},
      {24, {6, 4}, {6, 4}, {}},
      {24, {8, 2}, {12, 2}, {}},
      {64, {16, 1}, {32, 2}, {}},
      {60, {1, 3}, {4, 15}, {6, 10}},
      {60, {3, 1}, {12, 5}, {10, 6}},
      {2, {3, 4, 5}, {1, 1, 2}, {}},
      {4, {4, 2, 4}, {2, 1, 2}, {}},
      {4, {1, 1, 1}, {2, 2, 1}, {}},
      {4, {3, 4, 5}, {1, 2, 2}, {}},
      {4, {8, 4, 2}, {4, 1, 1}, {}},
      {6, {4, 2, 4}, {3, 1, 2}, {}},
      {6, {3, 4, 5}, {1, 2, 3}, {}},
      {8, {4, 2, 4}, {4, 1, 2}, {}},
      {8, {2, 2, 2}, {2, 2, 2}, {}},
      {8, {2, 2, 1}, {4, 2, 1}, {}},
      {12, {3, 4, 5}, {2, 2, 3}, {}},
      {12, {8, 4, 2}, {6, 2, 1}, {}},
      {16, {4, 4, 1}, {4, 4, 1}, {}},
      {24, {2, 2, 3}, {2, 3, 4}, {4, 2, 3}},
      {24, {2, 3, 2}, {2, 4, 3}, {4, 3, 2}},
      {27, {4, 4, 1}, {9, 3, 1}, {}},
      {64, {4, 2, 4}, {8, 2, 4}, {}},
  };
  for (const SplitVector& v : vectors) {
    EXPECT_EQ(best_factors(v.n, v.extents), v.best) << v.n;
    EXPECT_EQ(greedy_factors(v.n, v.extents), v.greedy.empty() ? v.best : v.greedy) << v.n;
  }
}

TEST(Factorization, GreedyDiffersFromBestAsOftenAsRecorded) {
  int differs = 0;
  int cases = 0;
  for (std::int64_t n = 2; n <= 64; ++n) {
    for (std::int64_t a = 1; a <= 16; ++a) {
      for (std::int64_t b = 1; b <= 16; ++b) {
        ++cases;
        differs += best_factors(n, Index{a, b}) != greedy_factors(n, Index{a, b}) ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(cases, 16128);
  EXPECT_EQ(differs, 1174);
}

TEST(Factorization, ExactWhereFloatingPointTies) {
  // (1048576, 1048577): the sums differ by about 1e-12, far below the published tolerance of 1e-6.
  EXPECT_EQ(best_factors(2, Index{1048576, 1048577}), (Index{1, 2}));
  EXPECT_EQ(best_factors(2, Index{1048577, 1048576}), (Index{2, 1}));
}

TEST(Factorization, TooManyPossibilitiesAreRefused) {
  EXPECT_EQ(best_factors(std::int64_t{1} << 40, Index(16, 2)), std::nullopt);
  EXPECT_EQ(best_factors(6, Index{(std::int64_t{1} << 61) - 1, (std::int64_t{1} << 61) - 3}),
            std::nullopt);
}

}  // namespace
}  // namespace castra::lang
