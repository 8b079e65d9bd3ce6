#include "mapping/outcome.h"

#include <gtest/gtest.h>

namespace castra {
namespace {

TEST(Outcome, EveryKindHasAWordAndASummary) {
  const Metric metric;
  const std::vector<std::pair<OutcomeVariant, std::string>> cases = {
      {Measured{{1.0, 2.0, 3.0}, 2.0, true}, "measured: measured 2 s (3 runs)"},
      {Measured{{2.0}, 2.0, false}, "measured: measured 2 s (1 run), unverified"},
      {CompileError{{{"E1", Severity::Error, {}, "bad", {}, "", {}, {}}}, ""},
       "compile-error: does not compile: bad"},
      {InvalidMapping{{"no GPU"}}, "invalid-mapping: illegal here: no GPU"},
      {RunFailed{1, std::nullopt, "boom\nmore"}, "run-failed: run failed: boom"},
      {OutOfMemory{"t", 2, "FBMEM", Bytes{10}, ""},
       "out-of-memory: out of memory: t argument 2 in FBMEM"},
      {TimedOut{3, false}, "timed-out: timed out after 3 s"},
      {TimedOut{3, true}, "timed-out: cut off after 3 s: slower than the best allows"},
      {WrongResult{"v"}, "wrong-result: wrong result: v"},
  };
  for (const auto& [variant, expected] : cases) {
    const Outcome outcome{variant, "", 0};
    EXPECT_EQ(std::string(outcome_word(outcome)) + ": " + summary(outcome, metric), expected);
  }
}

TEST(Metric, SpeedupIsAboveOneForImprovements) {
  EXPECT_DOUBLE_EQ(Metric{}.speedup(1.0, 2.0), 2.0);
  Metric throughput{"gflops", "x", true, "GFLOPS"};
  EXPECT_DOUBLE_EQ(throughput.speedup(4.0, 2.0), 2.0);
  EXPECT_TRUE(throughput.better(4.0, 2.0));
}

}  // namespace
}  // namespace castra
