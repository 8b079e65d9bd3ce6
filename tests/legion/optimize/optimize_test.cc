// `castra optimize` and `castra resume` as a user runs them, on a very small circuit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "optimize_fixture.h"
#include "support/text.h"

namespace castra {
namespace {

using ::testing::HasSubstr;

TEST_F(Optimize, EndsWithATableAndAMappingFile) {
  const auto result = castra(
      "optimize --budget 4 --repeats 1 --confirm 2 --check SUCCESS --metric 'ELAPSED TIME *= "
      "*([0-9.]+)' -- " +
      kCircuit);
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  EXPECT_THAT(result.out.text(), HasSubstr("own mapper"));
  EXPECT_THAT(result.out.text(), HasSubstr("castra run --mapping best.castra -- "));
  const auto recorded = trials();
  ASSERT_EQ(recorded.size(), 4u);
  EXPECT_EQ(recorded[0].proposal.origin, search::kOwnMapper);
  EXPECT_EQ(recorded[1].proposal.origin, search::kStart);
  for (const auto& trial : recorded) {
    ASSERT_NE(trial.outcome.measured(), nullptr) << summary(trial.outcome, Metric{});
    EXPECT_TRUE(trial.outcome.measured()->verified);
  }
  EXPECT_TRUE(compiles(read_file(folder.path() + "/best.castra").value()));
  EXPECT_EQ(castra("run --mapping best.castra -- " + kCircuit).exit_code, 0);
}

TEST_F(Optimize, KilledAtAnyMomentItGoesOnWithTheSameProposals) {
  const std::string arguments =
      "optimize --agent random --seed 5 --budget 6 --repeats 1 --confirm 0 --no-check -- " +
      kCircuit;
  ASSERT_EQ(castra(arguments).exit_code, 0);
  const auto whole = trials();
  ASSERT_EQ(whole.size(), 6u);
  std::filesystem::remove(folder.path() + "/castra.db");
  // Killed with SIGKILL once it has announced its third trial.
  shell("rm -f castra.db*; " + kCastra + " " + arguments +
        " 2> progress & P=$!; while ! grep -q 'trial 2' progress; do sleep 0.02; done; kill -9 $P; "
        "wait $P");
  const auto part = trials();
  ASSERT_GE(part.size(), 3u);
  ASSERT_LT(part.size(), 6u);
  const auto resumed = castra("resume");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err.text();
  const auto together = trials();
  ASSERT_EQ(together.size(), 6u);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(together[i].proposal.mapping, whole[i].proposal.mapping) << i;
  }
}

TEST_F(Optimize, AnInterruptKeepsEverything) {
  const auto result =
      shell(kCastra + " optimize --budget 200 --repeats 1 --no-check -- " + kCircuit +
            " 2> progress & P=$!; while ! grep -q 'trial 1' progress; do sleep 0.02; done; "
            "kill -TERM $P; wait $P");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.out.text(), HasSubstr("interrupted"));
  EXPECT_THAT(result.out.text(), HasSubstr("castra resume castra.db"));
  EXPECT_GE(trials().size(), 2u);
}

TEST_F(Optimize, ABrokenProgramIsNamedBeforeTheSearch) {
  const auto result = castra("optimize -- " + kCircuit + " -corrupt 3");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err.text(), HasSubstr("the program fails under its own mapper: exit code 1"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/best.castra"));
}

TEST_F(Optimize, TheSameOutputIsTheSame) {
  const auto result =
      castra("optimize --budget 2 --repeats 1 --confirm 0 --check same-output -- " + kCircuit);
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  for (const auto& trial : trials()) {
    ASSERT_NE(trial.outcome.measured(), nullptr) << summary(trial.outcome, Metric{});
    EXPECT_TRUE(trial.outcome.measured()->verified);
  }
}

TEST_F(Optimize, AProgramThatDoesNotEndNeedsMoreTime) {
  const auto result = castra("optimize --timeout 0.01 -- " + kCircuit);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err.text(), HasSubstr("does not end within 0.01 s"));
  EXPECT_THAT(result.err.text(), HasSubstr("--timeout"));
}

TEST_F(Optimize, JsonEventsAreOnePerLine) {
  const auto result =
      castra("optimize --json --budget 2 --repeats 1 --confirm 0 --no-check -- " + kCircuit);
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  const std::string out = result.out.text();
  for (const std::string_view line : split(trim(out), '\n')) {
    EXPECT_TRUE(line.starts_with("{\"event\":") && line.ends_with("}")) << line;
  }
  EXPECT_THAT(out, HasSubstr("\"event\":\"result\""));
}

