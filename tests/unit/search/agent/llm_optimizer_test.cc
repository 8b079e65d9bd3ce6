#include "search/agent/llm_optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../fakes.h"

namespace castra::search::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

CompileReport fake_compile(const std::string& mapping) {
  const bool wrong = mapping.find("BAD") != std::string::npos ||
                     mapping.find("no mapping") != std::string::npos || mapping.find("Sure") == 0;
  return {!wrong, mapping, wrong ? "mapping:1:1: error[E0106]: BAD is no statement\n" : ""};
}

/// Answers from a list; remembers the prompts. An answer "!" is an error.
class ScriptedProvider : public llm::Provider {
 public:
  ScriptedProvider(std::vector<std::string> replies, std::vector<llm::Prompt>& prompts)
      : replies_(std::move(replies)), prompts_(prompts) {}
  Result<llm::Reply> complete(const llm::Prompt& prompt) override {
    prompts_.push_back(prompt);
    if (next_ >= replies_.size() || replies_[next_] == "!") return failure("the model is gone");
    llm::Reply reply;
    reply.text = replies_[next_++];
    return reply;
  }
  std::string describe() const override { return "script"; }

 private:
  std::vector<std::string> replies_;
  std::size_t next_ = 0;
  std::vector<llm::Prompt>& prompts_;
};

class Agent : public ::testing::Test {
 protected:
  LlmOptimizer make(std::vector<std::string> replies) {
    LlmParts parts;
    parts.provider = std::make_unique<ScriptedProvider>(std::move(replies), prompts_);
    parts.templates =
        PromptTemplates::load(std::string(CASTRA_SOURCE_DIR) + "/share/castra").value();
    parts.start = "Task * CPU;";
    parts.compile = fake_compile;
    parts.observer = [this](const Exchange& exchange) { exchanges_.push_back(exchange); };
    return LlmOptimizer(std::move(parts));
  }
  void add(const std::string& mapping, const Outcome& outcome) {
    Trial trial;
    trial.number = static_cast<int>(history_.trials().size());
    trial.proposal = {mapping, mapping.empty() ? kOwnMapper : "llm", ""};
    trial.outcome = outcome;
    history_.append(trial);
  }
  Proposal ask(LlmOptimizer& optimizer) {
    auto asked = optimizer.ask(history_);
    EXPECT_TRUE(asked.has_value()) << asked.error().what;
    EXPECT_TRUE(asked->has_value());
    return **asked;
  }

  History history_{Metric{}};
  std::vector<llm::Prompt> prompts_;
  std::vector<Exchange> exchanges_;
};

TEST_F(Agent, StartsWithTheStart) {
  LlmOptimizer optimizer = make({});
  add("", measured(1));
  const Proposal proposal = ask(optimizer);
  EXPECT_EQ(proposal.mapping, "Task * CPU;");
  EXPECT_EQ(proposal.origin, kStart);
  EXPECT_TRUE(prompts_.empty());
}

TEST_F(Agent, ChangedBlocksGoOverTheBest) {
  LlmOptimizer optimizer =
      make({"<reasoning>faster</reasoning><region>Region * * GPU FBMEM;</region>"});
  add("Task * CPU;", measured(3));
  add("Task * GPU;", measured(2));
  add("Task * OMP;", measured(4));
  const Proposal proposal = ask(optimizer);
  EXPECT_EQ(proposal.mapping, "# task\nTask * GPU;\n# region\nRegion * * GPU FBMEM;\n");
  EXPECT_EQ(proposal.origin, "llm");
  EXPECT_EQ(proposal.reason, "faster; changed region");
  ASSERT_EQ(exchanges_.size(), 1U);
  EXPECT_EQ(exchanges_[0].trial, 3);
  EXPECT_FALSE(exchanges_[0].repair);
}

TEST_F(Agent, UnusableBlocksGoBackOnceWithTheirDiagnostics) {
  LlmOptimizer optimizer =
      make({"<task>BAD</task><region>Region * * GPU FBMEM;</region>", "<task>Task * GPU;</task>"});
  add("Task * CPU;", measured(3));
  const Proposal proposal = ask(optimizer);
  EXPECT_EQ(proposal.mapping, "# task\nTask * GPU;\n# region\nRegion * * GPU FBMEM;\n");
  ASSERT_EQ(prompts_.size(), 2U);
  EXPECT_THAT(prompts_[1].user, HasSubstr("<task>\nBAD\n</task>"));
  EXPECT_THAT(prompts_[1].user, HasSubstr("E0106"));
  EXPECT_TRUE(exchanges_[1].repair);
}

