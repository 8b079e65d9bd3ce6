#include "search/llm/http_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

namespace castra::search::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

const char* const kKey = "sk-test-0123456789";

std::string completion(const std::string& text) {
  return Json{
      {"choices",
       {{{"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}}},
      {"usage", {{"prompt_tokens", 11}, {"completion_tokens", 7}}}}
      .dump();
}

/// A server whose every answer is given by the test.
class FakeServer : public ::testing::Test {
 protected:
  using Answer = std::function<void(int call, const httplib::Request&, httplib::Response&)>;

  void serve(Answer answer) {
    server_.Post("/v1/chat/completions",
                 [this, answer](const httplib::Request& q, httplib::Response& r) {
                   answer(++calls_, q, r);
                 });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  void TearDown() override {
    release_ = true;
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Result<Reply> ask(double timeout_s = 10) {
    ProviderOptions options;
    options.spec = "http://127.0.0.1:" + std::to_string(port_) + "/v1#tiny";
    options.timeout_s = timeout_s;
    options.first_wait_s = 0.01;
    options.cancel = &cancel_;
    options.environment = [](const char* name) -> std::optional<std::string> {
      if (std::string(name) == "CASTRA_API_KEY") return kKey;
      return std::nullopt;
    };
    return make_provider(options).value()->complete({"be brief", "hello \xff"});
  }

  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  std::atomic<int> calls_ = 0;
  std::atomic<bool> cancel_ = false;
  std::atomic<bool> release_ = false;
};

TEST_F(FakeServer, SendsModelMessagesAndKeyAndReadsTheReply) {
  Json body;
  std::string authorization;
  serve([&](int, const httplib::Request& q, httplib::Response& r) {
    body = Json::parse(q.body);
    authorization = q.get_header_value("Authorization");
    r.set_content(completion("<task>Task * GPU;</task>"), "application/json");
  });
  const auto reply = ask();
  ASSERT_TRUE(reply.has_value()) << reply.error().to_string();
  EXPECT_EQ(reply->text, "<task>Task * GPU;</task>");
  EXPECT_EQ(reply->usage->prompt_tokens, 11);
  EXPECT_EQ(reply->usage->completion_tokens, 7);
  EXPECT_EQ(reply->attempts, 1);
  EXPECT_EQ(body["model"], "tiny");
  EXPECT_EQ(body["messages"][0]["content"], "be brief");
  EXPECT_EQ(body["messages"][1]["role"], "user");
  EXPECT_EQ(authorization, std::string("Bearer ") + kKey);
}

TEST_F(FakeServer, RetriesWhatMayPass) {
  serve([](int call, const httplib::Request&, httplib::Response& r) {
    r.status = call == 1 ? 500 : call == 2 ? 408 : 200;
    r.set_content(completion("late"), "application/json");
  });
  const auto reply = ask();
  ASSERT_TRUE(reply.has_value()) << reply.error().to_string();
  EXPECT_EQ(reply->text, "late");
  EXPECT_EQ(reply->attempts, 3);
}

TEST_F(FakeServer, HonoursRetryAfter) {
  serve([](int call, const httplib::Request&, httplib::Response& r) {
    r.status = call == 1 ? 429 : 200;
    if (call == 1) r.set_header("Retry-After", "1");
    r.set_content(completion("ok"), "application/json");
  });
  const auto reply = ask();
  ASSERT_TRUE(reply.has_value());
  EXPECT_GE(reply->seconds, 1.0);
}

TEST_F(FakeServer, GivesUpAfterBoundedAttempts) {
  serve([](int, const httplib::Request&, httplib::Response& r) { r.status = 503; });
  const auto reply = ask();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(calls_, 4);
  EXPECT_THAT(reply.error().what, HasSubstr("status 503"));
}

TEST_F(FakeServer, DoesNotRepeatRefusalsAndNeverShowsTheKey) {
  serve([](int, const httplib::Request& q, httplib::Response& r) {
    r.status = 401;
    r.set_content(
        Json{{"error", {{"message", "bad key " + q.get_header_value("Authorization")}}}}.dump(),
        "application/json");
  });
  const auto reply = ask();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(calls_, 1);
  EXPECT_THAT(reply.error().to_string(), HasSubstr("bad key"));
  EXPECT_THAT(reply.error().to_string(), Not(HasSubstr(kKey)));
  EXPECT_THAT(reply.error().remedy, HasSubstr("CASTRA_API_KEY"));
}

TEST_F(FakeServer, DoesNotFollowRedirects) {
  serve([](int, const httplib::Request&, httplib::Response& r) {
    r.set_redirect("http://127.0.0.1:1/v1/chat/completions", 307);
  });
  const auto reply = ask();
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().what, HasSubstr("status 307"));
  EXPECT_EQ(calls_, 1);
}

TEST_F(FakeServer, EndsAHangingServerAtTheTimeLimit) {
  serve([this](int call, const httplib::Request&, httplib::Response& r) {
    if (call == 1) {
      while (!release_ && calls_ < 2) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    r.set_content(completion("awake"), "application/json");
  });
  const auto reply = ask(0.3);
  ASSERT_TRUE(reply.has_value()) << reply.error().to_string();
  EXPECT_EQ(reply->attempts, 2);
}

TEST_F(FakeServer, EndsWhenCancelled) {
  serve([this](int, const httplib::Request&, httplib::Response&) {
    cancel_ = true;
    while (!release_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  const auto start = std::chrono::steady_clock::now();
  const auto reply = ask(60);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().what, HasSubstr("interrupted"));
}

TEST_F(FakeServer, SurvivesAnswersThatAreNotCompletions) {
  const std::vector<std::string> garbage = {"",
                                            "not json",
                                            "[]",
                                            "{\"choices\":[]}",
                                            "{\"choices\":{}}",
                                            "{\"choices\":[{\"message\":{\"content\":7}}]}",
                                            "{\"choices\":[7]}",
                                            "{\"choices\":[{\"message\":null}]}",
                                            completion("cut").substr(0, 40),
                                            std::string("\0\xff\xfe", 3)};
  std::string body;
  serve([&](int, const httplib::Request&, httplib::Response& r) {
    r.set_content(body, "application/json");
  });
  for (const std::string& one : garbage) {
    body = one;
    const auto reply = ask();
    ASSERT_FALSE(reply.has_value()) << one;
    EXPECT_THAT(reply.error().what, HasSubstr("not a chat completion"));
  }
}

TEST_F(FakeServer, ReadsContentInPartsAndMarksCutReplies) {
  serve([](int, const httplib::Request&, httplib::Response& r) {
    r.set_content(
        "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
        "\"text\",\"text\":\"b\"}]},\"finish_reason\":\"length\"}]}",
        "application/json");
  });
  const auto reply = ask();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->text, "ab");
  EXPECT_TRUE(reply->truncated);
  EXPECT_FALSE(reply->usage.has_value());
}

TEST_F(FakeServer, RefusesAnEndlessBody) {
  serve([](int, const httplib::Request&, httplib::Response& r) {
    r.set_content(std::string(std::size_t{5} << 20, 'x'), "application/json");
  });
  const auto reply = ask();
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().what, HasSubstr("larger than 4 MiB"));
}

TEST(HttpProvider, NobodyListens) {
  ProviderOptions options;
  options.spec = "http://127.0.0.1:1/v1#m";
  options.first_wait_s = 0.001;
  options.environment = [](const char*) { return std::nullopt; };
  const auto reply = make_provider(options).value()->complete({"a", "b"});
  ASSERT_FALSE(reply.has_value());
  EXPECT_FALSE(reply.error().remedy.empty());
}

TEST(HttpProvider, NeedsAModelAndASafePathForTheKey) {
  ProviderOptions options;
  options.spec = "http://127.0.0.1:1/v1";
  options.environment = [](const char*) { return std::nullopt; };
  EXPECT_THAT(make_provider(options).error().remedy, HasSubstr("CASTRA_MODEL"));
  options.spec = "http://example.org/v1#m";
  options.environment = [](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "OPENAI_API_KEY") return kKey;
    return std::nullopt;
  };
  const auto provider = make_provider(options);
  ASSERT_FALSE(provider.has_value());
  EXPECT_THAT(provider.error().what, HasSubstr("unencrypted"));
  EXPECT_THAT(provider.error().to_string(), Not(HasSubstr(kKey)));
}

}  // namespace
}  // namespace castra::search::llm
