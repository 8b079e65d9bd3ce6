#include "run/output_check.h"

#include <gtest/gtest.h>

#include "support/file.h"

namespace castra::run {
namespace {

ProcessResult printed(const std::string& out, const std::string& err = "") {
  ProcessResult result;
  result.exit_code = 0;
  result.out.append(out);
  result.err.append(err);
  return result;
}

TEST(OutputCheck, ReadsSpecifications) {
  EXPECT_EQ(parse_check("none")->kind, CheckKind::ExitCode);
  EXPECT_EQ(parse_check("same-output")->kind, CheckKind::SameOutput);
  EXPECT_EQ(parse_check("SUCCESS")->kind, CheckKind::Pattern);
  EXPECT_EQ(parse_check("grep -q x")->kind, CheckKind::Command);
  EXPECT_EQ(parse_check("regex:grep")->kind, CheckKind::Pattern);
  EXPECT_EQ(parse_check("cmd:my script")->text, "my script");
  EXPECT_FALSE(parse_check("regex:["));
  EXPECT_FALSE(parse_check("cmd:"));
}

TEST(OutputCheck, ComparesAllButSpeed) {
  const std::string out =
      "nodes 10\nELAPSED TIME = 1.5 s\ntook 12 ms\nGFLOPS = 3\nrate = 7\nSUCCESS\n";
  Metric metric;
  metric.pattern = "rate = ([0-9]+)";
  EXPECT_EQ(comparable_output(out, metric), "nodes 10\nSUCCESS\n");
}

TEST(OutputCheck, RealmsLogIsNoResult) {
  const std::string out =
      "[0 - 7f6376c50000]    0.000000 {4}{gpu}: cuInit(0) returned 100\n"
      "[1 - 7f]   12.000058 {4}{threads}: reservation ('utility proc 1d') cannot be satisfied\n"
      "[0 - 7f] is a range\n";
  EXPECT_EQ(comparable_output(out, Metric{}), "[0 - 7f] is a range\n");
}

TEST(OutputCheck, DifferencesAreNamed) {
  EXPECT_EQ(difference("a\nb\n", "a\nb\n"), std::nullopt);
  EXPECT_EQ(difference("a\nb\n", "b\na\n"), std::nullopt) << "order of lines is free";
  EXPECT_EQ(difference("a\nb\n", "a\nc\n"), "the output says 'c' instead of 'b'");
  EXPECT_EQ(difference("a\nb\n", "a\n"), "the output lacks the line 'b'");
  EXPECT_EQ(difference("a\n", "a\nb\n"), "the output has one line more: 'b'");
}

TEST(OutputCheck, FractionsMayDifferALittle) {
  EXPECT_EQ(difference("sum=1.000000,n=3", "sum=1.000001,n=3"), std::nullopt);
  EXPECT_NE(difference("sum=1.000000", "sum=1.001000"), std::nullopt);
  EXPECT_NE(difference("n=100000", "n=100001"), std::nullopt) << "integers are exact";
  EXPECT_EQ(difference("x -1.5e-3 y", "x -1.50000001e-3 y"), std::nullopt);
  EXPECT_NE(difference("1.5", "1.5x"), std::nullopt);
  EXPECT_NE(difference("a-b", "a-1.0"), std::nullopt);
}

TEST(OutputCheck, Judges) {
  const auto folder = TemporaryDirectory::create();
  const auto judge = [&](const std::string& spec, const ProcessResult& run,
                         const std::string& log = "") {
    const OutputCheck check(*parse_check(spec), Metric{}, "right 1.0\n", folder->path());
    const auto verdict = check.judge(run, log, 5, nullptr);
    return !verdict ? "error" : verdict->value_or("good");
  };
  EXPECT_EQ(judge("none", printed("x")), "good");
  EXPECT_EQ(judge("same-output", printed("right 1.00001\nTIME 3\n")), "good");
  EXPECT_EQ(judge("same-output", printed("wrong 1.0\n")),
            "the output says 'wrong 1.0' instead of 'right 1.0'");
  EXPECT_EQ(judge("SUCC.SS", printed("", "is a SUCCESS\n")), "good");
  EXPECT_EQ(judge("SUCC.SS", printed("failure")),
            "no line of the output matches 'SUCC.SS'; the last line is 'failure'");
  EXPECT_EQ(judge("SUCC.SS", printed(""), "[0 - 7f] 1.0 {3}{app}: SUCCESS\n"), "good");
  EXPECT_EQ(judge("cmd:grep -q right", printed("all right\n")), "good");
  EXPECT_EQ(judge("cmd:echo bad input; exit 2", printed("")),
            "the check `echo bad input; exit 2` failed (exit code 2): bad input");
}

TEST(OutputCheck, ACommandThatCannotBeRunIsNoVerdict) {
  const auto folder = TemporaryDirectory::create();
  for (const char* text : {"cmd:/no/such/thing", "cmd:/etc/passwd"}) {
    const OutputCheck check(*parse_check(text), Metric{}, "", folder->path());
    const auto verdict = check.judge(printed("x"), "", 5, nullptr);
    ASSERT_FALSE(verdict) << text;
    EXPECT_NE(verdict.error().what.find("cannot be run"), std::string::npos);
    EXPECT_NE(verdict.error().remedy, "");
  }
}

TEST(OutputCheck, ACommandEndsWithTheTimeout) {
  const auto folder = TemporaryDirectory::create();
  const OutputCheck check(*parse_check("cmd:sleep 100"), Metric{}, "", folder->path());
  const auto verdict = check.judge(printed("x"), "", 0.2, nullptr);
  ASSERT_TRUE(verdict && *verdict);
  EXPECT_TRUE((*verdict)->starts_with("the check `sleep 100` failed (killed after ")) << **verdict;
}

}  // namespace
}  // namespace castra::run
