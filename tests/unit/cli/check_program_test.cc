#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program/json.h"
#include "run_castra.h"

/// castra check --program --machine as a user runs it.
namespace castra::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "sweep" over 8 points (CPU and GPU), which writes "cells" of 1 GiB a point.
Program program() {
  Program p;
  p.machine.name = "recorded";
  p.machine.processors = {{ProcessorKind::Cpu, 1, ""}};
  p.tasks = {
      {1, "sweep", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}}};
  Requirement cells;
  cells.privilege = Privilege::ReadWrite;
  cells.names = {"cells"};
  cells.fields = {{1, "value", Bytes{8}}};
  cells.max_bytes = Bytes{std::uint64_t{1} << 30};
  cells.bytes = Bytes{std::uint64_t{8} << 30};
  p.launches = {{"sweep", rect_of_extents({8}), 1, {cells}, {}, 0}};
  return p;
}

class CheckProgram : public InFolder {
 protected:
  Ran check(const std::string& mapping, const std::string& options) {
    return castra("check " + file("m.castra", mapping) + " --program " +
                  file("p.program.json", to_json(program())) + " " + options);
  }
  /// The findings as JSON, and the exit code checked against them.
  nlohmann::json findings(const std::string& mapping, const std::string& options) {
    const Ran ran = check(mapping, options + " --json");
    auto json = nlohmann::json::parse(ran.output, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << ran.output;
    EXPECT_EQ(ran.code, json["ok"].get<bool>() ? 0 : 1) << ran.output;
    return json["diagnostics"];
  }
  static std::vector<std::string> codes(const nlohmann::json& findings) {
    std::vector<std::string> out;
    for (const auto& finding : findings) out.push_back(finding["code"]);
    return out;
  }
  const std::string even_ =
      "Task * GPU;\nRegion * * GPU FBMEM;\nm = Machine(GPU);\n"
      "def f(Task t) { return m[0, t.ipoint[0] % m.size[1]]; }\nIndexTaskMap sweep f;\n";
};

TEST_F(CheckProgram, ASoundMappingIsOk) {
  const Ran ran = check(even_, "--machine p100x4 2>&1");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr("m.castra: ok"));
  EXPECT_THAT(codes(findings(even_, "--machine p100x4")), IsEmpty());
}

TEST_F(CheckProgram, WhatCannotWorkIsAnErrorWithItsPlace) {
  const std::string text = even_ + "Region sweep cells GPU SYSMEM;\n";
  const Ran ran = check(text, "--machine p100x4 2>&1 >/dev/null");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("m.castra:6:1: error[E0241]: argument 0 (cells) of task "
                                    "`sweep` is to live in SYSMEM"));
  EXPECT_THAT(ran.output, HasSubstr("help: GPU processors see FBMEM (15.0 GiB), ZCMEM (2.00 GiB)"));
  const auto json = findings(text, "--machine p100x4");
  EXPECT_THAT(codes(json), ElementsAre("W0336", "E0241"));
  EXPECT_EQ(json[1]["line"], 6);
}

TEST_F(CheckProgram, AFailingMapHasAFix) {
  std::string text = even_;
  text.replace(text.find("m[0, t.ipoint[0] % m.size[1]]"), 29, "m[t.ipoint[0] % m.size[1], 0]");
  const auto json = findings(text, "--machine p100x4");
  EXPECT_THAT(codes(json), ElementsAre("E0501"));
  EXPECT_THAT(json[0]["message"].get<std::string>(), HasSubstr("point (1)"));
  EXPECT_EQ(json[0]["fixes"][0]["replacement"], "0");
}

TEST_F(CheckProgram, WarningsLeaveTheExitCode) {
  std::string text = even_;
  text.replace(text.find("t.ipoint[0] % m.size[1]"), 23, "0");
  const auto json = findings(text, "--machine p100x4");
  EXPECT_THAT(codes(json), ElementsAre("W0337"));
  EXPECT_EQ(json[0]["severity"], "warning");
}

TEST_F(CheckProgram, TheRecordedMachineIsUsedWithoutAnother) {
  const std::string text =
      "Task * CPU;\nc = Machine(CPU);\n"
      "def f(Task t) { return c[0, t.ipoint[0]]; }\nIndexTaskMap sweep f;\n";
  EXPECT_THAT(codes(findings(text, "")), ElementsAre("E0501"));
}

TEST_F(CheckProgram, NamesOfTheProgram) {
  const auto json = findings("Task sweeep GPU;\nRegion sweep cels GPU FBMEM;\n", "");
  EXPECT_THAT(codes(json), ElementsAre("W0305", "W0306"));
  EXPECT_EQ(json[0]["fixes"][0]["replacement"], "sweep");
  EXPECT_EQ(json[1]["help"], "did you mean `cells`?");
}

TEST_F(CheckProgram, AMachineAloneTriesFunctions) {
  const std::string path = file("m.castra", even_ + "def g(Task t) { return m[0, 4]; }\n");
  const Ran ran = castra("check " + path + " --machine p100x4 2>&1");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("error[E0240]: `g` fails at every point of every launch: index "
                                    "1 of `m` is 4, outside 0..3"));
}

}  // namespace
}  // namespace castra::cli
