#include "run/real_run.h"

#include <gtest/gtest.h>

#include <thread>

#include "run/overlay_status.h"
#include "support/file.h"

namespace castra::run {
namespace {

/// Runs a shell script as the program. It sees $MAPPING and can leave the overlay's status by
/// calling `finished`.
class RealRun : public ::testing::Test {
 protected:
  Result<std::optional<Outcome>> evaluate(const std::string& script,
                                          const std::string& mapping = "x") {
    OverlayStatus finished;
    finished.finished = true;
    const std::string status = to_json(finished);
    const Launcher launcher = [&](const RunFiles& files) -> Result<ProcessSpec> {
      ProcessSpec spec;
      spec.argv = {"/bin/sh", "-c",
                   "finished() { printf '%s' \"$STATUS_TEXT\" > \"$STATUS\"; }\n" + script};
      spec.environment = {{"MAPPING", files.mapping.value_or("")},
                          {"STATUS", files.status},
                          {"STATUS_TEXT", status},
                          {"COUNT", folder.path() + "/count"}};
      return spec;
    };
    RealRunSettings settings;
    settings.metric = *parse_metric(metric);
    settings.timeout_s = 5;
    settings.cancel = &cancel;
    RealRunEvaluator evaluator(
        settings, launcher,
        OutputCheck(*parse_check(check), settings.metric, reference, folder.path()), folder.path());
    return evaluator.evaluate({mapping, repeats, cutoff_s});
  }

  Outcome outcome(const std::string& script, const std::string& mapping = "x") {
    auto result = evaluate(script, mapping);
    EXPECT_TRUE(result) << result.error().what;
    EXPECT_TRUE(*result);
    return **result;
  }

  TemporaryDirectory folder = *TemporaryDirectory::create();
  std::string metric = "time";
  std::string check = "none";
  std::string reference;
  int repeats = 1;
  std::optional<double> cutoff_s;
  std::atomic<bool> cancel = false;
};

TEST_F(RealRun, WallTimeIsMeasured) {
  repeats = 2;
  const Outcome o = outcome("sleep 0.2; finished");
  ASSERT_NE(o.measured(), nullptr) << summary(o, Metric{});
  EXPECT_EQ(o.measured()->samples.size(), 2u);
  EXPECT_NEAR(o.measured()->value, 0.2, 0.1);
  EXPECT_NEAR(o.seconds, 0.4, 0.2);
  EXPECT_FALSE(o.measured()->verified);
}

TEST_F(RealRun, TheMedianOfAMetric) {
  metric = "v=([0-9]+):max";
  repeats = 3;
  const Outcome o = outcome("echo x >> $COUNT; n=$(wc -l < $COUNT); echo v=$((n*n)); finished");
  ASSERT_NE(o.measured(), nullptr);
  EXPECT_EQ(o.measured()->samples, (std::vector<double>{1, 4, 9}));
  EXPECT_EQ(o.measured()->value, 4);
}

TEST_F(RealRun, TheMappingReachesTheProgram) {
  check = "same-output";
  reference = "Task * CPU;\n";
  EXPECT_NE(outcome("cat $MAPPING; echo; finished", "Task * CPU;").measured(), nullptr);
  reference = "own\n";
  EXPECT_NE(outcome("echo own${MAPPING}; finished", "").measured(), nullptr);
}

TEST_F(RealRun, CrashIsNamed) {
  const Outcome o = outcome("echo 'app.cc:7: Assertion `x == 1 failed' >&2; kill -ABRT $$");
  EXPECT_EQ(outcome_word(o), "run-failed");
  EXPECT_EQ(std::get<RunFailed>(o.result).reason,
            "killed by SIGABRT (Aborted): app.cc:7: Assertion `x == 1 failed");
  EXPECT_NE(o.raw_text.find("Assertion"), std::string::npos);
}

TEST_F(RealRun, HangIsCutOff) {
  cutoff_s = 0.3;
  repeats = 3;
  const Outcome o = outcome("trap '' TERM; sleep 100");
  ASSERT_EQ(outcome_word(o), "timed-out");
  EXPECT_TRUE(std::get<TimedOut>(o.result).cutoff);
  EXPECT_EQ(std::get<TimedOut>(o.result).limit_s, 0.3);
  EXPECT_LT(o.seconds, 0.6) << "no further repeats";
}

TEST_F(RealRun, FloodIsContained) {
  const Outcome o = outcome("head -c 50000000 /dev/zero | tr '\\0' x; exit 1");
  EXPECT_EQ(outcome_word(o), "run-failed");
  EXPECT_LT(o.raw_text.size(), 100'000u);
}

TEST_F(RealRun, WrongResultsAreWrong) {
  check = "same-output";
  reference = "sum 10\n";
  const Outcome o = outcome("echo sum 11; echo TIME 3; finished");
  ASSERT_EQ(outcome_word(o), "wrong-result");
  EXPECT_EQ(std::get<WrongResult>(o.result).reason, "the output says 'sum 11' instead of 'sum 10'");
  const Outcome good = outcome("echo TIME 9; echo sum 10; finished");
  ASSERT_NE(good.measured(), nullptr);
  EXPECT_TRUE(good.measured()->verified);
}

TEST_F(RealRun, NoMetricLine) {
  metric = "GFLOPS=([0-9]+)";
  const Outcome o = outcome("echo done; finished");
  EXPECT_EQ(std::get<RunFailed>(o.result).reason,
            "no line of the output gives the metric 'GFLOPS=([0-9]+)' a number; the last line is "
            "'done'");
}

TEST_F(RealRun, AMappingThatNeverActedDoesNotCount) {
  const Outcome o = outcome("exit 0");
  ASSERT_EQ(outcome_word(o), "run-failed");
  EXPECT_NE(std::get<RunFailed>(o.result).reason.find("no effect"), std::string::npos);
  EXPECT_NE(outcome("exit 0", "").measured(), nullptr)
      << "without a mapping there is nothing to miss";
}

TEST_F(RealRun, AnOldStatusIsNotBelieved) {
  EXPECT_NE(outcome("finished").measured(), nullptr);
  EXPECT_EQ(outcome("[ ! -e $STATUS ]").measured(), nullptr);
}

TEST_F(RealRun, InterruptionIsNoOutcome) {
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel = true;
  });
  const auto result = evaluate("sleep 100");
  later.join();
  ASSERT_TRUE(result);
  EXPECT_FALSE(*result);
}

TEST_F(RealRun, InterruptionDuringACheckIsNoOutcome) {
  check = "cmd:sleep 100";
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel = true;
  });
  const auto result = evaluate("finished");
  later.join();
  ASSERT_TRUE(result);
  EXPECT_FALSE(*result) << "the check was killed, it did not fail";
}

TEST_F(RealRun, AProgramThatVanishedEndsTheSearch) {
  RealRunEvaluator evaluator(
      RealRunSettings{},
      [](const RunFiles&) -> Result<ProcessSpec> { return failure("no such program"); },
      OutputCheck(CheckSpec{}, Metric{}, "", folder.path()), folder.path());
  EXPECT_FALSE(evaluator.evaluate({"", 1, std::nullopt}));
}

}  // namespace
}  // namespace castra::run
