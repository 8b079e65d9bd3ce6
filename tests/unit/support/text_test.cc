#include "support/text.h"

#include <gtest/gtest.h>

#include "support/rng.h"
#include "support/slip.h"
#include "support/units.h"

namespace castra {
namespace {

TEST(DidYouMean, FindsSlipsAndRefusesStrangers) {
  const std::vector<std::string> words = {"Task", "Region", "Layout", "FBMEM", "ZCMEM"};
  EXPECT_EQ(did_you_mean("task", words), "Task");
  EXPECT_EQ(did_you_mean("Regoin", words), "Region");
  EXPECT_EQ(did_you_mean("FBMEN", words), "FBMEM");
  EXPECT_EQ(did_you_mean("banana", words), std::nullopt);
  EXPECT_EQ(did_you_mean("", words), std::nullopt);
}

TEST(IsCertainSlip, RefusesNamesThatTellThingsApart) {
  EXPECT_TRUE(is_certain_slip("stencal", "stencil"));
  EXPECT_TRUE(is_certain_slip("stencl", "stencil"));
  EXPECT_TRUE(is_certain_slip("blcok2d", "block2d"));
  EXPECT_TRUE(is_certain_slip("Stencil", "stencil"));
  for (const auto& [word, name] :
       std::vector<std::pair<const char*, const char*>>{{"i1", "i0"},
                                                        {"idy", "idx"},
                                                        {"mgpu2", "mgpu1"},
                                                        {"block2d", "block1d"},
                                                        {"rp_shared2", "rp_shared"},
                                                        {"dgemv", "dgemm"},
                                                        {"sgemm", "dgemm"},
                                                        {"stencil2", "stencil"},
                                                        {"", "stencil"}})
    EXPECT_FALSE(is_certain_slip(word, name)) << word;
}

TEST(RenderTable, AlignsNumbersRight) {
  EXPECT_EQ(render_table({"name", "n"}, {{"a", "1"}, {"bb", "10"}}),
            "name   n\na      1\nbb    10\n");
}

TEST(RenderTable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(render_table({"name"}, {{"a\x1b[2J"}}), "name\na\\x1b[2J\n");
}

TEST(Units, RenderWithThreeDigits) {
  EXPECT_EQ(to_string(Bytes{512}), "512 B");
  EXPECT_EQ(to_string(Bytes{1536}), "1.50 KiB");
  EXPECT_EQ(to_string(Nanoseconds{1500000}), "1.50 ms");
}

TEST(Rng, IsTheSameEverywhereAndUnbiasedInRange) {
  EXPECT_EQ(Rng(0).next(), 0xe220a8397b1dcdafULL);  // published SplitMix64 vector for seed 0
  Rng rng(7);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(rng.below(3), 3u);
}

}  // namespace
}  // namespace castra
