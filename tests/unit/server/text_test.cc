#include "server/text.h"

#include <gtest/gtest.h>

#include "support/rng.h"

namespace castra::server {
namespace {

TEST(Text, CountsUtf16CodeUnits) {
  const Text text("aä€😀b\nz");  // 1, 2, 3 and 4 bytes; 1, 1, 1 and 2 code units
  EXPECT_EQ(text.offset({0, 0}), 0u);
  EXPECT_EQ(text.offset({0, 1}), 1u);
  EXPECT_EQ(text.offset({0, 2}), 3u);
  EXPECT_EQ(text.offset({0, 3}), 6u);
  EXPECT_EQ(text.offset({0, 4}), 6u) << "inside the surrogate pair: the character's start";
  EXPECT_EQ(text.offset({0, 5}), 10u);
  EXPECT_EQ(text.offset({0, 6}), 11u);
  EXPECT_EQ(text.offset({1, 1}), 13u);
  EXPECT_EQ(text.position(10), (Position{0, 5}));
  EXPECT_EQ(text.position(8), (Position{0, 3})) << "inside a character: its start";
  EXPECT_EQ(text.position(13), (Position{1, 1}));
}

TEST(Text, ClampsPositionsBeyondTheText) {
  const Text text("ab\ncd");
  EXPECT_EQ(text.offset({0, 99}), 2u);
  EXPECT_EQ(text.offset({1, 99}), 5u);
  EXPECT_EQ(text.offset({99, 0}), 5u);
  EXPECT_EQ(text.position(99), (Position{1, 2}));
}

TEST(Text, KnowsThreeLineEnds) {
  const Text text("a\r\nb\rc\nd");
  EXPECT_EQ(text.offset({1, 0}), 3u);
  EXPECT_EQ(text.offset({2, 0}), 5u);
  EXPECT_EQ(text.offset({3, 0}), 7u);
  EXPECT_EQ(text.offset({0, 9}), 1u) << "the line's end does not include CR";
}

TEST(Text, ReplacesRanges) {
  Text text("Task * GPU;\nx = 1;\n");
  text.replace({{0, 7}, {0, 10}}, "CPU");
  EXPECT_EQ(text.bytes(), "Task * CPU;\nx = 1;\n");
  text.replace({{0, 11}, {1, 6}}, "");
  EXPECT_EQ(text.bytes(), "Task * CPU;\n");
  text.replace({{1, 0}, {1, 0}}, "y = 2;");
  EXPECT_EQ(text.bytes(), "Task * CPU;\ny = 2;");
  EXPECT_EQ(text.position(12), (Position{1, 0}));
}

/// Every offset at a character's start is found again from its position, whatever the text.
TEST(Text, PositionsAndOffsetsAreInverse) {
  const std::string pieces[] = {"a", "ä", "€", "😀", "\n", "\r\n", "\r", " "};
  Rng rng(3);
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    std::vector<std::uint32_t> starts;
    for (std::uint64_t n = rng.below(30); n > 0; --n) {
      starts.push_back(static_cast<std::uint32_t>(bytes.size()));
      bytes += pieces[rng.below(std::size(pieces))];
    }
    starts.push_back(static_cast<std::uint32_t>(bytes.size()));
    const Text text(bytes);
    for (const std::uint32_t start : starts) {
      // Between CR and LF of one line end is no position.
      if (start > 0 && start < bytes.size() && bytes[start - 1] == '\r' && bytes[start] == '\n')
        continue;
      EXPECT_EQ(text.offset(text.position(start)), start) << bytes;
    }
  }
}

}  // namespace
}  // namespace castra::server
