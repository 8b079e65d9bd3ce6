#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"

/// castra diff, dump, explain and eval with a recorded program, and the findings of wrong programs
/// as JSON.
namespace castra::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// Task "main" (CPU), launched singly; task "sweep" (GPU) over 4x4 points with 2 arguments; task
/// "twice" (GPU) over 2 and 4 points.
constexpr const char* kProgram =
    R"({"format": "castra-program", "version": 0, "command": ["./sweep"],
 "machine": {"name": "m", "description": "", "nodes": 2,
  "processors": [{"kind": "CPU", "per_node": 2, "model": ""}, {"kind": "GPU", "per_node": 4, "model": ""}],
  "memories": [
   {"kind": "SYSMEM", "per_node": 1, "capacity": 8589934592, "visible_from": ["CPU"], "source": "example"},
   {"kind": "FBMEM", "per_node": 4, "capacity": 4294967296, "visible_from": ["GPU"], "source": "example"}]},
 "tasks": [
  {"id": 1, "name": "main", "variants": [{"id": 1, "processor": "CPU", "leaf": false, "inner": false}]},
  {"id": 2, "name": "sweep", "variants": [{"id": 2, "processor": "GPU", "leaf": true, "inner": false}]},
  {"id": 3, "name": "twice", "variants": [{"id": 3, "processor": "GPU", "leaf": true, "inner": false}]}],
 "launches": [
  {"task": "main", "domain": null, "count": 1, "requirements": [
    {"index": 0, "privilege": "RW", "reduction": 0, "names": ["cells"],
     "fields": [{"id": 1, "name": "value", "size": 8}], "dimensions": 2, "bytes": 1, "max_bytes": 1}],
   "total_time_ns": 0, "timed_points": 0},
  {"task": "twice", "domain": {"lo": [0], "hi": [1]}, "count": 1, "requirements": [], "total_time_ns": 0, "timed_points": 0},
  {"task": "twice", "domain": {"lo": [0], "hi": [3]}, "count": 1, "requirements": [], "total_time_ns": 0, "timed_points": 0},
  {"task": "sweep", "domain": {"lo": [0, 0], "hi": [3, 3]}, "count": 10, "requirements": [
    {"index": 0, "privilege": "RW", "reduction": 0, "names": ["cells"],
     "fields": [{"id": 1, "name": "value", "size": 8}], "dimensions": 2, "bytes": 8192, "max_bytes": 512},
    {"index": 1, "privilege": "RO", "reduction": 0, "names": ["ghost", "cells"],
     "fields": [{"id": 1, "name": "value", "size": 8}], "dimensions": 2, "bytes": 1024, "max_bytes": 64}],
   "total_time_ns": 0, "timed_points": 0}]})";

class ProgramTools : public InFolder {
 protected:
  void SetUp() override { file("p.json", kProgram); }
  Ran run(const std::string& arguments) const {
    return castra_in(folder_.path(), arguments + " 2>&1");
  }
};

TEST_F(ProgramTools, DiffAndDumpKnowEveryStatement) {
  file("left.castra",
       "Task * GPU, CPU;\nm = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\n"
       "SingleTaskMap main f;\nInstanceLimit sweep 2;\nTaskSteal sweep GPU ANY_NODE;\n"
       "ControlReplicate main;\nCollectMemory sweep 1;\n");
  file("right.castra",
       "Task * GPU, CPU;\nm = Machine(CPU);\ndef f(Task t) { return m[0, 1]; }\n"
       "SingleTaskMap main f;\nInstanceLimit sweep 3;\nTaskSteal sweep GPU SAME_NODE;\n");
  EXPECT_EQ(run("diff left.castra left.castra --program p.json").code, 0);
  const Ran ran = run("diff left.castra right.castra --program p.json");
  EXPECT_EQ(ran.code, 1);
  for (const char* expected :
       {"task main: control replicated\n  < yes", "task sweep: instance limit\n  < 2 ",
        "task sweep: task steal\n  < ANY_NODE", "task sweep, argument 1: collected\n  < yes",
        "launch of main: placement of the single task\n  < 0.0 "})
    EXPECT_THAT(ran.output, HasSubstr(expected));
  const auto json =
      nlohmann::json::parse(run("dump left.castra --mapping --program p.json").output);
  EXPECT_EQ(json["tasks"][1]["instance_limit"], 2);
  EXPECT_EQ(json["tasks"][1]["arguments"][1]["collected_by"]["line"], 8);
  EXPECT_EQ(json["singles"][0]["placement"]["processors"], nlohmann::json::array({0}));
}

TEST_F(ProgramTools, DiffSaysWhatItCouldNotCompare) {
  const std::string head = "Task * GPU;\nm = Machine(GPU);\ndef f(Task t) { return m[0, ";
  file("left.castra", head + "t.region_bytes(0) > 10 ? 1 : 0]; }\nIndexTaskMap sweep f;\n");
  file("right.castra", head + "t.region_bytes(0) > 10 ? 2 : 3]; }\nIndexTaskMap sweep f;\n");
  const Ran ran = run("diff left.castra right.castra");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("task sweep: placement on GPU: not compared\n"));
  EXPECT_THAT(ran.output, HasSubstr("known with --program, and they are written differently\n"));
  EXPECT_THAT(ran.output, HasSubstr("\nno difference, 1 not compared\n"));
  const auto json = nlohmann::json::parse(run("diff --json left.castra right.castra").output);
  EXPECT_FALSE(json["equal"].get<bool>());
  EXPECT_TRUE(json["differences"][0].contains("not_compared"));
  EXPECT_THAT(run("diff left.castra right.castra --program p.json").output,
              HasSubstr("16 of 16 points differ"));
  EXPECT_EQ(run("diff left.castra left.castra").code, 0);
}

