#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "lang/bind.h"
#include "lang/check_against.h"
#include "lang/diagnostic_examples.h"
#include "lang/policy.h"
#include "lang/repair.h"
#include "support/file.h"

/// Programs with the mistakes that language models make, examined with the sample program on a
/// machine with four GPUs. Beside X.castra stands either X.intended, a correct program written by
/// hand, and X.repaired, what `castra check --fix` makes of it, which must decide the same; or
/// X.rejected, the findings that remain, the first of which must be enough for the right repair (a
/// person read them). CASTRA_UPDATE_GOLDEN=1 rewrites .repaired and .rejected.
namespace castra::lang {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = std::string(CASTRA_SOURCE_DIR) + "/tests/repair/";
const std::string kShare = std::string(CASTRA_SOURCE_DIR) + "/share/castra";

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".castra") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

const Program& program() {
  static const Program kProgram = load_samples(kShare).value().programs.at("sample");
  return kProgram;
}

Machine machine(int nodes) {
  Machine machine = load_machine("p100x4", kShare).value();
  machine.nodes = nodes;
  return machine;
}

void examine(std::shared_ptr<const SourceFile> source, DiagnosticSink& sink) {
  const auto policy = compile(std::move(source), sink);
  if (!policy) return;
  const Machine here = machine(1);
  check_against(*policy, &program(), &here, sink);
}

std::shared_ptr<const SourceFile> read(const std::string& name) {
  return std::make_shared<const SourceFile>(name, read_file(kFolder + name).value());
}

/// All that a program decides about the sample program, on one node and on three.
std::string decisions(const std::shared_ptr<const SourceFile>& source) {
  DiagnosticSink sink;
  const auto policy = compile(source, sink);
  if (!policy) return "does not compile:\n" + render_all(*source, sink);
  return bind(*policy, program(), machine(1)).fingerprint() + "\n" +
         bind(*policy, program(), machine(3)).fingerprint();
}

