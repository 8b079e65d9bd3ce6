#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"
#include "support/file.h"

/// castra fmt, explain, eval's pictures, diff, dump and grammar as a user runs them.
namespace castra::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ToolsCommands : public InFolder {
 protected:
  const std::string maps_ =
      "m = Machine(GPU);\n"
      "def line(Task t) { return m[t.ipoint[0] % m.size[0], 0]; }\n"
      "def grid(Task t) { return m[t.ipoint[0] % m.size[0], t.ipoint[1] % m.size[1]]; }\n"
      "def any(Task t) { return m[t.ipoint[0] % m.size[0], *]; }\n"
      "def hello(Task t) { print(\"at {}\", t.ipoint[0]); return m[0, 0]; }\n";
};

TEST_F(ToolsCommands, FmtRewritesInPlace) {
  const std::string path = file("a.castra", "Task   a CPU; # why\n");
  EXPECT_EQ(castra("fmt " + path + " 2>&1").code, 0);
  EXPECT_EQ(read_file(path).value(), "Task a CPU;  # why\n");
  EXPECT_EQ(castra("fmt --check " + path + " 2>&1").output, "");
  EXPECT_EQ(castra("fmt - < " + path).output, "Task a CPU;  # why\n");
}

TEST_F(ToolsCommands, FmtChecksAndShowsDifferencesWithoutWriting) {
  const std::string bad = file("bad.castra", "Task   a CPU;\n");
  const std::string good = file("good.castra", "Task a CPU;\n");
  const Ran checked = castra("fmt --check " + good + " " + bad);
  EXPECT_EQ(checked.code, 1);
  EXPECT_EQ(checked.output, bad + "\n");
  const Ran diff = castra("fmt --diff " + bad);
  EXPECT_EQ(diff.code, 1);
  EXPECT_THAT(diff.output, HasSubstr("@@ -1 +1 @@\n-Task   a CPU;\n+Task a CPU;\n"));
  EXPECT_EQ(castra("fmt --stdout " + bad).output, "Task a CPU;\n");
  EXPECT_EQ(read_file(bad).value(), "Task   a CPU;\n");
  const auto json = nlohmann::json::parse(castra("fmt --check --json " + bad).output);
  EXPECT_FALSE(json["ok"].get<bool>());
  EXPECT_TRUE(json["files"][0]["changed"].get<bool>());
}

TEST_F(ToolsCommands, FmtKeepsTheMeaningUnderTheProfileItReadsWith) {
  const std::string chain = file("chain.castra", "x = 1 > 2 ? 1 : 3 > 4 ? 5 : 6;\n");
  EXPECT_EQ(castra("fmt --stdout " + chain).output, "x = 1 > 2 ? 1 : (3 > 4 ? 5 : 6);\n");
  EXPECT_EQ(castra("fmt --stdout --compat dslmapper " + chain).output,
            "x = (1 > 2 ? 1 : 3 > 4) ? 5 : 6;\n");
  EXPECT_EQ(castra("fmt --compat dslmapper " + chain).code, 0);
  EXPECT_EQ(castra("fmt --check " + chain).code, 0);
  EXPECT_NE(castra("fmt --compat else " + chain + " 2>&1").code, 0);
}

TEST_F(ToolsCommands, FmtLeavesWrongProgramsAlone) {
  const std::string wrong = file("wrong.castra", "Task   a;\n");
  const std::string right = file("right.castra", "Task   a CPU;\n");
  const Ran ran = castra("fmt " + wrong + " " + right + " 2>&1");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, StartsWith(wrong + ":1:9: error"));
  EXPECT_EQ(read_file(wrong).value(), "Task   a;\n");
  EXPECT_EQ(read_file(right).value(), "Task a CPU;\n") << "the others are formatted";
}

TEST_F(ToolsCommands, UnreadableAndUnsuitableFiles) {
  const std::string binary = file("binary.castra", std::string("\x7f"
                                                               "ELF\0\1\2\3\xff",
                                                               9));
  const std::string huge = file("huge.castra", std::string((std::size_t{1} << 20) + 1, ' '));
  const std::string good = file("good.castra", maps_);
  for (const std::string& command :
       {std::string("fmt "), std::string("dump --ast "), std::string("dump --policy "),
        std::string("explain --task a "), "diff " + good + " "}) {
    EXPECT_EQ(castra(command + "/nowhere.castra 2>&1").code, 3) << command;
    EXPECT_EQ(castra(command + "/ 2>&1").code, 3) << command;
    const Ran ran = castra(command + binary + " 2>&1");
    EXPECT_EQ(ran.code, 1) << command << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("error[E")) << command;
    EXPECT_EQ(castra(command + huge + " 2>&1").code, 1) << command;
  }
  EXPECT_EQ(castra("dump --mapping --program /nowhere " + good + " 2>&1").code, 3);
  EXPECT_EQ(
      castra("eval " + good + " line --domain 4 --machine 1x1 --svg /nowhere/x.svg 2>&1").code, 3);
}

