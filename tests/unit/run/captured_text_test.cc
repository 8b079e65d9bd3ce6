#include "run/captured_text.h"

#include <gtest/gtest.h>

namespace castra::run {
namespace {

TEST(CapturedText, KeepsAllThatFits) {
  CapturedText text({.head = 3, .tail = 4});
  text.append("ab");
  text.append("cdefg");
  EXPECT_FALSE(text.truncated());
  EXPECT_EQ(text.text(), "abcdefg");
}

TEST(CapturedText, KeepsBeginningAndEndOfMore) {
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 26u}) {
    CapturedText text({.head = 3, .tail = 4});
    const std::string all = "abcdefghijklmnopqrstuvwxyz";
    for (std::size_t at = 0; at < all.size(); at += piece) text.append(all.substr(at, piece));
    EXPECT_TRUE(text.truncated());
    EXPECT_EQ(text.total(), 26u);
    EXPECT_EQ(text.text(), "abc\n... 19 bytes left out ...\nwxyz") << "in pieces of " << piece;
  }
}

TEST(CapturedText, KnowsTheExactBoundary) {
  CapturedText text({.head = 3, .tail = 4});
  text.append("abcdefg");
  EXPECT_FALSE(text.truncated());
  text.append("h");
  EXPECT_TRUE(text.truncated());
}

}  // namespace
}  // namespace castra::run