void compare_golden(const std::string& name, const std::string& actual) {
  if (std::getenv("CASTRA_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(kFolder + name, actual));
  }
  const auto expected = read_file(kFolder + name);
  ASSERT_TRUE(expected) << name << " is missing; set CASTRA_UPDATE_GOLDEN=1 to write it";
  EXPECT_EQ(actual, *expected);
}

class MistakenProgram : public testing::TestWithParam<std::string> {};

TEST_P(MistakenProgram, IsRepairedOrRejectedWithTheRightAdvice) {
  const std::string& name = GetParam();
  const auto source = read(name + ".castra");
  DiagnosticSink before;
  examine(source, before);
  const Repair repaired = repair(source, examine);
  if (!fs::exists(kFolder + name + ".intended")) {
    EXPECT_FALSE(repaired.remaining.diagnostics().empty());
    return compare_golden(name + ".rejected", render_all(*repaired.source, repaired.remaining));
  }
  EXPECT_FALSE(repaired.remaining.has_errors()) << render_all(*repaired.source, repaired.remaining);
  compare_golden(name + ".repaired", repaired.text);
  EXPECT_EQ(decisions(repaired.source), decisions(read(name + ".intended"))) << repaired.text;
}

TEST_P(MistakenProgram, RepairIsStable) {
  const Repair once = repair(read(GetParam() + ".castra"), examine);
  const Repair twice = repair(once.source, examine);
  EXPECT_EQ(twice.text, once.text);
  EXPECT_TRUE(twice.applied.empty());
}

INSTANTIATE_TEST_SUITE_P(Repair, MistakenProgram, testing::ValuesIn(cases()),
                         [](const auto& mistaken) { return mistaken.param; });

SourceFile text(const std::string& content) { return SourceFile("t.castra", content); }

Diagnostic finding(std::vector<FixIt> fixes) {
  Diagnostic d;
  d.code = "E0000";
  d.fixes = std::move(fixes);
  if (!d.fixes.empty()) d.span = d.fixes.front().span;
  return d;
}

TEST(ApplyFixes, EditsOfOneFindingGoTogetherOrNotAtAll) {
  std::vector<AppliedFix> applied;
  const SourceFile source = text("abcdef");
  const auto both = finding({{{0, 1}, "X"}, {{4, 5}, "Y"}});
  const auto overlapping = finding({{{2, 3}, "Z"}, {{4, 6}, "Q"}});
  EXPECT_EQ(apply_fixes(source, {both, overlapping}, 1, applied), "XbcdYf");
  EXPECT_EQ(applied.size(), 1u);
}

TEST(ApplyFixes, TheSameEditOfTwoFindingsIsMadeOnce) {
  std::vector<AppliedFix> applied;
  const auto insert = finding({{{3, 3}, "!"}});
  EXPECT_EQ(apply_fixes(text("abcdef"), {insert, insert}, 1, applied), "abc!def");
  EXPECT_EQ(applied.size(), 2u);
}

TEST(ApplyFixes, UncertainAndImpossibleEditsAreLeftOut) {
  std::vector<AppliedFix> applied;
  auto guess = finding({{{0, 1}, "X"}});
  guess.fix_is_certain = false;
  const auto outside = finding({{{2, 99}, "Y"}});
  const auto backwards = finding({{{3, 2}, "Y"}});
  EXPECT_EQ(apply_fixes(text("abc"), {guess, outside, backwards}, 1, applied), "abc");
  EXPECT_TRUE(applied.empty());
}

TEST(Repair, FixesThatUndoEachOtherEnd) {
  const Examine flip = [](std::shared_ptr<const SourceFile> source, DiagnosticSink& sink) {
    sink.report(finding({{{0, 1}, source->text() == "a" ? "b" : "a"}}));
  };
  EXPECT_EQ(repair(std::make_shared<const SourceFile>("t", "a"), flip).text, "b");
}

TEST(Repair, FixesThatNeverEndAreBounded) {
  const Examine grow = [](std::shared_ptr<const SourceFile>, DiagnosticSink& sink) {
    sink.report(finding({{{0, 0}, ";"}}));
  };
  EXPECT_EQ(repair(std::make_shared<const SourceFile>("t", ""), grow).text,
            std::string(kMaxRepairPasses, ';'));
}

TEST(Repair, EditsThatAddSyntaxErrorsAreTakenBack) {
  // One finding breaks the statement, the other one is harmless.
  const Examine breaking = [](std::shared_ptr<const SourceFile> source, DiagnosticSink& sink) {
    const std::size_t semicolon = source->text().find(';');
    const std::size_t name = source->text().find("foo");
    if (semicolon != std::string::npos) {
      const auto at = static_cast<std::uint32_t>(semicolon);
      sink.report(finding({{{at, at}, " )"}}));
    }
    if (name != std::string::npos) {
      const auto at = static_cast<std::uint32_t>(name);
      sink.report(finding({{{at, at + 3}, "bar"}}));
    }
  };
  const Repair done = repair(std::make_shared<const SourceFile>("t", "Task foo GPU;\n"), breaking);
  EXPECT_EQ(done.text, "Task bar GPU;\n");
  EXPECT_EQ(done.applied.size(), 1u);
  EXPECT_EQ(done.remaining.diagnostics().size(), 1u);
}

TEST(Repair, ErrorsThatARepairUncoversAreRepairedToo) {
  const auto source = std::make_shared<const SourceFile>(
      "t",
      "m = Machine(GPU);\ndef f(Tsak t) {\n  int a = 0;\n  int b = 1;\n  return m[a, b];\n}\n"
      "IndexTaskMap * f;\n");
  const Repair done = repair(source, examine);
  EXPECT_FALSE(done.remaining.has_errors()) << render_all(*done.source, done.remaining);
}

}  // namespace
}  // namespace castra::lang
