#include "search/agent/decision_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../programs.h"
#include "search/space.h"

namespace castra::search::agent {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(std::string_view mapping) {
  std::vector<std::string> out;
  for (const Statement& statement : split_statements(mapping)) out.push_back(statement.text);
  return out;
}

TEST(SplitStatements, MindsCommentsStringsAndBraces) {
  EXPECT_THAT(texts("# a; b\nTask \"a;b # {\" GPU; // c;\nm = Machine(GPU);\n"
                    "def f(Task t) { x = 1; # }\n return m[0, x]; }\nLayout * * * SOA;;"),
              ElementsAre("Task \"a;b # {\" GPU;", "m = Machine(GPU);",
                          "def f(Task t) { x = 1; # }\n return m[0, x]; }", "Layout * * * SOA;"));
}

TEST(SplitStatements, KnowsTheColonForm) {
  EXPECT_THAT(texts("def f(x):\n  a = 1\n  return a\nTask * GPU;"),
              ElementsAre("def f(x):\n  a = 1\n  return a", "Task * GPU;"));
  EXPECT_THAT(texts("def f(Task t): { return m[0,0]; }\nTask * GPU;"),
              ElementsAre("def f(Task t): { return m[0,0]; }", "Task * GPU;"));
}

TEST(SplitStatements, KeepsTextThatEndsNowhere) {
  EXPECT_THAT(texts("Task * GPU"), ElementsAre("Task * GPU"));
  EXPECT_THAT(texts("def f(Task t) { {"), ElementsAre("def f(Task t) { {"));
  EXPECT_THAT(texts("def"), ElementsAre("def"));
  EXPECT_THAT(texts("Task \"open"), ElementsAre("Task \"open"));
  EXPECT_THAT(texts("  \n# only a comment"), ElementsAre());
}

TEST(DecisionBlocks, SortStatementsIntoCanonicalOrder) {
  const auto blocks = DecisionBlocks::from_mapping(
      "SingleTaskMap s f; Layout * * * SOA; m = Machine(GPU); def f(Task t) { return m[0,0]; }\n"
      "IndexTaskMap a f; Region * * GPU FBMEM; InstanceLimit a 3; CollectMemory a *; Task a GPU; "
      "Task b "
      "CPU;");
  EXPECT_EQ(blocks.assemble(),
            "# task\nTask a GPU;\nTask b CPU;\n"
            "# region\nRegion * * GPU FBMEM;\n"
            "# layout\nLayout * * * SOA;\n"
            "# instance limit\nInstanceLimit a 3;\nCollectMemory a *;\n"
            "# index map\nm = Machine(GPU);\ndef f(Task t) { return m[0,0]; }\nIndexTaskMap a f;\n"
            "# single map\nSingleTaskMap s f;\n");
}

TEST(DecisionBlocks, RoundTripWhateverASpaceRenders) {
  Rng rng(11);
  for (int i = 0; i < 200; ++i) {
    const SearchSpace space = SearchSpace::derive(random_program(rng), test_machine(2, 4));
    const std::string rendered = space.render(space.random(rng));
    const auto blocks = DecisionBlocks::from_mapping(rendered);
    EXPECT_EQ(DecisionBlocks::from_mapping(blocks.assemble()), blocks);
    EXPECT_EQ(split_statements(blocks.assemble()).size(), split_statements(rendered).size());
  }
}

TEST(ParseBlock, KnowsVariations) {
  for (const Block block : kAllBlocks) EXPECT_EQ(parse_block(to_string(block)), block);
  EXPECT_EQ(parse_block("Index-Task-Map"), Block::IndexMap);
  EXPECT_EQ(parse_block(" region_decision "), Block::Region);
  EXPECT_EQ(parse_block("IndexTaskMap"), Block::IndexMap);
  EXPECT_EQ(parse_block("div"), std::nullopt);
}

}  // namespace
}  // namespace castra::search::agent
