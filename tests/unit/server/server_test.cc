#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace castra::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The messages a server sends for these.
std::vector<Json> talk(Server& server, const std::vector<Json>& messages) {
  std::string bytes;
  for (const Json& message : messages) bytes += framed(message.dump());
  MessageReader reader;
  reader.feed(server.feed(bytes));
  std::vector<Json> answers;
  while (const auto item = reader.next())
    answers.push_back(Json::parse(std::get<std::string>(*item)));
  return answers;
}

Json request(int id, const std::string& method, const Json& params = Json::object()) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

Json open(const std::string& uri, const std::string& text) {
  return notification(
      "textDocument/didOpen",
      {{"textDocument", {{"uri", uri}, {"languageId", "castra"}, {"version", 1}, {"text", text}}}});
}

Json change(const std::string& uri, const Json& changes) {
  return notification("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", 2}}},
                                                 {"contentChanges", changes}});
}

Server running() {
  Server server{Setting{}};
  talk(server, {request(1, "initialize"), notification("initialized", Json::object())});
  return server;
}

TEST(Server, PublishesOnceForManyChangesOfOneWrite) {
  Server server = running();
  std::vector<Json> messages = {open("a", "Task * GPX;")};
  for (int i = 0; i < 50; ++i) messages.push_back(change("a", {{{"text", "Task * GPU;"}}}));
  const auto answers = talk(server, messages);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0]["params"]["diagnostics"], IsEmpty());
}

TEST(Server, AnswersFromTheTextAsItWasWhenAsked) {
  Server server = running();
  const Json at = {{"textDocument", {{"uri", "a"}}}, {"position", {{"line", 0}, {"character", 8}}}};
  const auto answers = talk(
      server, {open("a", "Task * CPU;"), request(2, "textDocument/hover", at),
               change("a", {{{"text", "Task * OMP;"}}}), request(3, "textDocument/hover", at)});
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_THAT(answers[0]["result"]["contents"]["value"].get<std::string>(), HasSubstr("a core"));
  EXPECT_THAT(answers[1]["result"]["contents"]["value"].get<std::string>(), HasSubstr("OpenMP"));
}

TEST(Server, RefusesDocumentsBeyondItsBudgets) {
  Server server = running();
  const auto large = talk(server, {open("a", std::string(kMaxDocumentBytes + 1, ' '))});
  ASSERT_THAT(large, SizeIs(2));
  EXPECT_EQ(large[0]["method"], "window/showMessage");
  std::vector<Json> many;
  for (std::size_t i = 0; i <= kMaxDocuments; ++i) many.push_back(open(std::to_string(i), ""));
  const auto answers = talk(server, many);
  EXPECT_EQ(answers[0]["method"], "window/showMessage");
  EXPECT_THAT(answers, SizeIs(kMaxDocuments + 2));
}

TEST(Server, RefusesDocumentsThatGrowBeyondTheirBudget) {
  Server server = running();
  talk(server, {open("a", "")});
  const Json start = {{"line", 0}, {"character", 0}};
  const Json grow = {{"range", {{"start", start}, {"end", start}}},
                     {"text", std::string(kMaxDocumentBytes / 4, ' ')}};
  EXPECT_EQ(talk(server, {change("a", {grow, grow, grow})})[0]["method"],
            "textDocument/publishDiagnostics");
  EXPECT_EQ(talk(server, {change("a", {grow, grow})})[0]["method"], "window/showMessage");
}

TEST(Server, SaysWhenTheProgramIsTooLarge) {
  Server server = running();
  const auto answers = talk(server, {open("a", std::string(std::size_t{2} << 20, ' '))});
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0]["params"]["diagnostics"][0]["code"], "E0115");
  const auto rest =
      talk(server, {request(2, "textDocument/documentSymbol", {{"textDocument", {{"uri", "a"}}}})});
  EXPECT_THAT(rest[0]["result"], IsEmpty());
}

TEST(Server, StopsAtExit) {
  Server server = running();
  EXPECT_THAT(talk(server, {notification("exit", nullptr), request(5, "shutdown")}), IsEmpty());
  EXPECT_TRUE(server.ended());
  EXPECT_EQ(server.exit_code(), 1);
}

}  // namespace
}  // namespace castra::server
