#include "search/agent/prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "../fakes.h"
#include "../programs.h"
#include "search/agent/describe.h"
#include "search/space.h"
#include "support/file.h"

namespace castra::search::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kShare = std::string(CASTRA_SOURCE_DIR) + "/share/castra";

const PromptTemplates& templates() {
  static const PromptTemplates loaded = PromptTemplates::load(kShare).value();
  return loaded;
}

Trial trial(int number, const std::string& mapping, const Outcome& outcome,
            const Feedback& feedback = {}) {
  Trial made;
  made.number = number;
  made.proposal = {mapping, mapping.empty() ? kOwnMapper : "llm",
                   "because " + std::to_string(number)};
  made.outcome = outcome;
  made.feedback = feedback;
  return made;
}

Outcome compile_error() { return {CompileError{}, "", 0}; }
Outcome invalid() { return {InvalidMapping{{"no"}}, "", 0}; }

TEST(PromptTemplates, ShippedOnesLoadAndFitTogether) {
  const std::string system = templates().system();
  EXPECT_THAT(system, HasSubstr("IndexTaskMap"));
  EXPECT_THAT(system, HasSubstr("<reasoning>"));
  EXPECT_THAT(system, Not(HasSubstr("{{")));
}

class OwnTemplates : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::copy(kShare + "/prompts", folder_.path() + "/prompts",
                          std::filesystem::copy_options::recursive);
  }
  Error load_error() {
    const auto loaded = PromptTemplates::load(folder_.path());
    return loaded ? Error{"loaded", ""} : loaded.error();
  }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
};

TEST_F(OwnTemplates, UnknownPlaceholderNamesFileLineAndRemedy) {
  const std::string file = folder_.path() + "/prompts/propose.txt";
  ASSERT_TRUE(write_file(file, "a\nb {{bestt}}\n").has_value());
  EXPECT_EQ(load_error().what, file + ":2: unknown placeholder '{{bestt}}'");
  EXPECT_THAT(load_error().remedy, HasSubstr("best_value"));
  ASSERT_TRUE(write_file(file, "open {{ end").has_value());
  EXPECT_THAT(load_error().what, HasSubstr("unknown placeholder"));
  ASSERT_TRUE(write_file(file, "{{ best }} {{best_value}}").has_value());
  EXPECT_EQ(load_error().what, "loaded");
}

TEST_F(OwnTemplates, MissingFileIsNamed) {
  std::filesystem::remove(folder_.path() + "/prompts/repair.txt");
  EXPECT_THAT(load_error().what, HasSubstr("repair.txt"));
}

TEST(BaseMapping, IsTheBestMeasuredElseTheLatestThatGotFarthest) {
  History history{Metric{}};
  EXPECT_EQ(base_mapping(history, "start"), "start");
  history.append(trial(0, "", measured(0.1)));
  EXPECT_EQ(base_mapping(history, "start"), "start");
  history.append(trial(1, "wrong", compile_error()));
  EXPECT_EQ(base_mapping(history, "start"), "start");
  history.append(trial(2, "illegal", invalid()));
  EXPECT_EQ(base_mapping(history, "start"), "illegal");
  history.append(trial(3, "failed", failed("x")));
  history.append(trial(4, "illegal2", invalid()));
  EXPECT_EQ(base_mapping(history, "start"), "failed");
  history.append(trial(5, "slow", measured(3)));
  history.append(trial(6, "fast", measured(2)));
  history.append(trial(7, "slower", measured(4)));
  EXPECT_EQ(base_mapping(history, "start"), "fast");
}

History study() {
  History history{Metric{}};
  history.append(trial(0, "", measured(1.5)));
  history.append(trial(1, "Task a CPU;", measured(2)));
  history.append(trial(2, "Task a GPU;", measured(1)));
  history.append(trial(3, "Task a GPU;\nRegion a 0 GPU FBMEM;", failed("full"),
                       {"Execution Error: full", {"why so"}, {"do that"}, {"x"}}));
  return history;
}

TEST(ProposalPrompt, ShowsBaseHistoryFailuresAndFeedback) {
  const History history = study();
  const auto prompt = make_proposal_prompt(templates(), {"PROGRAM", "MACHINE", "CHOICES"}, history,
                                           base_mapping(history, ""), {});
  EXPECT_THAT(prompt.user, HasSubstr("PROGRAM"));
  EXPECT_THAT(prompt.user, HasSubstr("MACHINE"));
  EXPECT_THAT(prompt.user, HasSubstr("CHOICES"));
  EXPECT_THAT(prompt.user, HasSubstr("the best mapping so far (1 s)"));
  EXPECT_THAT(prompt.user, HasSubstr("# task\nTask a GPU;"));
  EXPECT_THAT(prompt.user, HasSubstr("Trial 0: 1.5 s, the program's own mapper"));
  EXPECT_THAT(prompt.user,
              HasSubstr("Trial 3 (because 3):\nSystem: Execution Error: full\nExplain: why so\n"
                        "Suggest: do that"));
  EXPECT_THAT(prompt.user, HasSubstr("Region a 0 GPU FBMEM;"));
  const auto slow = prompt.user.find("Trial 1:");
  const auto fast = prompt.user.find("Trial 2:");
  EXPECT_LT(slow, fast) << "the best stands last";
  EXPECT_EQ(make_proposal_prompt(templates(), {"PROGRAM", "MACHINE", "CHOICES"}, history,
                                 base_mapping(history, ""), {})
                .text(),
            prompt.text());
}

