#include "search/llm/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search/llm/http_provider.h"

namespace castra::search::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ProviderSpec, ReadsTheThreeForms) {
  EXPECT_THAT(std::get<CommandSpec>(*parse_provider_spec("command: ./model --temperature 0")).argv,
              ElementsAre("./model", "--temperature", "0"));
  EXPECT_EQ(std::get<MailboxSpec>(*parse_provider_spec("mailbox:some/where")).directory,
            "some/where");
  const auto url = std::get<UrlSpec>(*parse_provider_spec("http://localhost:8080/v1/#qwen"));
  EXPECT_EQ(url.base, "http://localhost:8080/v1");
  EXPECT_EQ(url.model, "qwen");
  EXPECT_EQ(std::get<UrlSpec>(*parse_provider_spec("https://example.org/v1")).model, "");
}

TEST(ProviderSpec, RefusesOthersAndSaysWhatToWrite) {
  for (const char* wrong : {"", "gpt", "ftp://x/v1", "command:", "command:  ", "mailbox:",
                            "http://", "https:///v1", "http://a b/v1", "http://host/v1?key=1"}) {
    const auto spec = parse_provider_spec(wrong);
    ASSERT_FALSE(spec.has_value()) << wrong;
    EXPECT_THAT(spec.error().remedy, HasSubstr("mailbox:FOLDER")) << wrong;
  }
}

TEST(ProviderSpec, NeverRepeatsAKeyFromAUrl) {
  const auto spec = parse_provider_spec("https://me:sk-secret@host/v1");
  ASSERT_FALSE(spec.has_value());
  EXPECT_THAT(spec.error().to_string(), Not(HasSubstr("sk-secret")));
  EXPECT_THAT(spec.error().remedy, HasSubstr("CASTRA_API_KEY"));
}

TEST(SplitCommand, KnowsQuotesAndBackslashes) {
  EXPECT_THAT(*split_command("a 'b c' \"d \\\" e\" f\\ g ''"),
              ElementsAre("a", "b c", "d \" e", "f g", ""));
  EXPECT_FALSE(split_command("a 'b").has_value());
}

TEST(MayCarryKey, OnlyEncryptedOrHome) {
  EXPECT_TRUE(may_carry_key("https://example.org/v1"));
  EXPECT_TRUE(may_carry_key("http://localhost:80/v1"));
  EXPECT_TRUE(may_carry_key("http://127.0.0.1/v1"));
  EXPECT_TRUE(may_carry_key("http://[::1]:8080/v1"));
  EXPECT_FALSE(may_carry_key("http://localhost.example.org/v1"));
  EXPECT_FALSE(may_carry_key("http://10.0.0.1/v1"));
}

}  // namespace
}  // namespace castra::search::llm