TEST_F(ProgramTools, ExplainShowsLayoutsWhereNoRuleDecidesTheMemory) {
  file("a.castra", "Task * GPU;\nLayout sweep 1 GPU SOA C_order;\nLayout sweep 0 FBMEM AOS;\n");
  const Ran one = run("explain a.castra --task sweep --argument 1 --program p.json");
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.output, ContainsRegex("layout +SOA C_order +contributes +a.castra:2: Layout"));
  EXPECT_THAT(run("explain a.castra --task sweep --argument 0 --program p.json").output,
              ContainsRegex("layout in FBMEM +AOS +contributes +a.castra:3: Layout"));
  const Ran all = run("explain a.castra --program p.json");
  EXPECT_THAT(all.output, ContainsRegex("argument 0, region cells +- +AOS +1 3"));
  EXPECT_THAT(all.output, ContainsRegex("argument 1, region ghost, cells +- +SOA C_order +1 2"));
}

TEST_F(ProgramTools, ExplainLeavesOutTasksWithoutAVariant) {
  file("a.castra", "Task * GPU, CPU;\n");
  EXPECT_THAT(run("explain a.castra --program p.json").output, HasSubstr("main"));
  const Ran gpu = run("explain a.castra --kind GPU --program p.json");
  EXPECT_THAT(gpu.output, Not(HasSubstr("main")));
  EXPECT_THAT(gpu.output, HasSubstr("sweep"));
}

TEST_F(ProgramTools, EvalKnowsARecordedLaunch) {
  file("a.castra",
       "m = Machine(GPU);\n"
       "def f(Task t) { return m[0, t.region_bytes(0) > 4096 && t.name == \"sweep\" ? 1 : 0]; }\n"
       "c = Machine(CPU);\ndef g(Task t) { return c[0, t.region_bytes(0)]; }\n"
       "SingleTaskMap main g;\n");
  EXPECT_THAT(run("eval a.castra f --task sweep --domain 4x4 --machine 2x4").output,
              HasSubstr("error[E0523]"));
  const std::string points = run("eval a.castra f --task sweep --program p.json --json").output;
  const auto json = nlohmann::json::parse(points);
  ASSERT_EQ(json["points"].size(), 16u);
  EXPECT_EQ(json["points"][15]["processor"], 1);
  EXPECT_EQ(
      run("eval a.castra f --task sweep --domain 4x4 --machine 2x4 --program p.json --json").output,
      points);
  EXPECT_THAT(run("eval a.castra --single main --on CPU:1:0 --program p.json").output,
              ContainsRegex("main +0 +1 "));
}

TEST_F(ProgramTools, EvalSaysWhichLaunchesThereAre) {
  file("a.castra", "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\n");
  const auto refused = [&](const std::string& arguments, const std::string& expected) {
    const Ran ran = run("eval a.castra --program p.json " + arguments);
    EXPECT_EQ(ran.code, 2) << arguments;
    EXPECT_THAT(ran.output, HasSubstr(expected)) << arguments;
  };
  refused("f", "--program needs --task");
  refused("f --task swep", "did you mean `sweep`?");
  refused("f --task main", "it is launched singly");
  refused("f --task sweep --domain 4", "it is launched over [(0,0)..(3,3)]");
  refused("f --task sweep --domain 4x4 --origin 1,1", "does not launch task `sweep` over");
  refused("f --task sweep --origin 1,1", "--origin needs --domain");
  refused("f --task twice", "choose one with --domain");
  refused("--single sweep --on GPU:0:0", "does not launch task `sweep` singly");
  EXPECT_EQ(run("eval a.castra f --task twice --domain 4 --program p.json").code, 0);
  EXPECT_EQ(run("eval a.castra f --domain 4").code, 2) << "no machine";
  EXPECT_EQ(run("eval a.castra f --task sweep --program none.json").code, 3);
}

TEST_F(ProgramTools, FindingsAreJsonWhereJsonIsAskedFor) {
  file("wrong.castra", "Task a;\n");
  file("right.castra", "m = Machine(GPU);\ndef f(Task t) { return m[9, 0]; }\n");
  for (const std::string command :
       {"explain wrong.castra", "eval wrong.castra f --domain 4 --machine 2x4",
        "eval wrong.castra --single a --on GPU:0:0 --machine 2x4",
        "eval right.castra f --domain 4 --machine 2x4", "diff wrong.castra right.castra",
        "diff right.castra wrong.castra", "dump wrong.castra --ast", "dump wrong.castra --policy",
        "import wrong.castra"}) {
    const Ran ran = castra_in(folder_.path(), command + " --json 2>err");
    EXPECT_EQ(ran.code, 1) << command;
    EXPECT_EQ(read_file(folder_.path() + "/err").value(), "") << command;
    const auto json = nlohmann::json::parse(ran.output, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << command << "\n" << ran.output;
    EXPECT_EQ(json["format"], "castra-check") << command;
    EXPECT_FALSE(json["ok"].get<bool>()) << command;
    EXPECT_EQ(json["diagnostics"][0]["severity"], "error") << command;
  }
}

TEST_F(ProgramTools, ImportAsJsonHasTheProgram) {
  file("old.txt", "task a,GPU\n");
  const auto json = nlohmann::json::parse(run("import old.txt --dialect d0 --json").output);
  EXPECT_TRUE(json["ok"].get<bool>()) << json;
  EXPECT_THAT(json["text"].get<std::string>(), HasSubstr("Task a GPU;"));
}

}  // namespace
}  // namespace castra::cli