TEST_F(Agent, WhatIsStillWrongIsDroppedAndSaid) {
  LlmOptimizer optimizer =
      make({"<task>BAD</task><region>Region * * GPU FBMEM;</region>", "<task>BAD 2</task>"});
  add("Task * CPU;", measured(3));
  const Proposal proposal = ask(optimizer);
  EXPECT_EQ(proposal.mapping, "# task\nTask * CPU;\n# region\nRegion * * GPU FBMEM;\n");
  EXPECT_THAT(proposal.reason, HasSubstr("dropped task: mapping:1:1: error[E0106]"));
  EXPECT_EQ(prompts_.size(), 2U) << "one repair round only";
}

TEST_F(Agent, AFailingRepairCostsOnlyTheRepair) {
  LlmOptimizer optimizer = make({"<task>BAD</task><region>Region * * GPU FBMEM;</region>", "!"});
  add("Task * CPU;", measured(3));
  EXPECT_THAT(ask(optimizer).mapping, HasSubstr("FBMEM"));
  EXPECT_EQ(exchanges_.at(1).error, "the model is gone");
}

TEST_F(Agent, NothingUsableIsStillAProposalThatDoesNotCompile) {
  add("Task * CPU;", measured(3));
  for (const std::string& nonsense : {std::string("Sure, here it is"), std::string(),
                                      std::string("<task>BAD</task>"), std::string("\0\xff", 2)}) {
    LlmOptimizer optimizer = make({nonsense, nonsense});
    const Proposal proposal = ask(optimizer);
    EXPECT_FALSE(proposal.mapping.empty());
    EXPECT_FALSE(fake_compile(proposal.mapping).ok) << proposal.mapping;
    EXPECT_FALSE(proposal.reason.empty());
  }
}

TEST_F(Agent, AProviderOutOfReachIsAnError) {
  LlmOptimizer optimizer = make({"!"});
  add("Task * CPU;", measured(3));
  const auto asked = optimizer.ask(history_);
  ASSERT_FALSE(asked.has_value());
  EXPECT_EQ(asked.error().what, "the model is gone");
  EXPECT_EQ(exchanges_.at(0).error, "the model is gone");
}

TEST_F(Agent, TerminateEndsTheSearch) {
  LlmOptimizer optimizer = make({"TERMINATE"});
  add("Task * CPU;", measured(3));
  const auto asked = optimizer.ask(history_);
  ASSERT_TRUE(asked.has_value());
  EXPECT_FALSE(asked->has_value());
}

TEST_F(Agent, AFreshOptimizerGoesOnFromAHistory) {
  add("", measured(3));
  add("Task * CPU;", measured(3));
  add("Task * GPU;", measured(1));
  LlmOptimizer first = make({"<layout>Layout * * * SOA;</layout>"});
  LlmOptimizer second = make({"<layout>Layout * * * SOA;</layout>"});
  EXPECT_EQ(ask(first).mapping, ask(second).mapping);
  EXPECT_EQ(prompts_[0].text(), prompts_[1].text());
}

TEST_F(Agent, RunsInTheDriverToItsBudget) {
  std::vector<std::string> replies;
  for (int i = 0; i < 40; ++i) {
    replies.push_back(i % 3 == 0 ? "Sure, BAD"
                                 : "<instance_limit>InstanceLimit a " + std::to_string(100 - i) +
                                       ";</instance_limit>");
  }
  LlmOptimizer optimizer = make(replies);
  Bench bench([](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
    const auto at = request.mapping.find("InstanceLimit a ");
    return measured(at == std::string::npos ? 200 : std::stod(request.mapping.substr(at + 16)));
  });
  bench.settings.budget = 8;
  bench.settings.confirm_rounds = 0;
  const SearchReport report = bench.run(optimizer);
  EXPECT_EQ(report.finish, Finish::Budget);
  EXPECT_EQ(bench.sink.trials.size(), bench.history.trials().size());
  EXPECT_EQ(bench.history.trials()[1].proposal.origin, kStart);
  ASSERT_NE(bench.history.best(), nullptr);
  EXPECT_TRUE(bench.history.best()->accepted);
}

}  // namespace
}  // namespace castra::search::agent
