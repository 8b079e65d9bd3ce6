#include "search/llm/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castra::search::llm {
namespace {

using ::testing::HasSubstr;

struct Script {
  std::vector<double> waits;
  int calls = 0;
  Sleeper sleep() {
    return [this](double seconds) {
      waits.push_back(seconds);
      return true;
    };
  }
};

AttemptError failing(bool retryable, std::optional<double> after = {}) {
  return {Error{"no", ""}, retryable, after};
}

TEST(Retries, BackOffDoublesWithJitterAndEnds) {
  Script script;
  Rng rng(7);
  const auto result = with_retries({5, 1.0}, rng, script.sleep(), [&]() -> Attempt {
    ++script.calls;
    return tl::unexpected(failing(true));
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(script.calls, 5);
  EXPECT_THAT(result.error().what, HasSubstr("5 attempts"));
  ASSERT_EQ(script.waits.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GE(script.waits[i], 0.5 * (1 << i));
    EXPECT_LT(script.waits[i], 1.5 * (1 << i));
  }
  Script again;
  Rng same(7);
  (void)with_retries({5, 1.0}, same, again.sleep(),
                     [&]() -> Attempt { return tl::unexpected(failing(true)); });
  EXPECT_EQ(again.waits, script.waits);
}

TEST(Retries, SuccessCountsAttempts) {
  Script script;
  Rng rng(1);
  const auto result = with_retries({4, 1.0}, rng, script.sleep(), [&]() -> Attempt {
    if (++script.calls < 3) return tl::unexpected(failing(true));
    Reply reply;
    reply.text = "ok";
    return reply;
  });
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->attempts, 3);
}

TEST(Retries, FinalErrorsAreNotRepeated) {
  Script script;
  Rng rng(1);
  (void)with_retries({4, 1.0}, rng, script.sleep(), [&]() -> Attempt {
    ++script.calls;
    return tl::unexpected(failing(false));
  });
  EXPECT_EQ(script.calls, 1);
}

TEST(Retries, HonoursRetryAfterUpToALimit) {
  Script script;
  Rng rng(1);
  (void)with_retries({2, 1.0}, rng, script.sleep(),
                     [&]() -> Attempt { return tl::unexpected(failing(true, 17.0)); });
  EXPECT_THAT(script.waits, ::testing::ElementsAre(17.0));
  const auto result = with_retries({9, 1.0}, rng, script.sleep(), [&]() -> Attempt {
    return tl::unexpected(failing(true, 4000.0));
  });
  EXPECT_THAT(result.error().what, HasSubstr("4000 s"));
  EXPECT_EQ(script.waits.size(), 1U);
}

TEST(Retries, EndWhenCancelled) {
  std::atomic<bool> cancel = true;
  Rng rng(1);
  const auto result = with_retries({9, 100.0}, rng, cancellable_sleep(&cancel),
                                   [&]() -> Attempt { return tl::unexpected(failing(true)); });
  EXPECT_THAT(result.error().what, HasSubstr("interrupted"));
}

}  // namespace
}  // namespace castra::search::llm