TEST_F(ToolsCommands, WrongUse) {
  const std::string good = file("good.castra", maps_);
  for (const std::string& arguments :
       {std::string("fmt"), "fmt --check --stdout " + good, std::string("dump"), "dump " + good,
        "dump --ast --policy " + good, "dump --mapping " + good, "diff " + good,
        std::string("diff - -"), std::string("grammar --format ebnff"),
        "explain " + good + " --processor XPU",
        "eval " + good + " line --domain 4 --machine 1x1 --color sometimes",
        "eval " + good + " line --domain 100000 --machine 1x1 --picture"}) {
    const Ran ran = castra(arguments + " 2>&1 < /dev/null");
    EXPECT_EQ(ran.code, 2) << arguments << "\n" << ran.output;
  }
}

TEST_F(ToolsCommands, ExplainTracesTheRulesThatLost) {
  const std::string path = file("a.castra",
                                "Task * GPU;\nTask foo CPU;\nTask foo GPU, CPU;\n"
                                "Region * * GPU FBMEM;\nRegion foo r GPU ZCMEM;\n");
  const Ran ran = castra("explain " + path + " --task foo --region r");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, testing::ContainsRegex("processors +GPU, CPU +decides +.*:3: Task foo"));
  EXPECT_THAT(ran.output, testing::ContainsRegex("replaced by a later rule +.*:2: Task foo CPU;"));
  EXPECT_THAT(ran.output, testing::ContainsRegex("less specific task +.*:1: Task \\* GPU;"));
  const auto json =
      nlohmann::json::parse(castra("explain " + path + " --task foo --region r --json").output);
  EXPECT_EQ(json["decisions"][0]["rules"].size(), 1u);
  EXPECT_EQ(json["decisions"][0]["trace"].size(), 3u);
  EXPECT_EQ(json["decisions"][2]["trace"][1]["line"], 4);
}

TEST_F(ToolsCommands, ExplainListsAllTasks) {
  const std::string path = file("a.castra", "Task * GPU;\nTask io CPU;\nRegion * * GPU FBMEM;\n");
  const Ran ran = castra("explain " + path);
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, testing::ContainsRegex("io +CPU +CPU +- +any argument +- "));
  EXPECT_THAT(ran.output, testing::ContainsRegex("any other. +GPU +GPU +- +any argument +FBMEM"));
  EXPECT_THAT(castra("explain " + path + " --processor GPU").output, Not(HasSubstr("io")));
  const auto json = nlohmann::json::parse(castra("explain --json " + path).output);
  EXPECT_EQ(json["tasks"].size(), 2u);
}

TEST_F(ToolsCommands, EvalDrawsOneTwoAndThreeDimensions) {
  const std::string path = file("a.castra", maps_);
  EXPECT_EQ(castra("eval " + path + " line --domain 4 --machine 2x1 --picture --origin 5").output,
            "line over [(5)..(8)] on 2 nodes x 1 GPU\n\n"
            "5  b a b a\n\n"
            "a  node 0, GPU 0: 2 points\nb  node 1, GPU 0: 2 points\n");
  EXPECT_EQ(castra("eval " + path + " grid --domain 2x3 --machine 2x2 --picture").output,
            "grid over [(0,0)..(1,2)] on 2 nodes x 2 GPU\n\n"
            "   0 1 2\n0  a b a\n1  c d c\n\n"
            "a  node 0, GPU 0: 2 points\nb  node 0, GPU 1: 1 point\n"
            "c  node 1, GPU 0: 2 points\nd  node 1, GPU 1: 1 point\n");
  const Ran slices = castra("eval " + path + " grid --domain 2x1x2 --machine 2x2 --picture");
  EXPECT_THAT(slices.output, HasSubstr("\nslice (0,*,*)\n   0 1\n0  a a\n"));
  EXPECT_THAT(slices.output, HasSubstr("\nslice (1,*,*)\n   0 1\n0  b b\n"));
  EXPECT_THAT(slices.output, HasSubstr("2 of 4 GPU processors have no point\n"));
}

TEST_F(ToolsCommands, EvalColoursOnlyWhereAsked) {
  const std::string eval = "eval " + file("a.castra", maps_) + " any --domain 3 --machine 2x2";
  EXPECT_THAT(castra(eval + " --picture").output, Not(HasSubstr("\x1b[")));
  const Ran coloured = castra(eval + " --picture --color always");
  EXPECT_THAT(coloured.output, HasSubstr("\x1b[48;5;"));
  EXPECT_THAT(coloured.output, HasSubstr("node 0, GPU 0,1: 2 points"));
}

