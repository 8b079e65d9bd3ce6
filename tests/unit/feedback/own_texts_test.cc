#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feedback/rules.h"
#include "lang/policy.h"

namespace castra {
namespace {

using ::testing::Contains;
using ::testing::Not;

const FeedbackRules& rules() {
  static const FeedbackRules loaded =
      FeedbackRules::load(std::string(CASTRA_SOURCE_DIR) + "/share/castra").value();
  return loaded;
}

struct Case {
  const char* name;
  const char* program;
  const char* rule;
};

class OwnDiagnostics : public ::testing::TestWithParam<Case> {};

TEST_P(OwnDiagnostics, AreRecognised) {
  const auto source = std::make_shared<const SourceFile>("my.castra", GetParam().program);
  DiagnosticSink sink;
  ASSERT_EQ(lang::compile(source, sink), nullptr);
  const Outcome outcome{CompileError{sink.diagnostics(), render_all(*source, sink)}, "", 0};
  const Feedback feedback = make_feedback(outcome, Metric{}, rules());
  EXPECT_THAT(feedback.rules, Contains(GetParam().rule)) << feedback.system;
  EXPECT_FALSE(feedback.suggestions.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Programs, OwnDiagnostics,
    ::testing::Values(
        Case{"colon", "m = Machine(GPU);\ndef f(Task t): { return m[0, 0]; ", "colon-in-function"},
        Case{"function", "IndexTaskMap a nowhere;", "function-undefined"},
        Case{"machine", "def f(Task t) { return mgpu[0, 0]; }\nIndexTaskMap a f;",
             "machine-variable-undefined"},
        Case{"name", "m = Machine(GPU);\ndef f(Task t) { return m[0, ip[0]]; }\nIndexTaskMap a f;",
             "name-undefined"},
        Case{"semicolon", "Task a GPU Task b CPU;", "missing-semicolon"},
        Case{"prose", "Here is the mapping;", "unknown-statement"},
        Case{"layout", "Layout * * * SOA, F_order;", "comma-in-layout"},
        Case{"control_flow", "def f(Task t) { if (t) { return 1; } }", "no-control-flow"},
        Case{"twice", "m = Machine(GPU);\nm = Machine(CPU);", "assigned-twice"},
        Case{"no_return", "def f(Task t) { x = 1; }", "no-return"},
        Case{"returns_number", "def f(Task t) { return 1; }\nIndexTaskMap a f;", "wrong-return"},
        Case{"anything_else", "Task a GPUU;", "not-a-program"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

struct Fault {
  const char* body;
  const char* rule;
};

TEST(OwnEvaluationFaults, AreRecognisedBeforeAndDuringARun) {
  const Fault faults[] = {{"m[0, t.ipoint[0]]", "index-outside-machine"},
                          {"m[0, t.ipoint[0] % (m.size[0] - 1)]", "placement-by-zero"}};
  for (const Fault& fault : faults) {
    const std::string text = std::string("m = Machine(GPU);\ndef f(Task t) { return ") +
                             fault.body + "; }\nIndexTaskMap * f;\n";
    DiagnosticSink sink;
    const auto policy = lang::compile(std::make_shared<const SourceFile>("my.castra", text), sink);
    ASSERT_NE(policy, nullptr);
    MachineShape shape;
    shape.set(ProcessorKind::Gpu, 4);
    const auto placed = policy->place("a", ProcessorKind::Gpu, rect_of_extents({8}), shape);
    ASSERT_FALSE(placed.has_value());
    const std::string message = "task 'a': " + placed.error().message;
    const Outcome ran{RunFailed{std::nullopt, std::nullopt, message}, "", 1};
    EXPECT_THAT(make_feedback(ran, Metric{}, rules()).rules, Contains(fault.rule)) << message;
    const Outcome refused{InvalidMapping{{message}}, "", 0};
    EXPECT_FALSE(make_feedback(refused, Metric{}, rules()).suggestions.empty()) << message;
    EXPECT_THAT(make_feedback(refused, Metric{}, rules()).rules, Not(Contains("not-legal")))
        << message;
  }
}

}  // namespace
}  // namespace castra
