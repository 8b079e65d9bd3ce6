#include "server/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lang/diagnostics.h"
#include "server/decisions.h"

namespace castra::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

/// A document with a cursor, at `|` in the text.
struct AtCursor {
  explicit AtCursor(std::string text) : document("file:///a", 1, without_bar(text)) {
    position = document.text().position(static_cast<std::uint32_t>(text.find('|')));
  }
  static std::string without_bar(std::string text) { return text.erase(text.find('|'), 1); }
  const Analysis& analysis() { return document.analysis(setting); }

  Document document;
  Position position;
  Setting setting;
};

std::string hover_text(const std::string& text) {
  AtCursor at(text);
  const Json found = hover(at.document, at.analysis(), at.setting, at.position);
  return found.is_null() ? "(nothing)" : found["contents"]["value"].get<std::string>();
}

std::vector<std::string> labels(const std::string& text) {
  AtCursor at(text);
  std::vector<std::string> out;
  const Json found = completion(at.document, at.analysis(), at.setting, at.position);
  for (const Json& item : found["items"]) out.push_back(item["label"]);
  return out;
}

TEST(Hover, ExplainsWhatATaskGets) {
  const std::string text = hover_text(
      "Task * GPU;\nTask foo CPU, OMP;\nRegion foo * CPU SYSMEM;\nLayout * * SYSMEM AOS;\n"
      "InstanceLimit f|oo 3;\n");
  EXPECT_THAT(text, HasSubstr("| processors | CPU, OMP | line 2: `Task foo CPU, OMP;` |"));
  EXPECT_THAT(text, HasSubstr("| any argument on CPU: memories | SYSMEM | line 3: "));
  EXPECT_THAT(text, HasSubstr("| any argument on CPU: layout in SYSMEM | AOS | line 4: "));
  EXPECT_THAT(text, HasSubstr("| any argument on OMP: memories | - | left to"));
}

TEST(Hover, ShowsLayoutsWhereNoRuleDecidesTheMemory) {
  const std::string text =
      hover_text("Task f|oo GPU;\nLayout * * GPU SOA;\nCollectMemory foo *;\n");
  EXPECT_THAT(text, HasSubstr("| any argument on GPU: memories | - | left to"));
  EXPECT_THAT(text, HasSubstr("| any argument on GPU: layout | SOA | line 2: "));
  EXPECT_THAT(text, HasSubstr("| any argument on GPU: collected | after the task | line 3: "));
}

TEST(Hover, SaysThatNothingIsDecidedWhileThereAreErrors) {
  EXPECT_THAT(hover_text("Task f|oo CPU;\nTask * GPX;"), HasSubstr("has errors"));
}

TEST(Hover, ExplainsFindingsUnderTheCursor) {
  EXPECT_THAT(hover_text("Task * GP|X;"), HasSubstr("**E0109** (error)"));
  EXPECT_THAT(hover_text("# silence E01|09\n"), HasSubstr("**E0109**"));
  EXPECT_EQ(hover_text("# silence E99|99\n"), "(nothing)");
}

TEST(Hover, ExplainsWordsWhereTheyStand) {
  EXPECT_THAT(hover_text("Ta|sk * CPU;"), HasSubstr("first of these kinds"));
  EXPECT_THAT(hover_text("def f(Ta|sk t) { return t; }"), HasSubstr("the task a function places"));
  EXPECT_THAT(hover_text("m = Machine(GPU).aut|o_split(0, (1, 2));"), HasSubstr("auto_split(dim"));
  EXPECT_THAT(hover_text("Layout * * * SO|A;"), HasSubstr("structure of arrays"));
}

TEST(Hover, ShowsDefinitions) {
  EXPECT_THAT(hover_text("mgpu = Machine(GPU);\nx = mg|pu.size;"),
              HasSubstr("mgpu = Machine(GPU);"));
  EXPECT_THAT(hover_text("def f(IPoint p) { return p|[0]; }"), HasSubstr("parameter"));
  EXPECT_THAT(hover_text("def f(Task t) { return t.ipo|int[0]; }"),
              HasSubstr("here: tuple of int\n"));
  EXPECT_THAT(hover_text("x = Machine(GPU).si|ze;"), HasSubstr("here: tuple of 2 int\n"));
  EXPECT_THAT(hover_text("x = ma|x(1, 2);"), HasSubstr("here: int\n"));
}

