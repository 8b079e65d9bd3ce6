#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../fakes.h"
#include "../programs.h"
#include "feedback/rules.h"
#include "lang/policy.h"
#include "run/command_runner.h"
#include "search/agent/llm_optimizer.h"
#include "support/file.h"

namespace castra::search::agent {
namespace {

using ::testing::HasSubstr;

const std::string kSource = CASTRA_SOURCE_DIR;
const char* const kTasks[] = {"calculate_new_currents", "distribute_charge"};
constexpr int kArguments = 3;

Program two_tasks() {
  Program program;
  for (const char* name : kTasks) {
    program.tasks.push_back(task_with(name, {ProcessorKind::Cpu, ProcessorKind::Gpu}));
    Launch launch;
    launch.task = name;
    launch.count = 10;
    launch.domain = rect_of_extents({8});
    for (int i = 0; i < kArguments; ++i)
      launch.requirements.push_back(requirement(i, 1, 2, 1 << 10));
    program.launches.push_back(launch);
  }
  return program;
}

std::shared_ptr<const lang::Policy> compiled(const std::string& mapping,
                                             std::string* rendered = nullptr) {
  const auto source = std::make_shared<const SourceFile>("mapping", mapping);
  DiagnosticSink sink;
  auto policy = lang::compile(source, sink);
  if (rendered != nullptr) *rendered = render_all(*source, sink);
  return policy;
}

/// Refuses what does not compile, and memories that GPUs cannot address.
class PolicyChecker : public MappingChecker {
 public:
  CheckedMapping check(const std::string& mapping) const override {
    CheckedMapping checked{mapping, std::nullopt};
    std::string rendered;
    const auto policy = compiled(mapping, &rendered);
    if (policy == nullptr) {
      checked.refused = Outcome{CompileError{{}, rendered}, "", 0};
      return checked;
    }
    for (const char* task : kTasks) {
      const auto memories = policy->memories({task, 0, {}, ProcessorKind::Gpu});
      if (memories && memories->value.front() == MemoryKind::Registered) {
        checked.refused =
            Outcome{InvalidMapping{{std::string("argument 0 of task `") + task +
                                    "` is to live in RDMEM, which is not visible from GPU "
                                    "processors here"}},
                    "", 0};
      }
    }
    return checked;
  }
};

/// Ten seconds less one for every argument in FBMEM; argument 2 of distribute_charge does not fit
/// there.
Outcome imagined_run(const std::string& mapping) {
  if (mapping.empty()) return measured(11);
  const auto policy = compiled(mapping);
  if (policy == nullptr) return failed("a mapping that does not compile was run");
  double seconds = 10;
  for (const char* task : kTasks) {
    for (int i = 0; i < kArguments; ++i) {
      const auto memories = policy->memories({task, i, {}, ProcessorKind::Gpu});
      if (!memories || memories->value.front() != MemoryKind::FrameBuffer) continue;
      const bool fits = std::string(task) != "distribute_charge" || i != 2;
      if (fits) {
        seconds -= 1;
      } else if (memories->value.size() == 1) {
        return {OutOfMemory{task, i, "FBMEM", Bytes{12 << 20}, ""}, "", 1};
      }
    }
  }
  return measured(seconds);
}

class ScriptedModels : public ::testing::Test {
 protected:
  void SetUp() override {
    Rng rng(1);
    rules_ = FeedbackRules::load(kSource + "/share/castra").value();
  }

  SearchReport optimize(const std::string& command, int budget, double timeout_s = 20) {
    LlmOptions options;
    options.provider.spec = "command:" + command;
    options.provider.timeout_s = timeout_s;
    options.provider.first_wait_s = 0.001;
    options.provider.run_command = run::command_runner(nullptr);
    options.share_directory = kSource + "/share/castra";
    options.start =
        "Task * GPU;\nRegion * * GPU ZCMEM;\nRegion distribute_charge 2 GPU FBMEM;\nm = "
        "Machine(GPU);\n"
        "def spread(Task task) { return m[0, task.ipoint[0] % m.size[1]]; }\nIndexTaskMap * "
        "spread;\n";
    options.observer = [this](const Exchange& exchange) { exchanges_.push_back(exchange); };
    const Program program = two_tasks();
    const Machine machine = test_machine(2, 4);
    const SearchSpace space = SearchSpace::derive(program, machine);
    auto optimizer = make_llm_optimizer(std::move(options), space, program, machine);
    EXPECT_TRUE(optimizer.has_value()) << optimizer.error().to_string();
    SearchSettings settings;
    settings.budget = budget;
    settings.confirm_rounds = 0;
    settings.free_limit = 20;
    FakeEvaluator evaluator([](const EvaluationRequest& request) -> Result<std::optional<Outcome>> {
      return imagined_run(request.mapping);
    });
    const PolicyChecker checker;
    const auto feedback = [this](const Outcome& outcome) {
      return make_feedback(outcome, history_.metric(), rules_);
    };
    return run_search(
        settings,
        {**optimizer, evaluator, checker, sink_, observer_, feedback, [] { return 0.0; }, nullptr},
        history_);
  }

