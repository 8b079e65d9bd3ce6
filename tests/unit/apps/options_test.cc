#include "common/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace castra::apps {
namespace {

using ::testing::HasSubstr;

struct Values {
  std::int64_t loops = 5;
  bool checks = false;
  std::string mapper = "default";
};

OptionTable table_for(Values& values) {
  OptionTable table("demo", "Does a demonstration.");
  table.add_integer("-l", "iterations", &values.loops, 1, 100);
  table.add_switch("-checks", "compare the results", &values.checks);
  table.add_choice("-mapper", "which mapper", &values.mapper, {"default", "bad"});
  return table;
}

Result<OptionTable::Request> parse(Values& values, const std::vector<const char*>& words) {
  return table_for(values).parse(words);
}

std::string error_of(const std::vector<const char*>& words) {
  Values values;
  const auto request = parse(values, words);
  return request ? "no error" : request.error().what;
}

TEST(Options, ReadsEveryKindAndTheLastOfARepeatedOneWins) {
  Values values;
  const auto request = parse(values, {"-checks", "-l", "7", "-mapper", "bad", "-l", "9"});
  ASSERT_TRUE(request);
  EXPECT_EQ(*request, OptionTable::Request::Run);
  EXPECT_EQ(values.loops, 9);
  EXPECT_TRUE(values.checks);
  EXPECT_EQ(values.mapper, "bad");
}

TEST(Options, LeavesDefaultsAlone) {
  Values values;
  ASSERT_TRUE(parse(values, {}));
  EXPECT_EQ(values.loops, 5);
  EXPECT_FALSE(values.checks);
  EXPECT_EQ(values.mapper, "default");
}

TEST(Options, SkipsTheRuntimesOptionsWithTheirValues) {
  Values values;
  ASSERT_TRUE(parse(values, {"-ll:cpu", "2", "-lg:safe_mapper", "-l", "3", "-dm:memoize", "-checks",
                             "-logfile", "out_%.log", "-level", "gpu=5", "-ll:gpu", "-1"}));
  EXPECT_EQ(values.loops, 3);
  EXPECT_TRUE(values.checks);
}

TEST(Options, NamesWhatIsWrong) {
  EXPECT_EQ(error_of({"-check"}), "unknown option '-check'; did you mean '-checks'?");
  EXPECT_EQ(error_of({"-zzzzzz"}), "unknown option '-zzzzzz'");
  EXPECT_EQ(error_of({"-lll:cpu", "2"}), "unknown option '-lll:cpu'");
  EXPECT_EQ(error_of({"5"}), "unexpected argument '5'");
  EXPECT_EQ(error_of({""}), "unexpected argument ''");
  EXPECT_EQ(error_of({"-l"}), "option -l needs a value");
  EXPECT_EQ(error_of({"-l", "many"}), "option -l needs a number, not 'many'");
  EXPECT_EQ(error_of({"-l", "3x"}), "option -l needs a number, not '3x'");
  EXPECT_EQ(error_of({"-l", "-checks"}), "option -l needs a number, not '-checks'");
  EXPECT_EQ(error_of({"-l", "99999999999999999999"}),
            "option -l needs a number, not '99999999999999999999'");
  EXPECT_EQ(error_of({"-l", "0"}), "option -l cannot be 0");
  EXPECT_EQ(error_of({"-l", "101"}), "option -l cannot be 101");
  EXPECT_EQ(error_of({"-mapper", "worst"}), "option -mapper does not know 'worst'");
}

TEST(Options, HelpShowsNamesAndDefaultsAndStopsReading) {
  Values values;
  const auto request = parse(values, {"--help", "-nonsense"});
  ASSERT_TRUE(request);
  EXPECT_EQ(*request, OptionTable::Request::ShowHelp);
  const std::string help = table_for(values).help();
  EXPECT_THAT(help, HasSubstr("usage: demo [options]\n\nDoes a demonstration.\n"));
  EXPECT_THAT(help, HasSubstr("  -l N                 iterations [5]\n"));
  EXPECT_THAT(help, HasSubstr("  -mapper default|bad  which mapper [default]\n"));
}

}  // namespace
}  // namespace castra::apps
