#include "search/driver.h"

#include <gtest/gtest.h>

#include "fakes.h"
#include "support/rng.h"

namespace castra::search {
namespace {

/// "2.5" takes 2.5 s; the own mapper 4 s; "crash" crashes.
Result<std::optional<Outcome>> by_text(const EvaluationRequest& request) {
  if (request.mapping == "crash") return failed("crashed");
  return measured(request.mapping.empty() ? 4.0 : std::stod(request.mapping), request.repeats);
}

TEST(Driver, OwnMapperFirstThenStartThenOptimizer) {
  Bench bench(by_text);
  bench.settings.start = "3";
  ListOptimizer optimizer({"5", "2"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::NoMoreIdeas);
  ASSERT_EQ(bench.history.trials().size(), 4u);
  EXPECT_EQ(bench.history.trials()[0].proposal.origin, kOwnMapper);
  EXPECT_EQ(bench.history.trials()[1].proposal.origin, kStart);
  EXPECT_EQ(bench.history.trials()[3].proposal.mapping, "2");
  EXPECT_TRUE(bench.history.trials()[0].accepted);
  EXPECT_FALSE(bench.history.trials()[2].accepted);
  EXPECT_TRUE(bench.history.trials()[3].accepted);
  EXPECT_EQ(bench.history.best()->number, 3);
  EXPECT_EQ(report.winner, 3);
  EXPECT_TRUE(report.confirmed);
  EXPECT_EQ(bench.sink.trials.size(), 4u);
  EXPECT_TRUE(bench.observer.recorded_first);
}

TEST(Driver, BudgetIsExactAndCountsOnlyRuns) {
  Bench bench(by_text);
  bench.settings.budget = 4;
  bench.settings.confirm_rounds = 0;
  bench.settings.repeats = 2;
  ListOptimizer optimizer({"5", "same:5", "wrong", "5", "crash", "", "7", "8"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::Budget);
  EXPECT_EQ(bench.evaluator.requests.size(), 4u) << "own mapper, 5, crash, 7";
  for (const auto& request : bench.evaluator.requests) EXPECT_EQ(request.repeats, 2);
  ASSERT_EQ(bench.history.trials().size(), 8u);
  EXPECT_EQ(bench.history.trials()[2].duplicate_of, 1);
  EXPECT_EQ(bench.history.trials()[2].outcome.measured()->value, 5);
  EXPECT_EQ(outcome_word(bench.history.trials()[3].outcome), "compile-error");
  EXPECT_EQ(bench.history.trials()[4].duplicate_of, 1);
  EXPECT_EQ(bench.history.trials()[6].duplicate_of, 0) << "no text is the own mapper again";
}

TEST(Driver, NonsenseEndsAtItsOwnLimit) {
  class Nonsense : public Optimizer {
    Result<std::optional<Proposal>> ask(const History& h) override {
      return Proposal{"wrong " + std::to_string(h.trials().size() % 7), "llm", ""};
    }
  } optimizer;
  Bench bench(by_text);
  bench.settings.free_limit = 30;
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::TooManyFree);
  EXPECT_EQ(bench.history.trials().size(), 31u);
  EXPECT_EQ(bench.evaluator.requests.size(), 1u);
  EXPECT_FALSE(report.winner);
}

TEST(Driver, CutsOffAtAMultipleOfTheBestRun) {
  Bench bench(by_text);
  bench.settings.repeats = 3;
  bench.settings.cutoff = 3;
  bench.settings.confirm_rounds = 0;
  ListOptimizer optimizer({"2", "0.01", "1"});
  bench.run(optimizer);
  ASSERT_EQ(bench.evaluator.requests.size(), 4u);
  EXPECT_EQ(bench.evaluator.requests[0].cutoff_s, std::nullopt);
  EXPECT_DOUBLE_EQ(bench.evaluator.requests[1].cutoff_s.value(), 12.0);
  EXPECT_DOUBLE_EQ(bench.evaluator.requests[2].cutoff_s.value(), 6.0);
  EXPECT_DOUBLE_EQ(bench.evaluator.requests[3].cutoff_s.value(), 1.0) << "start-up needs its time";
}

TEST(Driver, TimeLimitEndsBetweenTrials) {
  Bench bench([&](const EvaluationRequest& request) {
    bench.now_s += 10;
    return by_text(request);
  });
  bench.settings.time_limit_s = 25;
  bench.settings.confirm_rounds = 0;
  ListOptimizer optimizer({"5", "6", "7", "8"});
  EXPECT_EQ(bench.run(optimizer).finish, Finish::TimeLimit);
  EXPECT_EQ(bench.history.trials().size(), 3u);
}

TEST(Driver, InterruptionKeepsWhatIsFinished) {
  std::atomic<bool> stop = false;
  Bench bench([&](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    if (request.mapping == "6") {
      stop = true;
      return std::nullopt;
    }
    return by_text(request);
  });
  bench.stop = &stop;
  ListOptimizer optimizer({"2", "6", "7"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::Interrupted);
  EXPECT_EQ(bench.history.trials().size(), 2u);
  EXPECT_EQ(bench.sink.trials.size(), 2u);
  EXPECT_EQ(report.winner, 1) << "each of its samples beats the own mapper";
  EXPECT_FALSE(report.confirmed);
}

TEST(Driver, OneSampleEachProvesNothing) {
  Bench bench(by_text);
  bench.settings.repeats = 1;
  bench.settings.confirm_rounds = 0;
  ListOptimizer optimizer({"2"});
  EXPECT_FALSE(bench.run(optimizer).winner);
}

TEST(Driver, JournalFailureEndsTheSearchUnannounced) {
  Bench bench(by_text);
  bench.sink.fail_at = 1;
  ListOptimizer optimizer({"2", "6"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::Failed);
  EXPECT_EQ(report.error->what, "disk full");
  EXPECT_EQ(bench.observer.announced, 1);
  EXPECT_EQ(bench.history.trials().size(), 1u);
}

TEST(Driver, EvaluatorErrorEndsTheSearch) {
  Bench bench([](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    if (request.mapping == "6") return failure("the program vanished");
    return by_text(request);
  });
  ListOptimizer optimizer({"6", "2"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::Failed);
  EXPECT_EQ(report.error->what, "the program vanished");
}

TEST(Driver, OptimizerErrorStillConfirmsTheBest) {
  class Dies : public Optimizer {
    Result<std::optional<Proposal>> ask(const History& h) override {
      if (h.trials().size() == 1) return Proposal{"2", "llm", ""};
      return failure("no answer from the provider");
    }
  } optimizer;
  Bench bench(by_text);
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::NoOptimizer);
  EXPECT_EQ(report.error->what, "no answer from the provider");
  EXPECT_EQ(report.winner, 1);
  EXPECT_TRUE(report.confirmed);
}

TEST(Driver, LuckDoesNotWin) {
  // Lucky once: in the trial it looks faster, side by side it is not.
  int runs = 0;
  Bench bench([&](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    if (request.mapping.empty()) return measured(4.0);
    return measured(++runs == 1 ? 3.0 : 4.1);
  });
  ListOptimizer optimizer({"x"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_FALSE(report.winner);
  ASSERT_EQ(report.confirmations.size(), 1u);
  EXPECT_FALSE(report.confirmations[0].better);
  EXPECT_EQ(bench.sink.confirmations.size(), 1u);
}

TEST(Driver, NoiseIsSeldomTakenForASpeedup) {
  // Own mapper and candidates are equally fast with 10% noise; 200 searches of 10 candidates.
  int winners = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed);
    Bench bench([&](const EvaluationRequest&) { return measured(4.0 + 0.4 * rng.unit()); });
    bench.settings.confirm_candidates = 2;
    ListOptimizer optimizer({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
    winners += bench.run(optimizer).winner ? 1 : 0;
  }
  EXPECT_LT(winners, 200 * 0.12) << "two chances of 1/32 each: 6% expected";
}

TEST(Driver, SecondCandidateIsTriedWhenTheFirstFailsConfirmation) {
  std::map<std::string, int> runs;
  Bench bench([&](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    const int n = ++runs[request.mapping];
    if (request.mapping == "2" && n > 3) return failed("crashes now and then");
    return by_text(request);
  });
  ListOptimizer optimizer({"3", "2"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.winner, 1);
  ASSERT_EQ(report.confirmations.size(), 2u);
  EXPECT_NE(report.confirmations[0].failure, "");
}

TEST(Driver, SlowerOnesNeverWin) {
  Bench bench(by_text);
  ListOptimizer optimizer({"4", "5", "crash"});
  const SearchReport report = bench.run(optimizer);
  EXPECT_FALSE(report.winner);
  EXPECT_TRUE(report.confirmations.empty()) << "nothing worth confirming";
}

TEST(Driver, AnythingThatWorksBeatsAnOwnMapperThatDoesNot) {
  Bench bench([](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    if (request.mapping.empty()) return failed("out of memory");
    return by_text(request);
  });
  ListOptimizer optimizer({"9", "8"});
  EXPECT_EQ(bench.run(optimizer).winner, 2);
}

TEST(Driver, AFinishedSearchKeepsItsConfirmation) {
  Bench first(by_text);
  ListOptimizer optimizer({"3"});
  const SearchReport report = first.run(optimizer);
  EXPECT_TRUE(report.news);
  ASSERT_EQ(report.winner, 1);
  // Asked again, the machine would say otherwise.
  Bench again([](const EvaluationRequest&) { return measured(4.0); });
  for (const Trial& trial : first.history.trials()) again.history.append(trial);
  again.settings.confirmations = report.confirmations;
  ListOptimizer nothing({});
  const SearchReport same = again.run(nothing);
  EXPECT_TRUE(again.evaluator.requests.empty());
  EXPECT_TRUE(again.sink.confirmations.empty());
  EXPECT_EQ(same.winner, 1);
  EXPECT_TRUE(same.confirmed);
  EXPECT_EQ(same.confirmations.size(), 1u);
  EXPECT_FALSE(same.news);
}

TEST(Driver, AConfirmationThatTheOwnMapperSpoiltIsRepeated) {
  int runs = 0;
  Bench first([&](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    if (request.mapping.empty() && ++runs > 1) return failed("crashes now and then");
    return by_text(request);
  });
  ListOptimizer optimizer({"3"});
  const SearchReport report = first.run(optimizer);
  EXPECT_FALSE(report.winner);
  Bench again(by_text);
  for (const Trial& trial : first.history.trials()) again.history.append(trial);
  again.settings.confirmations = report.confirmations;
  ListOptimizer nothing({});
  EXPECT_EQ(again.run(nothing).winner, 1);
}

TEST(Driver, ACheckThatTheProgramItselfFailsEndsTheSearch) {
  Outcome wrong;
  wrong.result = WrongResult{"no line of the output matches 'NEVER'"};
  Outcome no_metric;
  no_metric.result = RunFailed{0, std::nullopt, "no line of the output gives the metric"};
  for (const Outcome& outcome : {wrong, no_metric}) {
    Bench bench([&](const EvaluationRequest&) { return outcome; });
    ListOptimizer optimizer({"3", "2"});
    const SearchReport report = bench.run(optimizer);
    EXPECT_EQ(report.finish, Finish::Failed);
    ASSERT_TRUE(report.error);
    EXPECT_NE(report.error->what.find("no line of the output"), std::string::npos);
    EXPECT_NE(report.error->remedy.find("--metric"), std::string::npos);
    EXPECT_EQ(bench.evaluator.requests.size(), 1u);
    EXPECT_TRUE(bench.sink.trials.empty()) << "a resumed search asks again";
  }
}

TEST(Driver, ResumeContinuesWithoutRepeating) {
  Bench whole(by_text);
  whole.settings.confirm_rounds = 0;
  ListOptimizer all({"5", "3", "2"});
  whole.run(all);
  Bench resumed(by_text);
  resumed.settings.confirm_rounds = 0;
  for (std::size_t i = 0; i < 2; ++i) resumed.history.append(whole.history.trials()[i]);
  resumed.settings.budget = 4;
  ListOptimizer rest({"3", "2", "5", "6"});
  const SearchReport report = resumed.run(rest);
  EXPECT_EQ(report.finish, Finish::Budget);
  EXPECT_EQ(resumed.evaluator.requests.size(), 2u);
  EXPECT_EQ(resumed.history.trials().back().proposal.mapping, "2");
}

}  // namespace
}  // namespace castra::search
