#include "server/completion_slot.h"

#include <gtest/gtest.h>

#include <deque>

#include "support/diagnostic.h"

namespace castra::server {
namespace {

using What = CompletionSlot::What;

/// The slot at `|` in the text.
CompletionSlot slot_at(std::string text) {
  const std::size_t bar = text.find('|');
  text.erase(bar, 1);
  static std::deque<SourceFile> sources;  // slots refer into the text
  sources.emplace_back("t", text);
  DiagnosticSink sink;
  const auto tokens = lang::lex(sources.back(), sink);
  return completion_slot(sources.back(), tokens, static_cast<std::uint32_t>(bar));
}

TEST(CompletionSlot, FollowsTheOperandsOfRules) {
  EXPECT_EQ(slot_at("|").what, What::Statement);
  EXPECT_EQ(slot_at("Task * GPU; Re|").what, What::Statement);
  EXPECT_EQ(slot_at("Task |").what, What::Task);
  EXPECT_EQ(slot_at("Task a, |").what, What::Task);
  EXPECT_EQ(slot_at("Task a |").what, What::Processor);
  EXPECT_EQ(slot_at("Task a GPU, |").what, What::Processor);
  EXPECT_EQ(slot_at("Region |").what, What::Task);
  EXPECT_EQ(slot_at("Region a |").what, What::Region);
  EXPECT_EQ(slot_at("Region a, b r, |").what, What::Region);
  EXPECT_EQ(slot_at("Region a r |").what, What::Processor);
  EXPECT_EQ(slot_at("Region a r * |").what, What::Memory);
  EXPECT_EQ(slot_at("Region a r GPU FBMEM, Z|").what, What::Memory);
  EXPECT_EQ(slot_at("Layout a r |").what, What::Place);
  EXPECT_EQ(slot_at("Layout a r * SOA |").what, What::Constraint);
  EXPECT_EQ(slot_at("IndexTaskMap |").what, What::Task);
  EXPECT_EQ(slot_at("IndexTaskMap a |").what, What::Function);
  EXPECT_EQ(slot_at("IndexTaskMap a f |").what, What::Nothing);
  EXPECT_EQ(slot_at("TaskSteal a GPU |").what, What::StealScope);
  EXPECT_EQ(slot_at("InstanceLimit a |").what, What::Nothing);
}

TEST(CompletionSlot, KnowsWhereAStarMayStand) {
  EXPECT_TRUE(slot_at("Task |").star);
  EXPECT_FALSE(slot_at("Task a, |").star);
  EXPECT_TRUE(slot_at("Region a r |").star);
  EXPECT_FALSE(slot_at("Task a |").star);
  EXPECT_TRUE(slot_at("IndexTaskMap |").processor);
  EXPECT_FALSE(slot_at("Task |").processor);
}

TEST(CompletionSlot, GoesOnInsideQuotes) {
  for (const char* text : {"Task \"sw|", "Task \"sw|\" GPU;", "Task a, \"|", "IndexTaskMap \"|"}) {
    EXPECT_EQ(slot_at(text).what, What::Task) << text;
    EXPECT_TRUE(slot_at(text).quoted) << text;
    EXPECT_FALSE(slot_at(text).star) << text;
    EXPECT_FALSE(slot_at(text).processor) << text;
  }
  EXPECT_EQ(slot_at("Region a \"r|").what, What::Region);
  EXPECT_EQ(slot_at("Region a \"r| GPU FBMEM;").word, (SourceSpan{9, 11}));
  EXPECT_EQ(slot_at("Region a \"r|\" GPU FBMEM;").word, (SourceSpan{9, 12}));
  EXPECT_EQ(slot_at("Task \"a\" |").what, What::Processor);
  EXPECT_FALSE(slot_at("Task \"a\" |").quoted);
  EXPECT_EQ(slot_at("Task \"a\\\"|").what, What::Task) << "an escaped quote";
  for (const char* text : {"print(\"a|", "Task a \"G|", "x = \"|", "Layout a 0 \"|", "\"|"})
    EXPECT_EQ(slot_at(text).what, What::Nothing) << text;
}

TEST(CompletionSlot, CollectsTheTasksOfARule) {
  EXPECT_EQ(slot_at("Region a, \"b c\" |").tasks, (std::vector<std::string>{"a", "b c"}));
}

TEST(CompletionSlot, KnowsExpressionsAndHeaders) {
  EXPECT_EQ(slot_at("m = |").what, What::Expression);
  EXPECT_EQ(slot_at("m = Machine(|").callee, "Machine");
  EXPECT_EQ(slot_at("def f(|").what, What::ParameterType);
  EXPECT_EQ(slot_at("def f(Task t, |").what, What::ParameterType);
  EXPECT_EQ(slot_at("def f(Task |").what, What::Nothing);
  EXPECT_EQ(slot_at("def f(Task t) { |").what, What::FunctionStatement);
  EXPECT_EQ(slot_at("def f(Task t) { a = 1; ret|").what, What::FunctionStatement);
  EXPECT_EQ(slot_at("def f(Task t) { return |").what, What::Expression);
  EXPECT_EQ(slot_at("def f(Task t) { return 1; } |").what, What::Statement);
}

TEST(CompletionSlot, KnowsWhoseMembersFollowADot) {
  using lang::WordClass;
  EXPECT_EQ(slot_at("def f(Task t) { p = t.|").owner, WordClass::TaskMember);
  EXPECT_EQ(slot_at("def f(Task t) { p = t.ipoint.|").owner, WordClass::TupleMember);
  EXPECT_EQ(slot_at("def f(MSpace m) { p = m.si|").owner, WordClass::MachineMember);
  EXPECT_EQ(slot_at("m = Machine(GPU); n = m.|").owner, WordClass::MachineMember);
  EXPECT_EQ(slot_at("m = Machine(GPU).merge(0, 1).|").owner, WordClass::MachineMember);
  EXPECT_EQ(slot_at("p = q.|").owner, std::nullopt);
  EXPECT_EQ(slot_at("p = q.|").what, What::Member);
}

TEST(CompletionSlot, OffersNothingInsideCommentsNumbersAndTexts) {
  EXPECT_EQ(slot_at("Task # of |").what, What::Nothing);
  EXPECT_EQ(slot_at("Task \"a|b\" GPU;").what, What::Nothing);
  EXPECT_EQ(slot_at("x = 12|").what, What::Nothing);
}

TEST(CompletionSlot, ReplacesTheWordThatIsBeingTyped) {
  EXPECT_EQ(slot_at("Task * GP|").word, (SourceSpan{7, 9}));
  EXPECT_EQ(slot_at("Task * |").word, (SourceSpan{7, 7}));
}

}  // namespace
}  // namespace castra::server
