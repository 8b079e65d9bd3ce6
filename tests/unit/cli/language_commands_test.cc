#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"
#include "support/file.h"

/// castra check, explain and eval as a user runs them.
namespace castra::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LanguageCommands : public InFolder {
 protected:
  const std::string good_ =
      "Task * GPU, CPU;\nRegion * r GPU ZCMEM;\nLayout * * * SOA;\nLayout foo * * C_order;\nm = "
      "Machine(GPU);\n"
      "def f(Task t) { return m[t.ipoint[0] % m.size[0], *]; }\nIndexTaskMap foo f;\n";
};

TEST_F(LanguageCommands, CheckAcceptsAndRefuses) {
  const Ran good = castra("check " + file("good.castra", good_) + " 2>&1");
  EXPECT_EQ(good.code, 0) << good.output;
  const std::string bad = file("bad.castra", "Task * GPX;\n");
  const Ran refused = castra("check " + bad + " 2>&1 >/dev/null");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output,
              StartsWith(bad + ":1:8: error[E0109]: unknown processor kind `GPX`\n"));
}

TEST_F(LanguageCommands, CheckReadsStandardInput) {
  const Ran ran = castra("check - 2>&1 < " + file("bad.castra", "Task"));
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, StartsWith("<stdin>:1:5: error"));
}

TEST_F(LanguageCommands, WarningsAndNotesDoNotFail) {
  const Ran ran = castra("check " + file("w.castra", "Task a GPU;\nTask a CPU;\n") + " 2>&1");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr("warning[W0301]"));
}

TEST_F(LanguageCommands, CheckAsJson) {
  const Ran ran = castra("check --json " + file("bad.castra", "Task * GPU Task a CPU;"));
  EXPECT_EQ(ran.code, 1);
  const auto json = nlohmann::json::parse(ran.output);
  EXPECT_FALSE(json["ok"].get<bool>());
  ASSERT_EQ(json["diagnostics"].size(), 1u);
  const auto& finding = json["diagnostics"][0];
  EXPECT_EQ(finding["code"], "E0105");
  EXPECT_EQ(finding["line"], 1);
  EXPECT_EQ(finding["column"], 11);
  EXPECT_EQ(finding["fixes"][0]["replacement"], ";");
}

TEST_F(LanguageCommands, JsonSurvivesBytesThatAreNoText) {
  const Ran ran = castra("check --json " + file("bad.castra", "Task \"\xff\xfe\" GPX; \xc3\n"));
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(nlohmann::json::accept(ran.output)) << ran.output;
}

TEST_F(LanguageCommands, CheckAgainstAMachine) {
  const Ran ran = castra("check --machine p100x4 " + file("omp.castra", "Task * OMP;") + " 2>&1");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr("warning[W0308]: machine `p100x4` has no OMP processors"));
}

TEST_F(LanguageCommands, MissingFilesAreTheEnvironmentsFault) {
  for (const std::string& arguments :
       {std::string("check /nowhere.castra"), std::string("check /"),
        "check --program /nowhere " + file("a.castra", ""),
        "check --machine nosuch " + file("a.castra", ""),
        "check --program " + file("p.json", "{}") + " " + file("a.castra", "")}) {
    const Ran ran = castra(arguments + " 2>&1");
    EXPECT_EQ(ran.code, 3) << arguments << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("castra: ")) << arguments;
  }
}

TEST_F(LanguageCommands, WrongUse) {
  const std::string good = file("good.castra", good_);
  for (const std::string& arguments : std::vector<std::string>{
           "check", "check --nonsense " + good, "explain", "explain --task foo --kind GPX " + good,
           "eval " + good, "eval " + good + " f --domain 4y4 --machine 2x4",
           "eval " + good + " f --domain 0 --machine 2x4",
           "eval " + good + " f --domain 4 --machine 2y4",
           "eval " + good + " f --domain 4 --machine 2x4 --origin 1,1"}) {
    const Ran ran = castra(arguments + " 2>&1");
    EXPECT_EQ(ran.code, 2) << arguments << "\n" << ran.output;
  }
}

TEST_F(LanguageCommands, ExplainNamesTheRules) {
  const std::string good = file("good.castra", good_);
  const Ran ran = castra("explain " + good + " --task foo --region r");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr("task foo on GPU, region r"));
  EXPECT_THAT(ran.output, HasSubstr(good + ":2: Region * r GPU ZCMEM;"));
  EXPECT_THAT(ran.output, HasSubstr(good + ":3: Layout * * * SOA;"));
  EXPECT_THAT(ran.output, HasSubstr(good + ":4: Layout foo * * C_order;"));
  const auto json =
      nlohmann::json::parse(castra("explain " + good + " --task foo --region other --json").output);
  EXPECT_EQ(json["decisions"][0]["value"], "GPU, CPU");
  EXPECT_TRUE(json["decisions"][2]["value"].is_null()) << "left to the program";
}

