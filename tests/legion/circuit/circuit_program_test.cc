// Runs the real program on the real runtime.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "run_circuit.h"

namespace castra {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

void expect_success(const run::ProcessResult& result) {
  EXPECT_EQ(result.exit_code, 0) << run::describe_end(result) << "\n"
                                 << result.out.text() << result.err.text();
  EXPECT_THAT(result.out.text(), HasSubstr("SUCCESS! all 9600 values match the reference"));
}

struct Way {
  std::string name;
  Words options;
  int virtual_gpus = 0;
};

class CorrectResults : public ::testing::TestWithParam<Way> {};

TEST_P(CorrectResults, OnEveryNode) {
  expect_success(
      run_circuit(kSmallCircuit + Words{"-checks", "-lg:safe_mapper", "1"} + GetParam().options,
                  GetParam().virtual_gpus));
}

INSTANTIATE_TEST_SUITE_P(
    Cpus, CorrectResults,
    ::testing::Values(Way{"One", {"-ll:cpu", "1"}}, Way{"Two", {"-ll:cpu", "2"}},
                      Way{"Four", {"-ll:cpu", "4"}},
                      Way{"Expert", {"-ll:cpu", "2", "-mapper", "expert"}},
                      Way{"Bad", {"-ll:cpu", "2", "-mapper", "bad"}},
                      Way{"TraceReplayed", {"-ll:cpu", "2", "-dm:memoize"}},
                      Way{"NotTraced", {"-ll:cpu", "2", "-lg:no_tracing"}},
                      Way{"WaitingEachIteration", {"-ll:cpu", "2", "-sync", "1"}}),
    [](const auto& way) { return way.param.name; });

INSTANTIATE_TEST_SUITE_P(
    VirtualGpus, CorrectResults,
    ::testing::Values(Way{"One", with_gpus(1), 1}, Way{"Two", with_gpus(2), 2},
                      Way{"Four", with_gpus(4), 4},
                      Way{"FourExpert", with_gpus(4) + Words{"-mapper", "expert"}, 4},
                      Way{"TwoBad", with_gpus(2) + Words{"-mapper", "bad"}, 2},
                      Way{"TwoTraceReplayed", with_gpus(2) + Words{"-dm:memoize"}, 2},
                      Way{"ExpertTraceReplayed",
                          with_gpus(2) + Words{"-mapper", "expert", "-dm:memoize"}, 2}),
    [](const auto& way) { return way.param.name; });

TEST(CircuitProgram, CountsOnlyTimedIterations) {
  const auto result = run_circuit(kSmallCircuit);
  const std::string out = result.out.text();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(out, HasSubstr("circuit settings: loops=4 prune=1 pieces=8 (pieces/superpiece=2) "
                             "nodes/piece=600 (shared/piece=6) wires/piece=1000 pct_in_piece=80 "
                             "seed=12345 steps=60\n"));
  EXPECT_THAT(out, HasSubstr("  Nodes :       4800 *   16 bytes =        76800 bytes\n"));
  EXPECT_THAT(out, ContainsRegex("ELAPSED TIME = +[0-9]+\\.[0-9]{3} s\n"));
  EXPECT_THAT(out, ContainsRegex("GFLOPS = +[0-9]+\\.[0-9]{3} GFLOPS\n"));
  EXPECT_THAT(out, Not(HasSubstr("SUCCESS")));
}

TEST(CircuitProgram, AWrongValueFailsTheCheck) {
  const auto result = run_circuit(kSmallCircuit + Words{"-checks", "-corrupt", "4799"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out.text(), HasSubstr("FAILURE! 1 of 9600 values differ from the reference\n"
                                           "  node_voltage of node 4799: got "));
}

TEST(CircuitProgram, TheMapperDoesNotChangeTheCircuit) {
  const auto good = run_circuit(kSmallCircuit + Words{"-dump", "-ll:cpu", "2"});
  const auto bad = run_circuit(kSmallCircuit + Words{"-dump", "-ll:cpu", "2", "-mapper", "bad"});
  const auto wires = [](const run::ProcessResult& result) {
    const std::string out = result.out.text();
    const std::size_t first = out.find("GFLOPS\n");
    return first == std::string::npos ? std::string() : out.substr(first + 7);
  };
  EXPECT_GT(wires(good).size(), 8000u * 19u);
  EXPECT_EQ(wires(good), wires(bad));
}

TEST(CircuitProgram, WrongUseEndsBeforeTheRuntimeStarts) {
  const auto result = run_circuit({"-loops", "3"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.text(),
            "circuit: error: unknown option '-loops'\n  remedy: see circuit --help\n");
  EXPECT_EQ(result.out.text(), "");
}

TEST(CircuitProgram, IgnoresWordsTheRuntimeFindsInItsEnvironment) {
  ASSERT_EQ(::setenv("LEGION_DEFAULT_ARGS", "-lg:inorder -unknown 3", 1), 0);
  const auto result = run_circuit({"-checks"});
  ::unsetenv("LEGION_DEFAULT_ARGS");
  EXPECT_EQ(result.exit_code, 0) << result.err.text();
}

TEST(CircuitProgram, HelpNamesEveryOption) {
  const auto result = run_circuit({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* option :
       {"-l N", "-i N", "-p N", "-pps N", "-npp N", "-wpp N", "-pct N", "-s N", "-prune N",
        "-sync N", "-checks", "-dump", "-mapper default|bad|expert", "-corrupt N"}) {
    EXPECT_THAT(result.out.text(), HasSubstr(option));
  }
}

}  // namespace
}  // namespace castra