TEST_F(ToolsCommands, EvalDrawsSvg) {
  const std::string path = file("a&b.castra", maps_);
  const std::string svg = folder_.path() + "/picture.svg";
  const Ran ran = castra("eval '" + path + "' grid --domain 2x2 --machine 2x2 --svg " + svg);
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(ran.output, "");
  const std::string drawn = read_file(svg).value();
  EXPECT_THAT(drawn, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(drawn, HasSubstr("<title>(1,0): node 1, GPU 0</title>"));
  EXPECT_THAT(drawn, testing::EndsWith("</svg>\n"));
}

TEST_F(ToolsCommands, EvalShowsWhatFunctionsPrint) {
  const std::string path = file("a.castra", maps_);
  EXPECT_EQ(castra("eval " + path + " hello --domain 2 --machine 1x1 2>&1 >/dev/null").output,
            "at 0\nat 1\n");
}

TEST_F(ToolsCommands, DiffSaysWhatAndWhere) {
  const std::string left = file("left.castra", "Task * GPU; # a\nRegion * * GPU FBMEM;\n");
  const std::string same = file("same.castra", "Region * * GPU FBMEM;\nTask * GPU;\n");
  const std::string right = file("right.castra", "Task * GPU;\nRegion * * GPU ZCMEM;\n");
  const Ran equal = castra("diff " + left + " " + same);
  EXPECT_EQ(equal.code, 0);
  EXPECT_THAT(equal.output, HasSubstr("no program was given"));
  EXPECT_THAT(equal.output, HasSubstr("no difference\n"));
  const Ran different = castra("diff " + left + " - < " + right);
  EXPECT_EQ(different.code, 1);
  EXPECT_THAT(different.output, HasSubstr("any other task, any other argument: memories on GPU\n"));
  EXPECT_THAT(different.output,
              HasSubstr("  < FBMEM    [" + left + ":2: Region * * GPU FBMEM;]\n"));
  EXPECT_THAT(different.output, HasSubstr("  > ZCMEM    [-:2: Region * * GPU ZCMEM;]\n"));
  const auto json = nlohmann::json::parse(castra("diff --json " + left + " " + right).output);
  EXPECT_FALSE(json["equal"].get<bool>());
  EXPECT_EQ(json["differences"][0]["left"], "FBMEM");
  EXPECT_EQ(json["differences"][0]["right_by"]["line"], 2);
}

TEST_F(ToolsCommands, DumpsAreJson) {
  const std::string path = file("a.castra", maps_ + "Task a GPU;\nIndexTaskMap a line;\n");
  const auto ast = nlohmann::json::parse(castra("dump --ast " + path).output);
  EXPECT_EQ(ast["statements"].size(), 7u);
  EXPECT_EQ(ast["statements"][1]["node"], "def");
  const auto policy = nlohmann::json::parse(castra("dump --policy " + path).output);
  EXPECT_EQ(policy["tasks"], nlohmann::json::array({"a"}));
  EXPECT_EQ(policy["decisions"][0]["decision"], "processors");
  EXPECT_EQ(policy["decisions"][1]["value"], "line");
  EXPECT_EQ(policy["decisions"][1]["where"], "on GPU");
}

TEST_F(ToolsCommands, GrammarFormats) {
  EXPECT_THAT(castra("grammar").output, HasSubstr("\nprogram = { statement } ;\n"));
  EXPECT_THAT(castra("grammar --format gbnf").output, HasSubstr("\nroot ::= "));
  EXPECT_TRUE(nlohmann::json::accept(castra("grammar --format json-schema").output));
  const std::string path = folder_.path() + "/castra.json";
  EXPECT_EQ(castra("grammar --format textmate -o " + path).code, 0);
  EXPECT_TRUE(nlohmann::json::accept(read_file(path).value()));
  EXPECT_THAT(castra("grammar --format ebnff 2>&1").output, HasSubstr("did you mean"));
}

TEST(Options, AMisspeltOneIsAnsweredWithTheOneMeant) {
  const Ran near = castra("check --fxi x.castra 2>&1");
  EXPECT_EQ(near.code, 2);
  EXPECT_THAT(near.output, HasSubstr("did you mean `--fix`?"));
  const Ran value = castra("eval x.castra f --domian=4x4 --machine 2x4 2>&1");
  EXPECT_THAT(value.output, HasSubstr("did you mean `--domain`?"));
  const Ran far = castra("check --zzz x.castra 2>&1");
  EXPECT_THAT(far.output, testing::AllOf(Not(HasSubstr("did you mean")), HasSubstr("--help")));
}

}  // namespace
}  // namespace castra::cli
