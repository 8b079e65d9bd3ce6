#include <gtest/gtest.h>

#include "../search/fakes.h"
#include "../search/programs.h"
#include "search/optimizers/descent.h"
#include "search/optimizers/random.h"
#include "store/journal.h"
#include "support/file.h"

namespace castra::store {
namespace {

using search::SearchSpace;
using search::Trial;

/// Deterministic, with failures among the values.
Result<std::optional<Outcome>> evaluate(const search::EvaluationRequest& request) {
  std::uint64_t hash = 3;
  for (const char c : request.mapping) hash = hash * 31 + static_cast<unsigned char>(c);
  Rng rng(hash);
  if (rng.below(5) == 0) return search::failed("crashed");
  return search::measured(1 + rng.unit(), request.repeats);
}

std::unique_ptr<search::Optimizer> make_optimizer(const std::string& agent,
                                                  const SearchSpace& space) {
  return agent == "random" ? search::make_random_optimizer(space, 7)
                           : search::make_descent_optimizer(space, 7);
}

/// Searches up to `budget` runs, going on with whatever the journal holds.
std::vector<Trial> search_with_journal(const std::string& path, const std::string& agent,
                                       const SearchSpace& space, int budget) {
  auto journal = *Journal::open(path);
  const auto study = journal->continue_last();
  if (!study->has_value()) {
    EXPECT_TRUE(journal->begin(Study{}));
  }
  search::History history{Metric{}};
  const auto before = journal->trials();
  for (const Trial& trial : *before) history.append(trial);
  search::SearchSettings settings;
  settings.budget = budget;
  settings.confirm_rounds = 0;
  settings.start = space.render(space.start());
  search::FakeEvaluator evaluator(evaluate);
  search::FakeChecker checker;
  search::FakeSink unused;
  search::FakeObserver observer(unused);
  const auto optimizer = make_optimizer(agent, space);
  search::run_search(
      settings,
      {*optimizer, evaluator, checker, *journal, observer, {}, [] { return 0.0; }, nullptr},
      history);
  return *journal->trials();
}

TEST(Resume, EqualsAnUninterruptedSearch) {
  Rng rng(11);
  const Program program = search::random_program(rng);
  const SearchSpace space = SearchSpace::derive(program, search::test_machine(2, 3));
  ASSERT_GT(space.log10_size(), 2);
  for (const char* agent : {"random", "descent"}) {
    const auto folder = TemporaryDirectory::create();
    const auto whole = search_with_journal(folder->path() + "/whole.db", agent, space, 40);
    ASSERT_EQ(whole.size(), 40u);
    const std::string pieces = folder->path() + "/pieces.db";
    std::vector<Trial> resumed;
    for (const int budget : {1, 2, 9, 23, 40})
      resumed = search_with_journal(pieces, agent, space, budget);
    ASSERT_EQ(resumed.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(resumed[i].proposal.mapping, whole[i].proposal.mapping) << agent << " " << i;
      EXPECT_EQ(resumed[i].accepted, whole[i].accepted);
    }
  }
}

}  // namespace
}  // namespace castra::store