  /// Every question led to one trial, in order, and none was lost.
  void expect_complete() {
    ASSERT_EQ(sink_.trials.size(), history_.trials().size());
    std::vector<int> asked;
    for (const Exchange& exchange : exchanges_) {
      if (!exchange.repair && exchange.error.empty()) asked.push_back(exchange.trial);
    }
    std::vector<int> made;
    for (const Trial& trial : sink_.trials) {
      if (trial.proposal.origin == "llm") made.push_back(trial.number);
      EXPECT_FALSE(trial.feedback.system.empty());
    }
    EXPECT_EQ(asked, made);
  }

  FeedbackRules rules_;
  History history_{Metric{}};
  FakeSink sink_;
  FakeObserver observer_{sink_};
  std::vector<Exchange> exchanges_;
};

TEST_F(ScriptedModels, TheSensibleOneFollowsASuggestionAndImproves) {
  const SearchReport report = optimize(kSource + "/tests/agent/sensible_model.py", 9);
  EXPECT_EQ(report.finish, Finish::Budget);
  expect_complete();
  const auto& trials = sink_.trials;
  EXPECT_STREQ(std::string(outcome_word(trials.at(1).outcome)).c_str(), "out-of-memory");
  EXPECT_THAT(trials.at(1).feedback.suggestions.at(0),
              HasSubstr("Region distribute_charge 2 GPU FBMEM,ZCMEM;"));
  EXPECT_THAT(trials.at(2).proposal.mapping,
              HasSubstr("Region distribute_charge 2 GPU FBMEM,ZCMEM;"));
  EXPECT_NE(trials.at(2).outcome.measured(), nullptr) << "the failure was suggested away";
  ASSERT_NE(history_.best(), nullptr);
  const Trial& best = *history_.best();
  EXPECT_LE(best.outcome.measured()->value, 6) << best.proposal.mapping;
  for (const Trial& trial : trials) {
    if (trial.outcome.measured() != nullptr && trial.accepted) {
      EXPECT_LE(best.outcome.measured()->value, trial.outcome.measured()->value);
    }
  }
}

TEST_F(ScriptedModels, NonsenseOfManyKindsCostsTrialsButNothingElse) {
  const auto folder = TemporaryDirectory::create().value();
  const SearchReport report =
      optimize(kSource + "/tests/agent/nonsense_model.py " + folder.path() + "/calls 60", 6, 1.0);
  EXPECT_THAT(report.finish, ::testing::AnyOf(Finish::Budget, Finish::TooManyFree));
  EXPECT_FALSE(report.error.has_value()) << report.error->to_string();
  expect_complete();
  int calls = 0;
  std::ifstream(folder.path() + "/calls") >> calls;
  EXPECT_GE(calls, 18) << "every kind of nonsense was answered at least once";
  for (const Exchange& exchange : exchanges_) {
    EXPECT_LE(exchange.reply.text.size(), llm::kReplyBudget);
  }
  for (const Trial& trial : sink_.trials) {
    EXPECT_LT(trial.proposal.mapping.size(), std::size_t{1} << 19);
    EXPECT_LT(trial.proposal.reason.size(), 1000U);
  }
}

TEST_F(ScriptedModels, AProgramThatIsNotThereEndsTheSearchWithItsName) {
  const SearchReport report = optimize("/nonexistent/model", 5);
  EXPECT_EQ(report.finish, Finish::NoOptimizer);
  ASSERT_TRUE(report.error.has_value());
  EXPECT_THAT(report.error->what, HasSubstr("/nonexistent/model"));
  EXPECT_EQ(sink_.trials.size(), 2U) << "own mapper and start were kept";
}

}  // namespace
}  // namespace castra::search::agent
