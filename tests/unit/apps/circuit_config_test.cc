#include "circuit/config.h"

#include <gtest/gtest.h>

#include <vector>

namespace castra::apps::circuit {
namespace {

Result<CommandLine> parse(const std::vector<const char*>& words) {
  return parse_command_line(words);
}

std::string error_of(const std::vector<const char*>& words) {
  const auto line = parse(words);
  return line ? "no error" : line.error().what;
}

TEST(CircuitConfig, ReadsThePublishedRun) {
  const auto line = parse({"-npp", "5000", "-wpp", "20000", "-l", "50", "-p", "40", "-pps", "10",
                           "-prune", "30", "-ll:gpu", "4", "-dm:same_address_space"});
  ASSERT_TRUE(line) << line.error().to_string();
  const CircuitConfig& config = line->config;
  EXPECT_EQ(config.superpieces(), 4);
  EXPECT_EQ(config.total_loops(), 110);
  EXPECT_EQ(config.shared_per_piece(), 50);
  EXPECT_EQ(config.private_of_superpiece(0).size(), 49500);
  EXPECT_EQ(config.shared_of_superpiece(3), (IdRange{1500, 1999}));
  EXPECT_EQ(config.wires_of_superpiece(1), (IdRange{200000, 399999}));
  EXPECT_EQ(config.mapper, MapperChoice::Default);
  // 96 per wire and step, 4 per wire, 4 per node, all times 50 iterations.
  EXPECT_DOUBLE_EQ(config.operations(), 50.0 * (800000.0 * (960000.0 + 4.0) + 200000.0 * 4.0));
}

TEST(CircuitConfig, CutsNodesIntoDisjointCompleteRanges) {
  const auto line = parse({"-p", "6", "-pps", "3", "-npp", "250"});
  ASSERT_TRUE(line);
  const CircuitConfig& config = line->config;
  std::vector<int> covered(static_cast<std::size_t>(config.nodes()), 0);
  for (std::int64_t superpiece = 0; superpiece < config.superpieces(); ++superpiece) {
    for (const IdRange range :
         {config.shared_of_superpiece(superpiece), config.private_of_superpiece(superpiece)}) {
      for (std::int64_t node = range.lo; node <= range.hi; ++node) {
        ++covered[static_cast<std::size_t>(node)];
      }
    }
  }
  EXPECT_EQ(covered, std::vector<int>(covered.size(), 1));
  for (std::int64_t piece = 0; piece < 6; ++piece) {
    for (std::int64_t local = 0; local < 250; ++local) {
      const std::int64_t node = config.node_id(piece, local);
      EXPECT_EQ(local < 3, config.shared_of_superpiece(piece / 3).contains(node));
      EXPECT_EQ(local >= 3, config.private_of_superpiece(piece / 3).contains(node));
    }
  }
}

TEST(CircuitConfig, RefusesSizesThatDoNotFit) {
  EXPECT_EQ(error_of({"-p", "5", "-pps", "2"}),
            "option -pps must divide -p: 5 pieces cannot form superpieces of 2");
  EXPECT_EQ(error_of({"-p", "3", "-pps", "6"}),
            "option -pps must divide -p: 3 pieces cannot form superpieces of 6");
  EXPECT_EQ(error_of({"-p", "2000000000", "-wpp", "2000000000"}),
            "options -p, -npp and -wpp ask for more than 2^40 nodes or wires");
  EXPECT_EQ(error_of({"-corrupt", "16"}), "option -corrupt names node 16 of 16");
  EXPECT_EQ(error_of({"-p", "0"}), "option -p cannot be 0");
  EXPECT_EQ(error_of({"-npp", "1"}), "option -npp cannot be 1");
  EXPECT_EQ(error_of({"-pct", "101"}), "option -pct cannot be 101");
}

TEST(CircuitConfig, ReadsTheMapper) {
  EXPECT_EQ(parse({"-mapper", "bad"})->config.mapper, MapperChoice::Bad);
  EXPECT_EQ(parse({"-mapper", "expert"})->config.mapper, MapperChoice::Expert);
}

}  // namespace
}  // namespace castra::apps::circuit
