#include "run/command_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace castra::run {
namespace {

using ::testing::HasSubstr;

search::llm::CommandOutput sh(const std::string& script, const std::string& input,
                              double timeout_s = 20, std::size_t limit = 1 << 16) {
  auto output = command_runner(nullptr)({"sh", "-c", script}, input, timeout_s, limit);
  EXPECT_TRUE(output.has_value()) << output.error().to_string();
  return output.value_or(search::llm::CommandOutput{});
}

TEST(CommandRunner, GivesThePromptAndReturnsTheReply) {
  const auto output = sh("read first; echo \"got $first\"; cat", "one\ntwo 'quoted' $x\n");
  EXPECT_EQ(output.out, "got one\ntwo 'quoted' $x\n");
  EXPECT_EQ(output.reason, "");
  EXPECT_FALSE(output.truncated);
}

TEST(CommandRunner, LargePromptsArriveWhole) {
  EXPECT_EQ(sh("wc -c", std::string(3'000'000, 'x')).out, "3000000\n");
}

TEST(CommandRunner, SaysHowItFailedAndItsLastWords) {
  const auto output = sh("echo partial; echo 'no model here' >&2; exit 3", "");
  EXPECT_THAT(output.reason, HasSubstr("exit code 3"));
  EXPECT_THAT(output.reason, HasSubstr("no model here"));
  EXPECT_FALSE(output.truncated);
}

TEST(CommandRunner, EndsAnEndlessReplyAndKeepsItsBeginning) {
  const auto output = sh("yes reply", "", 20, 1000);
  EXPECT_TRUE(output.truncated);
  EXPECT_EQ(output.out.size(), 1000U);
  EXPECT_THAT(output.out, ::testing::StartsWith("reply\nreply\n"));
}

TEST(CommandRunner, EndsAHangingCommandAndWhatItStarted) {
  const auto start = std::chrono::steady_clock::now();
  const auto output = sh("sleep 100 & sleep 100", "", 0.3);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_FALSE(output.reason.empty());
}

TEST(CommandRunner, ACommandThatIsNotThereIsAnError) {
  const auto output = command_runner(nullptr)({"castra-no-such-model"}, "", 1, 1000);
  ASSERT_FALSE(output.has_value());
  EXPECT_THAT(output.error().what, HasSubstr("castra-no-such-model"));
}

TEST(CommandRunner, EndsWhenCancelled) {
  const std::atomic<bool> cancel = true;
  const auto output = command_runner(&cancel)({"sleep", "100"}, "", 100, 1000);
  ASSERT_TRUE(output.has_value());
  EXPECT_TRUE(output->interrupted);
}

}  // namespace
}  // namespace castra::run