TEST_F(LanguageCommands, EvalGivesEveryPoint) {
  const std::string good = file("good.castra", good_);
  const Ran table = castra("eval " + good + " f --domain 3 --machine 2x2 --origin 1");
  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(table.output,
            "point  node  GPU\n(1)       1  0,1\n(2)       0  0,1\n(3)       1  0,1\n");
  const auto json = nlohmann::json::parse(
      castra("eval " + good + " f --domain 2 --machine p100x4 --json").output);
  EXPECT_EQ(json["kind"], "GPU");
  EXPECT_EQ(json["points"][1]["point"], nlohmann::json::array({1}));
  EXPECT_EQ(json["points"][1]["node"], 0);
  EXPECT_EQ(json["points"][1]["processors"].size(), 4u);
}

TEST_F(LanguageCommands, EvalReportsFailingPoints) {
  const std::string bad =
      file("b.castra", "m = Machine(GPU); def f(Task t) { return m[t.ipoint[0], 0]; }");
  const Ran ran = castra("eval " + bad + " f --domain 3 --machine 2x2 2>&1");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(
      ran.output,
      HasSubstr("error[E0501]: index 0 of `m` is 2, outside 0..1 (in `f` at line 1, point (2)"));
  const Ran unknown = castra("eval " + bad + " g --domain 3 --machine 2x2 2>&1");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("there is no function `g`"));
  EXPECT_THAT(unknown.output, HasSubstr("b.castra: error[E0514]: there is no function `g`"))
      << "no location: the name is not in the file";
  const Ran near = castra("eval " + bad + " F --domain 3 --machine 2x2 2>&1");
  EXPECT_THAT(near.output, HasSubstr("did you mean `f`?"));
  EXPECT_EQ(castra("eval " + bad + " f --domain 3 --machine nosuch 2>&1").code, 3);
  EXPECT_EQ(castra("eval " + bad + " f --domain 3 --machine no/such.toml 2>&1").code, 3);
  EXPECT_EQ(castra("eval " + bad + " f --domain 3 --machine 2x 2>&1").code, 2);
}

TEST_F(LanguageCommands, CompatObeysAsThePublishedImplementation) {
  const std::string path = file("twice.castra", "Task a GPU;\nTask a CPU;\n");
  EXPECT_THAT(castra("explain " + path + " --task a --kind GPU").output, HasSubstr("CPU"));
  const Ran old = castra("explain " + path + " --task a --kind GPU --compat dslmapper");
  EXPECT_EQ(old.code, 0);
  EXPECT_THAT(old.output, HasSubstr("twice.castra:1"));
  EXPECT_THAT(castra("check " + path + " --compat dslmapper 2>&1").output, HasSubstr("W0362"));
  const std::string wild =
      file("wild.castra", "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0] - 1]; }\n");
  const std::string question = "eval " + wild + " f --domain 1 --machine 1x2";
  EXPECT_EQ(castra(question).code, 1);
  EXPECT_EQ(castra(question + " --compat dslmapper").code, 0);
  const Ran unknown = castra("check " + path + " --compat dsl 2>&1");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.output, HasSubstr("`dslmapper` or `dslmapper-names`"));
}

TEST_F(LanguageCommands, ImportConvertsOldForms) {
  const std::string old =
      file("old.map",
           "m = Machine(GPU);\n"
           "def f(IPoint p, ISpace s, MSpace n) { return (p[0] % n.size[0], p[1] % n.size[1]); }\n"
           "IndexTaskMap * m f;\n");
  const Ran shown = castra("import " + old);
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.output, HasSubstr("IndexTaskMap * f_on_m;"));
  const std::string made = file("made.castra", "");
  EXPECT_EQ(castra("import " + old + " -o " + made).code, 0);
  EXPECT_EQ(castra("eval " + made + " f_on_m --domain 2x2 --machine 2x2").code, 0);
  const Ran none = castra("import " + file("new.castra", "Task * GPU;\n") + " 2>&1");
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.output, HasSubstr("E0160"));
  const Ran d0 = castra("import --dialect d0 - < " + file("d0.map", "task h.init CPU\n"));
  EXPECT_EQ(d0.code, 0);
  EXPECT_THAT(d0.output, HasSubstr("Task \"h.init\" CPU;"));
  EXPECT_EQ(castra("import " + old + " --dialect d7 2>&1").code, 2);
}

TEST_F(LanguageCommands, AnUnusedConstantIsNoLineOfTheFile) {
  const std::string path = file("c.castra", "Task * GPU;\n");
  const Ran text = castra("check " + path + " -D ZZ=1 2>&1");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.output, HasSubstr("c.castra: warning[W0321]: constant `ZZ` is never used"));
  EXPECT_THAT(text.output, HasSubstr("`-D ZZ=1`"));
  EXPECT_THAT(castra("check --json " + path + " -D ZZ=1").output, HasSubstr("W0321"));
  EXPECT_THAT(castra("check " + path + " -D _ZZ=1 2>&1").output, Not(HasSubstr("warning")));
}

}  // namespace
}  // namespace castra::cli
