#include "server/protocol.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace castra::server {
namespace {

ErrorCode fault(std::string_view text) { return parse_message(text).error().code; }

TEST(Protocol, RefusesWhatIsNoMessage) {
  EXPECT_EQ(fault("{"), ErrorCode::ParseError);
  EXPECT_EQ(fault(""), ErrorCode::ParseError);
  EXPECT_EQ(fault("{} {}"), ErrorCode::ParseError);
  EXPECT_EQ(fault("{\"a\":\"\xff\"}"), ErrorCode::ParseError);
  EXPECT_EQ(fault("{\"a\":\"\\ud800\"}"), ErrorCode::ParseError);
  EXPECT_EQ(fault("[]"), ErrorCode::InvalidRequest);
  EXPECT_EQ(fault("3"), ErrorCode::InvalidRequest);
  EXPECT_EQ(fault(std::string(100000, '[')), ErrorCode::ParseError);
  EXPECT_EQ(fault("{\"a\":" + std::string(101, '[') + std::string(101, ']') + "}"),
            ErrorCode::ParseError);
  EXPECT_TRUE(parse_message("{\"a\":\"" + std::string(1000, '[') + "\"}")) << "brackets in text";
}

TEST(Protocol, ReadsPositionsStrictly) {
  const auto position = [](const char* text) { return find_position(Json::parse(text), {"p"}); };
  EXPECT_EQ(position(R"({"p":{"line":3,"character":4}})"), (Position{3, 4}));
  EXPECT_EQ(position(R"({"p":{"line":-1,"character":4}})"), std::nullopt);
  EXPECT_EQ(position(R"({"p":{"line":1.5,"character":4}})"), std::nullopt);
  EXPECT_EQ(position(R"({"p":{"line":4294967296,"character":4}})"), std::nullopt);
  EXPECT_EQ(position(R"({"p":{"line":1}})"), std::nullopt);
  EXPECT_EQ(position(R"({"p":[1,2]})"), std::nullopt);
  EXPECT_EQ(position(R"({"q":1})"), std::nullopt);
}

TEST(Protocol, OrdersRanges) {
  const auto range = find_range(
      Json::parse(R"({"r":{"start":{"line":2,"character":0},"end":{"line":1,"character":0}}})"),
      {"r"});
  EXPECT_EQ(range, (Range{{2, 0}, {2, 0}}));
}

TEST(Protocol, SendsTextThatIsCutInsideACharacter) {
  EXPECT_EQ(dump(Json("a\xc3")), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace castra::server
