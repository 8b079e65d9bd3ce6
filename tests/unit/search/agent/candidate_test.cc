#include "search/agent/candidate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castra::search::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Refuses texts that hold BAD, or USE without DEFINE, or that hold nothing but prose.
CompileReport fake_compile(const std::string& mapping) {
  const auto has = [&](const char* word) { return mapping.find(word) != std::string::npos; };
  if (has("BAD") || has("no mapping")) return {false, mapping, "mapping:1:1: error[E0106]: BAD\n"};
  if (has("USE") && !has("DEFINE")) return {false, mapping, "mapping:1:1: error[E0201]: USE\n"};
  return {true, mapping, ""};
}

DecisionBlocks base() { return DecisionBlocks::from_mapping("Task * CPU; Region * * CPU SYSMEM;"); }

TEST(ApplyEdits, TakesAllWhenAllIsRight) {
  const auto candidate = apply_edits(
      base(), {{Block::Task, "Task * GPU;"}, {Block::Layout, "Layout * * * SOA;"}}, fake_compile);
  EXPECT_THAT(candidate.kept, ElementsAre(Block::Task, Block::Layout));
  EXPECT_THAT(candidate.rejected, IsEmpty());
  EXPECT_EQ(candidate.blocks[Block::Region], "Region * * CPU SYSMEM;");
  EXPECT_EQ(candidate.blocks[Block::Task], "Task * GPU;");
}

TEST(ApplyEdits, KeepsTheGoodBlocksAndReportsTheBad) {
  const auto candidate = apply_edits(
      base(), {{Block::Task, "BAD"}, {Block::Region, "Region * * GPU FBMEM;"}}, fake_compile);
  EXPECT_THAT(candidate.kept, ElementsAre(Block::Region));
  ASSERT_EQ(candidate.rejected.size(), 1U);
  EXPECT_EQ(candidate.rejected[0].block, Block::Task);
  EXPECT_EQ(candidate.rejected[0].text, "BAD");
  EXPECT_FALSE(candidate.rejected[0].diagnostics.empty());
  EXPECT_EQ(candidate.blocks[Block::Task], "Task * CPU;");
}

TEST(ApplyEdits, ABlockMayNeedALaterOne) {
  const auto candidate = apply_edits(
      base(),
      {{Block::Region, "Region USE;"}, {Block::Layout, "BAD"}, {Block::IndexMap, "DEFINE = 1;"}},
      fake_compile);
  EXPECT_THAT(candidate.kept, ElementsAre(Block::IndexMap, Block::Region));
  EXPECT_EQ(candidate.rejected.size(), 1U);
}

TEST(ApplyEdits, ABrokenBaseGivesWay) {
  DecisionBlocks broken;
  broken[Block::Task] = "BAD";
  const auto candidate = apply_edits(broken, {{Block::Region, "Region r;"}}, fake_compile);
  EXPECT_THAT(candidate.kept, ElementsAre(Block::Region));
  EXPECT_EQ(candidate.blocks[Block::Task], "");
}

TEST(UnusableMapping, NeverCompilesAndIsNeverEmpty) {
  for (const std::string& reply :
       {std::string(), std::string("BAD \x01 words"), std::string("# a comment")}) {
    const std::string text = unusable_mapping(base(), {}, reply, fake_compile);
    EXPECT_FALSE(text.empty());
    EXPECT_FALSE(fake_compile(text).ok) << text;
    EXPECT_EQ(text.find('\x01'), std::string::npos);
  }
  EXPECT_FALSE(
      fake_compile(unusable_mapping(base(), {{Block::Task, "BAD"}}, "x", fake_compile)).ok);
}

}  // namespace
}  // namespace castra::search::agent