TEST_F(Optimize, ACheckThatDoesNotFitIsSaidAtOnce) {
  for (const char* options :
       {"--check NEVER", "--metric 'NOSUCH ([0-9]+)'", "--metric '(ELAPSED) TIME'",
        "--check cmd:false", "--check cmd:/no/such/thing"}) {
    const auto result = castra(std::string("optimize ") + options + " -- " + kCircuit);
    EXPECT_EQ(result.exit_code, 3) << options;
    EXPECT_THAT(result.err.text(), HasSubstr("remedy: ")) << options;
    EXPECT_TRUE(trials().empty()) << options;
  }
  EXPECT_THAT(castra("optimize --check NEVER -- " + kCircuit).err.text(),
              HasSubstr("no line of the output matches 'NEVER'; the last line is 'SUCCESS!"));
}

TEST_F(Optimize, AFinishedSearchIsOnlyShownAgain) {
  const auto first =
      castra("optimize --budget 3 --repeats 1 --confirm 1 --no-check -- " + kCircuit);
  ASSERT_EQ(first.exit_code, 0) << first.err.text();
  const std::string best = folder.path() + "/best.castra";
  const std::string written = *read_file(best);
  const auto confirmed = journal()->confirmations()->size();
  const auto again =
      shell("mkdir -p other && cd other && exec " + kCastra + " resume ../castra.db");
  EXPECT_EQ(again.exit_code, 0) << again.err.text();
  EXPECT_EQ(journal()->confirmations()->size(), confirmed);
  EXPECT_THAT(again.out.text(), HasSubstr("cd " + folder.path() + " && castra run --mapping "));
  EXPECT_EQ(*read_file(best), written);
  ASSERT_TRUE(write_file(best, "# mine\n"));
  EXPECT_EQ(castra("resume").exit_code, 0);
  EXPECT_EQ(*read_file(best), "# mine\n") << "the user's by now";
  std::filesystem::remove(best);
  EXPECT_EQ(castra("resume").exit_code, 0);
  EXPECT_EQ(*read_file(best), written);
}

TEST_F(Optimize, ANameThatTheProgramLacksIsAnErrorUnderStrict) {
  ASSERT_TRUE(
      write_file(folder.path() + "/m.castra", "Task * CPU;\nTask distribute_chrage CPU;\n"));
  const auto lenient = castra("run --mapping m.castra -- " + kCircuit);
  EXPECT_EQ(lenient.exit_code, 0);
  EXPECT_THAT(lenient.err.text(), HasSubstr("m.castra:2:6: warning[W0305]"));
  const auto strict = castra("run --strict --mapping m.castra -- " + kCircuit);
  EXPECT_EQ(strict.exit_code, 125);
  EXPECT_THAT(strict.err.text(), HasSubstr("m.castra:2:6: error[W0305]"));
  EXPECT_THAT(strict.err.text(), HasSubstr("did you mean `distribute_charge`?"));
}

TEST_F(Optimize, WrongUseCostsNoRun) {
  ASSERT_TRUE(write_file(folder.path() + "/broken.castra", "Task * CPUU;\n"));
  const auto broken = castra("optimize --start broken.castra -- " + kCircuit);
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err.text(), HasSubstr("broken.castra:"));
  const auto machine = castra("optimize --virtual nosuch -- " + kCircuit);
  EXPECT_EQ(machine.exit_code, 3);
  EXPECT_THAT(machine.err.text(), ::testing::Not(HasSubstr("recording")));
  for (const char* options : {"--out x.db --journal ./x.db", "--timeout nan", "--cutoff nan",
                              "--seed -1", "--timeout 1e300", "--time-limit inf"}) {
    const auto result = castra(std::string("optimize ") + options + " -- " + kCircuit);
    EXPECT_EQ(result.exit_code, 2) << options;
    EXPECT_LT(result.err.text().size(), 300u) << result.err.text();
  }
  EXPECT_EQ(castra("run --trace x --status ./x -- " + kCircuit).exit_code, 2);
  EXPECT_EQ(castra("optimize").exit_code, 2);
  EXPECT_EQ(castra("optimize no-such-program").exit_code, 2);
  EXPECT_EQ(castra("optimize --metric '(' -- " + kCircuit).exit_code, 2);
  EXPECT_EQ(castra("optimize --agent llm -- " + kCircuit).exit_code, 2);
  EXPECT_EQ(castra("optimize --out /no/such/folder/x -- " + kCircuit).exit_code, 3);
  EXPECT_EQ(castra("optimize -- ./no-such-program").exit_code, 3);
  EXPECT_EQ(castra("optimize -- /bin/true").exit_code, 3);
  EXPECT_EQ(castra("resume no-such.db").exit_code, 3);
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/castra.db"));
}

}  // namespace
}  // namespace castra