TEST(Code, KeepsATableWhole) {
  EXPECT_EQ(code("a\nb"), "`a b`");
  EXPECT_EQ(code("a`b"), "`` a`b ``");
}

TEST(Completion, OffersWhatFits) {
  EXPECT_THAT(labels("|"), IsSupersetOf({"Task", "Region", "def", "print"}));
  EXPECT_THAT(labels("Task foo CPU;\nTask |"), ElementsAre("foo", "*"));
  EXPECT_THAT(labels("Task \"a b\" CPU;\nTask |"), ElementsAre("\"a b\"", "*"));
  EXPECT_THAT(labels("Task foo |"), ElementsAre("CPU", "GPU", "OMP", "IO", "PY", "PROC"));
  EXPECT_THAT(
      labels("def f(Task t) { return t; }\ndef g(int a, int b) { return a; }\nIndexTaskMap * |"),
      ElementsAre("f"));
  EXPECT_THAT(labels("m = Machine(GPU);\ndef f(Task t) { p = 1; q = |"),
              IsSupersetOf({"t", "p", "m", "Machine"}));
  EXPECT_THAT(labels("def f(Task t) { p = 1; return p; }\nx = |"), Not(Contains("p")));
  EXPECT_THAT(labels("x = Machine(|"), ElementsAre("CPU", "GPU", "OMP", "IO", "PY", "PROC"));
}

TEST(Completion, WritesNamesInTheQuotesThatAreOpen) {
  EXPECT_THAT(labels("Task foo CPU;\nTask \"f|"), ElementsAre("\"foo\""));
  EXPECT_THAT(labels("Task foo CPU;\nTask \"f|\" GPU;"), ElementsAre("\"foo\""));
  EXPECT_THAT(labels("Task foo GPU;\nTask foo \"G|"), ::testing::IsEmpty());
}

TEST(Completion, LeavesOutOtherNamesOfWhatTheMachineLacks) {
  const auto memories = [](bool registered) {
    AtCursor at("Region foo 0 GPU |");
    at.setting.machine.emplace();
    at.setting.machine->memories = {
        {MemoryKind::FrameBuffer, 1, Bytes{1}, {ProcessorKind::Gpu}, ""}};
    if (registered) {
      at.setting.machine->memories.push_back(
          {MemoryKind::Registered, 1, Bytes{1}, {ProcessorKind::Cpu}, ""});
    }
    std::vector<std::string> out;
    const Json found = completion(at.document, at.analysis(), at.setting, at.position);
    for (const Json& item : found["items"]) out.push_back(item["label"]);
    return out;
  };
  EXPECT_THAT(memories(false), ElementsAre("FBMEM", "VIRTUAL"));
  EXPECT_THAT(memories(true), ElementsAre("FBMEM", "RDMEM", "REGSOCKMEM", "VIRTUAL"));
}

TEST(CodeActions, OfferOneFixForEachFindingInTheRange) {
  AtCursor at("Task * GPU\nx = True and False;|");
  const auto all = code_actions(at.document, at.analysis(), {{0, 0}, {9, 0}});
  const auto first = code_actions(at.document, at.analysis(), {{0, 10}, {0, 10}});
  EXPECT_EQ(all.size(), 3u) << all.dump(1);
  EXPECT_EQ(first.size(), 2u) << first.dump(1);
  EXPECT_EQ(first[0]["edit"]["changes"]["file:///a"][0]["newText"], ";");
}

TEST(Formatting, KeepsCommentsAndLeavesWhatDoesNotParse) {
  AtCursor at("Task   *   GPU ; # first\nx=1+2;|\n");
  const Json edits = formatting(at.document, at.analysis());
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0]["newText"], "Task * GPU;  # first\nx = 1 + 2;\n");
  AtCursor canonical("Task * GPU;\n|");
  EXPECT_TRUE(formatting(canonical.document, canonical.analysis()).empty());
  AtCursor broken("Task   * |");
  EXPECT_TRUE(formatting(broken.document, broken.analysis()).is_null());
}

}  // namespace
}  // namespace castra::server
