#include "run/overlay_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castra::run {
namespace {

using ::testing::HasSubstr;

OverlayStatus sample() {
  OverlayStatus status;
  status.finished = false;
  status.failure = OverlayFailure{FailureKind::OutOfMemory,
                                  "no room",
                                  "step",
                                  2,
                                  "(1,3)",
                                  "FBMEM,ZCMEM",
                                  Bytes{100},
                                  Bytes{64},
                                  7,
                                  "Region * * GPU FBMEM;"};
  status.points_by_policy = 12;
  status.points_forwarded = 3;
  status.points_dropped = 1;
  status.tasks = {"step", "top"};
  status.regions = {"cells"};
  status.memories = {{{MemoryKind::FrameBuffer, 0, 2}, 4, Bytes{400}, Bytes{300}}};
  return status;
}

TEST(OverlayStatus, RoundTrips) {
  const auto read = status_from_json(to_json(sample()), "s.json");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, sample());
  const auto empty = status_from_json(to_json(OverlayStatus{}), "s.json");
  ASSERT_TRUE(empty);
  EXPECT_EQ(*empty, OverlayStatus{});
}

TEST(OverlayStatus, RefusesDamagedText) {
  const std::string text = to_json(sample());
  EXPECT_FALSE(status_from_json("", "s.json"));
  EXPECT_FALSE(status_from_json(text.substr(0, text.size() / 2), "s.json"));
  std::string other = text;
  other.replace(other.find("out-of-memory"), 13, "out-of-nerves");
  EXPECT_THAT(status_from_json(other, "s.json").error().what,
              HasSubstr("$.failure.kind: 'out-of-nerves' is not a kind of failure"));
}

TEST(OverlayStatus, FailuresBecomeOutcomes) {
  OverlayFailure failure = *sample().failure;
  const auto memory = outcome_of(failure);
  ASSERT_TRUE(std::holds_alternative<OutOfMemory>(memory));
  EXPECT_EQ(std::get<OutOfMemory>(memory).memory, "FBMEM,ZCMEM");
  EXPECT_EQ(std::get<OutOfMemory>(memory).argument, 2);
  failure.kind = FailureKind::InvalidMapping;
  EXPECT_TRUE(std::holds_alternative<InvalidMapping>(outcome_of(failure)));
  failure.kind = FailureKind::FunctionError;
  EXPECT_TRUE(std::holds_alternative<RunFailed>(outcome_of(failure)));
}

}  // namespace
}  // namespace castra::run
