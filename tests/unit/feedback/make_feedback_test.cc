#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feedback/rules.h"

namespace castra {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const FeedbackRules& rules() {
  static const FeedbackRules loaded =
      FeedbackRules::load(std::string(CASTRA_SOURCE_DIR) + "/share/castra").value();
  return loaded;
}

TEST(MakeFeedback, OutOfMemoryNamesTaskArgumentMemoryAndBytes) {
  const Outcome outcome{OutOfMemory{"distribute_charge", 2, "FBMEM", Bytes{12 << 20}, ""}, "", 1};
  const Feedback feedback = make_feedback(outcome, Metric{}, rules());
  EXPECT_EQ(feedback.system,
            "Execution Error: out of memory in FBMEM, task 'distribute_charge', argument 2, wanted "
            "12.0 MiB");
  EXPECT_THAT(feedback.rules, ElementsAre("out-of-memory"));
  EXPECT_THAT(feedback.explanations.at(0),
              HasSubstr("Task distribute_charge, argument 2: no room in FBMEM"));
  EXPECT_THAT(feedback.suggestions.at(0), HasSubstr("Region distribute_charge 2 GPU FBMEM,ZCMEM;"));
}

TEST(MakeFeedback, MeasuredSpeaksOfTheMetric) {
  const Outcome outcome{Measured{{0.5, 0.52}, 0.51, true}, "", 1};
  const Feedback time = make_feedback(outcome, Metric{}, rules());
  EXPECT_EQ(time.system, "Performance Metric: Execution time is 0.51 s.");
  EXPECT_THAT(time.rules, ElementsAre("time-measured"));
  const Metric rate{"throughput", "GFLOPS = (.*)", true, "GFLOPS"};
  const Feedback throughput = make_feedback(outcome, rate, rules());
  EXPECT_EQ(throughput.system, "Performance Metric: Achieved throughput = 0.51 GFLOPS");
  EXPECT_THAT(throughput.rules, ElementsAre("throughput-measured"));
}

TEST(MakeFeedback, CrashNamesTheSignal) {
  const Outcome outcome{RunFailed{std::nullopt, 11, "the program crashed"}, "", 1};
  const Feedback feedback = make_feedback(outcome, Metric{}, rules());
  EXPECT_THAT(feedback.rules, ElementsAre("crashed"));
  EXPECT_THAT(feedback.explanations.at(0), HasSubstr("SIGSEGV"));
}

TEST(MakeFeedback, RawOutputIsMatchedToo) {
  const Outcome outcome{
      RunFailed{134, std::nullopt, "abnormal end"},
      "start\nMapper chose memory 1e which is not visible from the target processors\n", 1};
  EXPECT_THAT(make_feedback(outcome, Metric{}, rules()).rules, ElementsAre("memory-not-visible"));
}

TEST(MakeFeedback, EveryOutcomeGetsASystemLineAndARule) {
  const std::vector<OutcomeVariant> variants = {
      Measured{{1}, 1, false}, CompileError{},       InvalidMapping{},  RunFailed{},
      OutOfMemory{},           TimedOut{3.5, false}, TimedOut{3, true}, WrongResult{}};
  for (const OutcomeVariant& variant : variants) {
    const Feedback feedback = make_feedback(Outcome{variant, "", 0}, Metric{}, rules());
    EXPECT_FALSE(feedback.system.empty());
    EXPECT_FALSE(feedback.rules.empty()) << feedback.system;
  }
}

TEST(MakeFeedback, BoundsTheSystemText) {
  const Outcome outcome{CompileError{{}, std::string(100000, 'x')}, "", 0};
  EXPECT_LT(make_feedback(outcome, Metric{}, rules()).system.size(), 5000U);
}

TEST(FeedbackText, ShowsWhatTheLevelAllows) {
  const Feedback feedback{"line one\nline two", {"because"}, {"do this", "or that"}, {"a"}};
  EXPECT_EQ(feedback.to_text(FeedbackLevel::System), "System: line one\n  line two\n");
  EXPECT_EQ(feedback.to_text(FeedbackLevel::Explain),
            "System: line one\n  line two\nExplain: because\n");
  EXPECT_EQ(feedback.to_text(FeedbackLevel::Suggest),
            "System: line one\n  line two\nExplain: because\nSuggest: do this\nSuggest: or that\n");
}

TEST(FeedbackFromLog, ShowsTheLinesThatMatched) {
  const Feedback feedback = feedback_from_log(
      "begin\nExecution Error: Slice processor index out of bound\nend\n", rules());
  EXPECT_EQ(feedback.system, "Execution Error: Slice processor index out of bound");
  EXPECT_THAT(feedback.rules, Contains("index-outside-machine"));
}

TEST(FeedbackFromLog, FallsBackToTheLastLine) {
  const Feedback feedback = feedback_from_log("begin\nthe end\n\n", rules());
  EXPECT_EQ(feedback.system, "the end");
  EXPECT_THAT(feedback.rules, IsEmpty());
  EXPECT_EQ(feedback_from_log("", rules()).system, "the log is empty");
}

}  // namespace
}  // namespace castra
