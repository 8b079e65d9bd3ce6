#include "search/optimizers/descent.h"

#include <gtest/gtest.h>

#include <set>

#include "fakes.h"
#include "programs.h"

namespace castra::search {
namespace {

/// Two tasks of three arguments on CPUs and GPUs.
Program toy_program() {
  Program program;
  for (const char* name : {"heavy", "light"}) {
    program.tasks.push_back(task_with(name, {ProcessorKind::Cpu, ProcessorKind::Gpu}));
    Launch launch;
    launch.task = name;
    launch.count = 1;
    launch.domain = rect_of_extents({16});
    launch.total_time = Nanoseconds{std::string(name) == "heavy" ? 900 : 100};
    for (int a = 0; a < 3; ++a)
      launch.requirements.push_back(requirement(a, 2, 2, 1000u * (a + 1)));
    program.launches.push_back(launch);
  }
  return program;
}

/// Separable: every statement of the text costs what its hash says, so that each choice has one
/// best value whatever the others are.
double cost(const std::string& text) {
  double total = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    std::uint64_t hash = 7;
    for (const char c : text.substr(at, end - at))
      hash = hash * 131 + static_cast<unsigned char>(c);
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("Task") || line.starts_with("Region") || line.starts_with("Layout")) {
      total += Rng(hash).unit();
    }
    at = end + 1;
  }
  return total;
}

std::vector<Trial> search(const SearchSpace& space, std::uint64_t seed, int trials,
                          const std::function<Outcome(const std::string&)>& evaluate,
                          std::vector<Trial> already = {}) {
  auto optimizer = make_descent_optimizer(space, seed);
  History history{Metric{}};
  for (auto& trial : already) history.append(std::move(trial));
  while (static_cast<int>(history.trials().size()) < trials) {
    const auto proposal = optimizer->ask(history);
    if (!proposal || !*proposal) break;
    Trial trial;
    trial.number = static_cast<int>(history.trials().size());
    trial.proposal = **proposal;
    trial.outcome = evaluate(trial.proposal.mapping);
    history.append(trial);
  }
  return history.trials();
}

Outcome by_cost(const std::string& text) { return measured(cost(text)); }

TEST(Descent, StartsAtTheStartAndNeverRepeats) {
  const Program program = toy_program();
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  const auto trials = search(space, 1, 200, by_cost);
  ASSERT_EQ(trials.size(), 200u);
  EXPECT_EQ(trials[0].proposal.mapping, space.render(space.start()));
  std::set<std::string> texts;
  for (const Trial& trial : trials) EXPECT_TRUE(texts.insert(trial.proposal.mapping).second);
}

TEST(Descent, TriesTheHeavyTaskFirst) {
  const Program program = toy_program();
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  const auto trials = search(space, 1, 4, by_cost);
  EXPECT_EQ(trials[1].proposal.reason, "heavy on CPU");
  for (std::size_t i = 1; i < trials.size(); ++i) {
    EXPECT_TRUE(trials[i].proposal.reason.find("heavy") != std::string::npos)
        << trials[i].proposal.reason;
  }
}

TEST(Descent, FindsTheOptimumOfASeparableSpace) {
  Program program = toy_program();
  for (Launch& launch : program.launches) launch.domain.reset();
  for (Task& task : program.tasks) task.variants.pop_back();  // CPU only: no dependent choices
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  // Exact optimum: every choice at its cheapest value.
  double optimum = 1e9;
  Configuration configuration = space.start();
  for (std::size_t i = 0; i < configuration.size(); ++i) {
    double best = 1e9;
    int best_value = 0;
    for (int v = 0; v < static_cast<int>(space.choices()[i].values.size()); ++v) {
      configuration[i] = v;
      if (const double c = cost(space.render(configuration)); c < best) {
        best = c;
        best_value = v;
      }
    }
    configuration[i] = best_value;
    optimum = best;
  }
  // One sweep suffices: the start and all other values of each choice.
  int sweep = 1;
  for (const Choice& choice : space.choices()) sweep += static_cast<int>(choice.values.size()) - 1;
  double found = 1e9;
  for (const Trial& trial : search(space, 1, sweep, by_cost))
    found = std::min(found, trial.outcome.measured()->value);
  EXPECT_DOUBLE_EQ(found, optimum);
}

TEST(Descent, ReplayGivesTheSameProposals) {
  const Program program = toy_program();
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  // Some configurations fail, so that every branch is taken.
  const auto evaluate = [](const std::string& text) {
    return cost(text) > 6.5 ? failed("out of memory") : measured(cost(text));
  };
  const auto whole = search(space, 9, 120, evaluate);
  EXPECT_EQ(whole.size(), 120u);
  for (const std::size_t stop : {1u, 2u, 17u, 60u, 100u, 119u}) {
    const std::vector<Trial> head(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(stop));
    const auto resumed = search(space, 9, 120, evaluate, head);
    ASSERT_EQ(resumed.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_EQ(resumed[i].proposal.mapping, whole[i].proposal.mapping)
          << "stopped at " << stop << ", trial " << i;
    }
  }
}

TEST(Descent, LooksElsewhereWhenNothingWorks) {
  const Program program = toy_program();
  const SearchSpace space = SearchSpace::derive(program, test_machine(2, 4));
  const auto trials = search(space, 1, 300, [](const std::string& text) {
    return text.find("heavy 0 GPU FBMEM") != std::string::npos ||
                   text.find("light 0 GPU FBMEM") != std::string::npos
               ? failed("out of memory")
               : measured(1);
  });
  const bool any = std::any_of(trials.begin(), trials.end(),
                               [](const Trial& t) { return t.outcome.measured() != nullptr; });
  EXPECT_TRUE(any) << "no single change repairs both tasks";
}

TEST(Descent, EndsWhenEverythingWasTried) {
  Program program;
  program.tasks.push_back(task_with("t", {ProcessorKind::Cpu}));
  Launch launch;
  launch.task = "t";
  launch.requirements = {requirement(0, 2, 2, 10), requirement(1, 1, 2, 10)};
  program.launches.push_back(launch);
  const SearchSpace space = SearchSpace::derive(program, test_machine(1, 0));
  EXPECT_EQ(search(space, 1, 100, by_cost).size(), 8u) << "4 layouts by 2";
}

}  // namespace
}  // namespace castra::search
