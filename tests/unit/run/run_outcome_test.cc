#include "run/run_outcome.h"

#include <gtest/gtest.h>

#include <csignal>

namespace castra::run {
namespace {

ProcessResult ended(std::optional<int> code, std::optional<int> signal = std::nullopt) {
  ProcessResult result;
  result.exit_code = code;
  result.signal = signal;
  return result;
}

TEST(RunOutcome, PicksTheTellingLine) {
  EXPECT_EQ(telling_line("start\nsome error here\n[0] LEGION ERROR: bad thing\nAborted\n"),
            "[0] LEGION ERROR: bad thing");
  EXPECT_EQ(telling_line("a\nterminate called\n  what():  no luck\n"), "what():  no luck");
  EXPECT_EQ(telling_line("only this\n\n"), "only this");
  EXPECT_EQ(telling_line(""), "");
  const std::string chatter =
      "[0 - 7f6e]    0.000000 {4}{gpu}: cuInit(0) returned 100 (error)\n"
      "[0 - 7f6e]    0.000000 {5}{gpu}: We are not able to discover the CUDA resources.\n";
  EXPECT_EQ(telling_line("step 3\n" + chatter), "step 3");
  EXPECT_EQ(telling_line(chatter), "");
  EXPECT_EQ(telling_line("[0 - 7f6e]    0.000000 {5}{app}: bad\n" + chatter),
            "[0 - 7f6e]    0.000000 {5}{app}: bad");
}

TEST(RunOutcome, ExitCodesAndSignals) {
  EXPECT_FALSE(failure_of(ended(0), "error: harmless", std::nullopt, 1, false));
  const auto code = failure_of(ended(3), "bad file\n", std::nullopt, 1, false);
  EXPECT_EQ(std::get<RunFailed>(*code).reason, "exit code 3: bad file");
  const auto crash = failure_of(ended(std::nullopt, SIGSEGV), "", std::nullopt, 1, false);
  EXPECT_EQ(std::get<RunFailed>(*crash).signal, SIGSEGV);
  EXPECT_EQ(std::get<RunFailed>(*crash).reason,
            "killed by SIGSEGV (Segmentation fault), nothing printed");
}

TEST(RunOutcome, TimeLimits) {
  ProcessResult killed = ended(std::nullopt, SIGKILL);
  killed.timed_out = true;
  const auto late = failure_of(killed, "", std::nullopt, 2.5, true);
  EXPECT_EQ(std::get<TimedOut>(*late).limit_s, 2.5);
  EXPECT_TRUE(std::get<TimedOut>(*late).cutoff);
}

TEST(RunOutcome, DefaultMapperOutOfMemory) {
  const auto memory = failure_of(ended(std::nullopt, SIGABRT),
                                 "[0 - 7f] 1.0 {5}{default_mapper}: Default mapper failed "
                                 "allocation of size 4096 bytes for region  "
                                 "requirement 2 of task calc (UID 12) in memory 1e00000000000003 "
                                 "(GPU_FB_MEM) for processor 1d (TOC).\n",
                                 std::nullopt, 1, false);
  const auto& details = std::get<OutOfMemory>(*memory);
  EXPECT_EQ(details.task, "calc");
  EXPECT_EQ(details.argument, 2);
  EXPECT_EQ(details.memory, "FBMEM");
  EXPECT_EQ(details.wanted, Bytes{4096});
}

TEST(RunOutcome, TheOverlaysWordsComeFirst) {
  OverlayStatus status;
  status.failure.emplace();
  status.failure->kind = FailureKind::OutOfMemory;
  status.failure->task = "calc";
  const auto memory = failure_of(ended(125), "whatever", status, 1, false);
  EXPECT_EQ(std::get<OutOfMemory>(*memory).task, "calc");
}

}  // namespace
}  // namespace castra::run
