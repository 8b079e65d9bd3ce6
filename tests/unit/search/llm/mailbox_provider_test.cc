#include "search/llm/mailbox_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "support/file.h"

namespace castra::search::llm {
namespace {

using ::testing::HasSubstr;

class Mailbox : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }
  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file(file(name), text).has_value());
  }
  std::unique_ptr<Provider> open(double timeout_s = 20) {
    ProviderOptions options;
    options.spec = "mailbox:" + folder_.path();
    options.timeout_s = timeout_s;
    options.cancel = &cancel_;
    options.notice = [this](const std::string& line) { notices_ += line + "\n"; };
    return make_provider(options).value();
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
  std::atomic<bool> cancel_ = false;
  std::string notices_;
};

TEST_F(Mailbox, WritesThePromptAndWaitsForTheReply) {
  const auto provider = open();
  std::thread person([this] {
    while (!std::filesystem::exists(file("0001.prompt.txt"))) std::this_thread::yield();
    put("0001.reply.txt", "<task>Task * GPU;</task>");
  });
  const auto reply = provider->complete({"system", "user"});
  person.join();
  ASSERT_TRUE(reply.has_value()) << reply.error().to_string();
  EXPECT_EQ(reply->text, "<task>Task * GPU;</task>");
  EXPECT_EQ(read_file(file("0001.prompt.txt")).value(), "system\nuser");
  EXPECT_THAT(notices_, HasSubstr("write the answer to " + file("0001.reply.txt")));
}

TEST_F(Mailbox, TakesRepliesLaidOutInAdvanceInOrder) {
  put("0001.reply.txt", "one");
  put("0002.reply.txt", "two");
  const auto provider = open();
  EXPECT_EQ(provider->complete({"s", "a"})->text, "one");
  EXPECT_EQ(provider->complete({"s", "b"})->text, "two");
  EXPECT_EQ(notices_, "");
}

TEST_F(Mailbox, AResumedStudyTakesUpTheSamePromptAndPassesOthersOver) {
  put("0001.prompt.txt", "s\nfirst");
  put("0001.reply.txt", "used by the earlier run");
  put("0002.prompt.txt", "s\nsecond");
  put("0002.reply.txt", "given meanwhile");
  const auto provider = open();
  EXPECT_EQ(provider->complete({"s", "second"})->text, "given meanwhile");
  put("0003.reply.txt", "new");
  EXPECT_EQ(provider->complete({"s", "third"})->text, "new");
}

TEST_F(Mailbox, EndsAtTheTimeLimitWithTheFileToWrite) {
  const auto reply = open(0.2)->complete({"s", "u"});
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().what, HasSubstr(file("0001.reply.txt")));
  EXPECT_FALSE(reply.error().remedy.empty());
}

TEST_F(Mailbox, EndsWhenCancelled) {
  cancel_ = true;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(open(100)->complete({"s", "u"}).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(Mailbox, CutsHugeReplies) {
  put("0001.reply.txt", std::string(std::size_t{1} << 20, 'x'));
  const auto reply = open()->complete({"s", "u"});
  EXPECT_EQ(reply->text.size(), kReplyBudget);
  EXPECT_TRUE(reply->truncated);
}

TEST_F(Mailbox, RefusesAFolderThatIsAFile) {
  put("taken", "x");
  ProviderOptions options;
  options.spec = "mailbox:" + file("taken");
  const auto provider = make_provider(options);
  ASSERT_FALSE(provider.has_value());
  EXPECT_THAT(provider.error().what, HasSubstr("is not a folder"));
}

}  // namespace
}  // namespace castra::search::llm
