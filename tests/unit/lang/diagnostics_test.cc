#include "lang/diagnostics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "lang/check_against.h"
#include "lang/diagnostic_examples.h"
#include "lang/manual.h"
#include "lang_test_util.h"
#include "support/file.h"

/// Every row of diagnostics.def is run; so that the manual made from it cannot be wrong.
namespace castra::lang {
namespace {

const Samples& samples() {
  static const Samples kSamples =
      load_samples(std::string(CASTRA_SOURCE_DIR) + "/share/castra").value();
  return kSamples;
}

std::vector<std::string> codes() {
  std::vector<std::string> codes;
  for (const FindingInfo& row : finding_table()) codes.emplace_back(row.code);
  return codes;
}

/// The example of every row gives that finding and no other.
class Row : public testing::TestWithParam<std::string> {};

TEST_P(Row, ExampleGivesThisFindingAlone) {
  const FindingInfo& row = *find_code(GetParam());
  ASSERT_FALSE(row.example.empty());
  const ExampleRun run = run_example(row, samples());
  const std::string rendered = render_all(*run.source, run.sink);
  std::set<std::string> codes;
  bool fix = false;
  for (const Diagnostic& d : run.sink.diagnostics()) {
    codes.insert(d.code);
    if (d.code != row.code) continue;
    fix = fix || !d.fixes.empty();
    EXPECT_TRUE(d.message.starts_with(fill_message(row.message, d.arguments))) << d.message;
  }
  std::set<std::string> expected = {std::string(row.code)};
  if (!row.also.empty()) expected.insert(std::string(row.also));
  EXPECT_EQ(codes, expected) << rendered;
  EXPECT_EQ(fix, row.fix) << rendered;
  EXPECT_EQ(run.sink.has_errors(), row.severity == Severity::Error) << rendered;
}

TEST_P(Row, IsWellFormed) {
  const FindingInfo& row = *find_code(GetParam());
  const char letter = row.severity == Severity::Error     ? 'E'
                      : row.severity == Severity::Warning ? 'W'
                                                          : 'N';
  EXPECT_EQ(row.code.front(), letter);
  EXPECT_EQ(row.code.size(), 5u);
  EXPECT_NE(row.message.back(), '.');
  EXPECT_EQ(row.why.back(), '.');
  EXPECT_EQ(find_code(row.code)->finding, row.finding) << "codes are unique";
  EXPECT_EQ(&info(row.finding), find_code(row.code));
}

INSTANTIATE_TEST_SUITE_P(Findings, Row, testing::ValuesIn(codes()),
                         [](const auto& row) { return row.param; });

TEST(Findings, EvaluationErrorsNamePointAndValues) {
  const ExampleRun run = run_example(info(Finding::IndexOutsideMachine), samples());
  ASSERT_EQ(run.sink.diagnostics().size(), 1u);
  EXPECT_NE(run.sink.diagnostics()[0].message.find("point ("), std::string::npos);
}

TEST(Findings, RepetitionsOfExamplesAreWrittenOut) {
  const std::string text = example_text(info(Finding::ChainTooLong));
  EXPECT_TRUE(text.starts_with("_x = 1 + 1 + 1")) << text;
  EXPECT_TRUE(text.ends_with(" + 1;")) << text;
  EXPECT_EQ(std::ranges::count(text, '+'), 1001) << "one more than are allowed";
}

TEST(Findings, SoundRulesComparedWithTheSamplesGiveNothing) {
  const Compiled sound = compile_text(
      "Task calculate_new_currents GPU, CPU; Region * rp_shared, 1 CPU FBMEM, SYSMEM;");
  DiagnosticSink sink;
  check_against_program(*sound.policy, samples().programs.at("sample"), sink);
  check_against_machine(*sound.policy, samples().machines.at("cpu2"), sink);
  EXPECT_TRUE(sink.diagnostics().empty()) << render_all(*sound.source, sink);
}

/// CASTRA_UPDATE_GOLDEN=1 rewrites the page.
TEST(Manual, PageIsWhatTheTableGives) {
  const std::string path = std::string(CASTRA_SOURCE_DIR) + "/docs/diagnostics.md";
  const std::string manual = diagnostics_manual(samples());
  if (std::getenv("CASTRA_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, manual));
  }
  EXPECT_TRUE(read_file(path).value_or("") == manual)
      << "run `castra diagnostics --manual > docs/diagnostics.md`";
}

TEST(Manual, ExplanationShowsTheExampleAndWhatItPrints) {
  const std::string text = explain(info(Finding::MissingSemicolon), samples());
  EXPECT_NE(text.find("error[E0105]: missing `;` after {before}\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    Task * GPU Task foo CPU;\n"), std::string::npos) << text;
  EXPECT_NE(text.find("example.castra:1:11: error[E0105]"), std::string::npos) << text;
}

TEST(Messages, PlacesAreFilledByName) {
  EXPECT_EQ(argument_count("a {b} {{c}} {d:int} {}"), 3u);
  EXPECT_EQ(argument_of("a {b} {{c}} {d:int} {}", 1).text, "d");
  EXPECT_TRUE(argument_of("a {b} {{c}} {d:int} {}", 1).integer);
  const auto arguments = name_arguments("{b} {d:int}", {std::string("x"), std::int64_t{-3}});
  ASSERT_EQ(arguments.size(), 2u);
  EXPECT_EQ(arguments[1].name, "d");
  EXPECT_EQ(fill_message("{{{d:int}}} `{b}` {other}", arguments), "{-3} `x` ");
  EXPECT_EQ(name_arguments("{b}", {std::int64_t{1}, std::int64_t{2}}).size(), 1u);
  EXPECT_EQ(fill_message("broken {", {}), "broken ");
}

TEST(Messages, OldWordingIsChosenByArgument) {
  const Compiled machine = compile_text("x = Machine(GPU).shape;");
  EXPECT_EQ(old_wording(machine.diagnostics.at(0), 1), "MSpace only support Volume/Size/LEN");
  const Compiled undefined = compile_text("x = mgpu;");
  EXPECT_EQ(old_wording(undefined.diagnostics.at(0), 1), "mgpu not found");
  const Compiled syntax = compile_text("Task * GPU; @");
  EXPECT_EQ(old_wording(syntax.diagnostics.at(0), 7),
            "Error at line 7:\tUnrecognized character: @");
  const Compiled silent = compile_text("Layout * * * Align==100;");
  EXPECT_EQ(old_wording(silent.diagnostics.at(0), 1), "");
}

TEST(Findings, RecordedLaunchesAreTried) {
  Program program;
  program.tasks.push_back({1, "work", {{1, ProcessorKind::Gpu, true, false}}});
  Launch launch;
  launch.task = "work";
  launch.domain = rect_of_extents({9});
  program.launches.push_back(launch);
  Machine machine;
  machine.name = "gpus";
  machine.processors.push_back({ProcessorKind::Gpu, 4, ""});
  const Compiled c = compile_text(
      "Task * GPU; m = Machine(GPU); def f(Task t) { return m[t.ipoint[0] / m.size[1], 0]; } "
      "IndexTaskMap * f;");
  ASSERT_NE(c.policy, nullptr);
  DiagnosticSink sink;
  check_launches(*c.policy, program, machine, sink);
  ASSERT_EQ(sink.diagnostics().size(), 1u);
  EXPECT_EQ(sink.diagnostics()[0].code, "E0501");
}

TEST(Findings, WhatCannotRunOnTheMachineIsAnErrorAtItsRule) {
  Program program;
  program.tasks.push_back({1, "work", {{1, ProcessorKind::Cpu, true, false}}});
  Launch launch;
  launch.task = "work";
  launch.requirements.push_back({});
  launch.requirements[0].privilege = Privilege::ReadWrite;
  program.launches.push_back(launch);
  Machine machine;
  machine.name = "cpus";
  machine.processors.push_back({ProcessorKind::Cpu, 2, ""});
  for (const char* memory : {"FBMEM", "VIRTUAL"}) {
    const Compiled c = compile_text(std::string("Task * CPU;\nRegion * * * ") + memory + ";");
    ASSERT_NE(c.policy, nullptr);
    DiagnosticSink sink;
    check_runs(*c.policy, program, machine, sink);
    ASSERT_EQ(sink.error_count(), 1u) << memory;
    EXPECT_EQ(sink.diagnostics()[0].code,
              info(std::string_view(memory) == "VIRTUAL" ? Finding::VirtualArgument
                                                         : Finding::UnreachableMemory)
                  .code);
    EXPECT_EQ(c.source->locate(sink.diagnostics()[0].span.begin).line, 2);
  }
}

}  // namespace
}  // namespace castra::lang
