#include "search/optimizers/random.h"

#include <gtest/gtest.h>

#include <set>

#include "fakes.h"
#include "programs.h"

namespace castra::search {
namespace {

std::vector<std::string> proposals(const SearchSpace& space, std::uint64_t seed, int count) {
  auto optimizer = make_random_optimizer(space, seed);
  History history{Metric{}};
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    auto proposal = optimizer->ask(history);
    if (!*proposal) break;
    texts.push_back((*proposal)->mapping);
    Trial trial;
    trial.number = i;
    trial.proposal = **proposal;
    trial.outcome = measured(1);
    history.append(trial);
  }
  return texts;
}

TEST(RandomOptimizer, SameSeedSameProposalsWithoutRepeats) {
  Rng rng(5);
  const Program program = random_program(rng);
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 2));
  const auto first = proposals(space, 1, 30);
  EXPECT_EQ(first, proposals(space, 1, 30));
  EXPECT_NE(first, proposals(space, 2, 30));
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), first.size());
}

TEST(RandomOptimizer, EndsWhenTheSpaceIsExhausted) {
  Program program;
  program.tasks.push_back(task_with("t", {ProcessorKind::Cpu}));
  Launch launch;
  launch.task = "t";
  launch.requirements = {requirement(0, 2, 2, 10)};
  program.launches.push_back(launch);
  const SearchSpace space = SearchSpace::derive(program, test_machine(1, 0));
  EXPECT_EQ(proposals(space, 1, 100).size(), 4u) << "SOA or AOS, F or C order";
}

}  // namespace
}  // namespace castra::search