TEST(ProposalPrompt, LevelsLimitTheFeedback) {
  const History history = study();
  PromptSettings settings;
  settings.level = FeedbackLevel::System;
  const auto prompt = make_proposal_prompt(templates(), {}, history, "Task a GPU;", settings);
  EXPECT_THAT(prompt.user, HasSubstr("Execution Error: full"));
  EXPECT_THAT(prompt.user, Not(HasSubstr("do that")));
  EXPECT_THAT(prompt.user, Not(HasSubstr("why so")));
}

TEST(ProposalPrompt, BudgetDropsHistoryButNeverBaseChoicesOrFeedback) {
  History history{Metric{}};
  for (int i = 0; i < 60; ++i) {
    std::string mapping = "Task a GPU;\n";
    for (int k = 0; k < 30; ++k)
      mapping += "Region t" + std::to_string(i * 100 + k) + " 0 GPU FBMEM;\n";
    history.append(trial(i, mapping, i % 2 == 0 ? measured(1 + i) : failed("f" + std::to_string(i)),
                         {"failure " + std::to_string(i), {}, {}, {}}));
  }
  PromptSettings settings;
  settings.budget = 6000;
  settings.shown_best = 50;
  settings.shown_failures = 50;
  const auto prompt = make_proposal_prompt(templates(), {"P", "M", "CHOICES"}, history,
                                           base_mapping(history, ""), settings);
  EXPECT_LT(prompt.user.size(), 8000U);
  EXPECT_THAT(prompt.user, HasSubstr("CHOICES"));
  EXPECT_THAT(prompt.user, HasSubstr("Region t29 0 GPU FBMEM;"));
  EXPECT_THAT(prompt.user, HasSubstr("failure 59"));
  EXPECT_THAT(prompt.user, HasSubstr("Trial 0"));
}

TEST(ProposalPrompt, DuplicatesAreNamed) {
  History history = study();
  Trial again = trial(4, "Task a GPU;\nTask other CPU;", measured(1));
  again.duplicate_of = 2;
  history.append(again);
  const auto prompt = make_proposal_prompt(templates(), {}, history, "Task a GPU;", {});
  EXPECT_THAT(prompt.user, HasSubstr("decides the same as trial 2, so it changed nothing"));
  EXPECT_THAT(prompt.user, HasSubstr("    Task other CPU;"));
  EXPECT_THAT(prompt.user, HasSubstr("exactly what trial 2 decides"));
}

TEST(RepairPrompt, QuotesBlocksAndDiagnostics) {
  const auto prompt = make_repair_prompt(
      templates(), {{Block::Layout, "Layout a, b;", "E0117 no commas\n"}}, {"a note"});
  EXPECT_THAT(prompt.user, HasSubstr("<layout>\nLayout a, b;\n</layout>"));
  EXPECT_THAT(prompt.user, HasSubstr("E0117 no commas"));
  EXPECT_THAT(prompt.user, HasSubstr("a note"));
}

TEST(Describe, NamesEveryDecisionAndItsLegalValues) {
  Rng rng(5);
  const Program program = random_program(rng);
  const Machine machine = test_machine(2, 4);
  const SearchSpace space = SearchSpace::derive(program, machine);
  const std::string choices = describe_choices(space.choices());
  for (const Choice& choice : space.choices()) {
    EXPECT_THAT(choices, HasSubstr(choice.task));
    for (const std::string& value : choice.values) EXPECT_THAT(choices, HasSubstr(value));
  }
  for (const Launch& launch : program.launches) {
    EXPECT_THAT(describe_program(program), HasSubstr(launch.task));
  }
  EXPECT_THAT(describe_machine(machine), HasSubstr("4 x GPU"));
  EXPECT_THAT(describe_machine(machine), HasSubstr("4 x FBMEM of 1.00 MiB, addressable by GPU"));
  EXPECT_THAT(describe_objective({"throughput", "", true, "GFLOPS"}),
              HasSubstr("throughput (GFLOPS) as large"));
}

}  // namespace
}  // namespace castra::search::agent
