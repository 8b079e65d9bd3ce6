// The LLM agent on real runs: circuit on four virtual GPUs, replies by mailbox and by scripted
// models.
#include <filesystem>

#include "optimize_fixture.h"

namespace castra {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kModels = std::string(CASTRA_SOURCE_DIR) + "/tests/agent/";

/// Four GPUs whose frame buffers hold 1 MiB.
const char* const kMachine = R"(name = "tiny"
[[processor]]
kind = "CPU"
per_node = 2
[[processor]]
kind = "GPU"
per_node = 4
[[memory]]
kind = "SYSMEM"
capacity_gib = 1
visible_from = ["CPU"]
[[memory]]
kind = "FBMEM"
per_node = 4
capacity_gib = 0.0009765625
visible_from = ["GPU"]
[[memory]]
kind = "ZCMEM"
capacity_gib = 1
visible_from = ["CPU", "GPU"]
)";

class Agent : public Optimize {
 protected:
  void SetUp() override { write("tiny.machine.toml", kMachine); }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(write_file(folder.path() + "/" + name, text));
  }
  run::ProcessResult search(const std::string& options) const {
    return castra(
        "optimize --agent llm --virtual tiny.machine.toml --repeats 1 --confirm 0 --check "
        "SUCCESS " +
            options + " -- " + kCircuit,
        250);
  }
};

TEST_F(Agent, AFailureIsExplainedAndSuggestedAway) {
  std::filesystem::create_directory(folder.path() + "/box");
  // From whatever legal start: 4 pieces of 100 wires do not fit one 1 MiB frame buffer when every
  // field of a record starts at its own 4096 bytes.
  write("box/0001.reply.txt",
        "<reasoning>everything on the first GPU, aligned to pages</reasoning>\n<task>Task * "
        "GPU,CPU;</task>\n"
        "<region>Region * * GPU FBMEM;\nRegion * * CPU SYSMEM;</region>\n"
        "<layout>Layout * * * AOS Align==4096;</layout>\n"
        "<index_map>m = Machine(GPU);\ndef one(Task task) { return m[0, 0]; }\n"
        "IndexTaskMap calculate_new_currents,distribute_charge,update_voltages one;</index_map>");
  write("box/0002.reply.txt",
        "The feedback says to fall through:\n```castra\nTask * GPU,CPU;\nRegion * * GPU "
        "FBMEM,ZCMEM;\n"
        "Region * * CPU SYSMEM;\nLayout * * * SOA F_order;\nm = Machine(GPU);\n"
        "def spread(Task task) { return m[0, task.ipoint[0] % m.size[1]]; }\n"
        "IndexTaskMap calculate_new_currents,distribute_charge,update_voltages spread;\n```");
  const auto result = search("--provider mailbox:box --seed 3 --budget 4");
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  const auto recorded = trials();
  ASSERT_EQ(recorded.size(), 4u);
  EXPECT_EQ(outcome_word(recorded[2].outcome), "out-of-memory")
      << summary(recorded[2].outcome, Metric{});
  ASSERT_NE(recorded[3].outcome.measured(), nullptr) << summary(recorded[3].outcome, Metric{});
  EXPECT_TRUE(recorded[3].outcome.measured()->verified);
  const auto exchanges = journal()->exchanges().value();
  ASSERT_EQ(exchanges.size(), 2u);
  EXPECT_THAT(exchanges[1].prompt, AllOf(HasSubstr("Explain: Task "), HasSubstr("no room in FBMEM"),
                                         HasSubstr("Suggest: "), HasSubstr("GPU FBMEM,ZCMEM;")));
}

TEST_F(Agent, ASensibleModelUsesItsBudget) {
  const auto result =
      search("--provider 'command:python3 " + kModels + "sensible_model.py' --budget 5");
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  std::size_t ran = 0;
  for (const auto& trial : trials()) ran += trial.outcome.measured() != nullptr ? 1 : 0;
  EXPECT_GE(ran, 3u);
  EXPECT_TRUE(compiles(read_file(folder.path() + "/best.castra").value()));
}

TEST_F(Agent, NonsenseLosesNoTrialAndCrashesNothing) {
  const auto result = search("--provider 'command:python3 " + kModels +
                             "nonsense_model.py counter 5' --reply-timeout 2 --budget 4");
  ASSERT_EQ(result.exit_code, 0) << result.err.text();
  const auto recorded = trials();
  ASSERT_GE(recorded.size(), 4u);
  for (std::size_t i = 0; i < recorded.size(); ++i)
    EXPECT_EQ(recorded[i].number, static_cast<int>(i));
  for (const auto& trial : recorded) {
    if (trial.proposal.origin == "llm") {
      EXPECT_FALSE(trial.feedback.system.empty()) << trial.number;
    }
  }
  EXPECT_GE(journal()->exchanges().value().size(), recorded.size() - 2) << "every question is kept";
  EXPECT_TRUE(compiles(read_file(folder.path() + "/best.castra").value()));
}

}  // namespace
}  // namespace castra
