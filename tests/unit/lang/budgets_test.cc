#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>

#include "lang/evaluator.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "lang_test_util.h"

/// Every budget of docs/robustness.md ends in its own finding, with a place in the text.
namespace castra::lang {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string repeat(const std::string& unit, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += unit;
  return text;
}

/// The code of what ends the evaluation of `f` over a launch.
std::string failure_code(const std::string& program, const Point& extents = {4}) {
  const Compiled compiled = compile_text(program);
  EXPECT_NE(compiled.policy, nullptr) << compiled.rendered;
  if (!compiled.policy) return "(does not compile)";
  const PlaceResult result = compiled.policy->evaluate("f", rect_of_extents(extents), shape(2, 4));
  if (result) return "(none)";
  EXPECT_FALSE(result.error().message.empty());
  return result.error().code;
}

TEST(Budgets, SourceBytes) {
  EXPECT_THAT(compile_text(std::string(kMaxSourceBytes + 1, ' ')).codes(), Contains("E0115"));
}

TEST(Budgets, Nesting) {
  EXPECT_THAT(compile_text("x = " + repeat("(", 1000) + "1" + repeat(")", 1000) + ";").codes(),
              Contains("E0112"));
}

TEST(Budgets, FindingsKept) {
  const Compiled compiled = compile_text(repeat("Task * GPX;\n", 1000));
  EXPECT_EQ(compiled.diagnostics.size(), 100u);
  EXPECT_THAT(compiled.rendered, HasSubstr("900 more findings not shown"));
}

TEST(Budgets, StepsOfOneCall) {
  EXPECT_EQ(failure_code("def g(int n) { return n < 2 ? 1 : g(n - 1) + g(n - 2); }\n"
                         "m = Machine(GPU);\ndef f(Task t) { return m[0, g(60) % 2]; }"),
            "E0506");
}

TEST(Budgets, NestedCalls) {
  EXPECT_EQ(failure_code("def g(int n) { return n < 0 ? 0 : g(n + 1); }\nm = Machine(GPU);\n"
                         "def f(Task t) { return m[0, g(0)]; }"),
            "E0507");
}

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStackScale = 8;  // instrumented frames are larger
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::size_t kStackScale = 8;
#else
constexpr std::size_t kStackScale = 1;
#endif
#else
constexpr std::size_t kStackScale = 1;
#endif

/// Runs `work` on a thread with `bytes` of stack.
void on_stack(std::size_t bytes, std::function<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, bytes * kStackScale), 0);
  pthread_t thread;
  const auto call = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, call, &work), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

/// Realm's threads have 2 MiB, of which the runtime has used some when it calls the mapper.
TEST(Budgets, TheDeepestProgramsFitOnARuntimesStack) {
  const int n = 190;
  const auto nested = [&](const std::string& before, const std::string& after) {
    return "m = Machine(GPU); def g(x) { return x; } x = " + repeat(before, n) + "1" +
           repeat(after, n) + ";";
  };
  // A thousand expressions deep when it runs; most of these texts nest twice a time.
  const auto recursion = [&](const std::string& before, const std::string& after) {
    return "m = Machine(GPU);\ndef g(int n) { return n < 0 ? 0 : " + repeat(before, n / 2) +
           "g(n - 1)" + repeat(after, n / 2) +
           "; }\ndef f(Task t) { return m[0, g(t.ipoint[0] + 5000)]; }";
  };
  on_stack(std::size_t{1} << 20, [&] {
    for (const auto& [before, after] :
         std::vector<std::pair<std::string, std::string>>{{"(", ")"},
                                                          {"(", ",)"},
                                                          {"m[", "]"},
                                                          {"m.size[", ":]"},
                                                          {"g(", ")"},
                                                          {"-", ""},
                                                          {"not ", ""},
                                                          {"(True ? ", " : 2)"},
                                                          {"(1 if ", " else 2)"},
                                                          {"tuple(", " for i in (0, 1))"},
                                                          {"1 + (", ")"}}) {
      compile_text(nested(before, after));
    }
    for (const auto& [before, after] :
         std::vector<std::pair<std::string, std::string>>{{"0 + (", ")"},
                                                          {"-", ""},
                                                          {"(True ? ", " : 2)"},
                                                          {"min(1, ", ")"},
                                                          {"(", ", 1)[0]"},
                                                          {"(1, ", ").len"},
                                                          {"tuple(", " for i in (0,))[0]"}}) {
      EXPECT_EQ(failure_code(recursion(before, after)), "E0507") << before;
    }
  });
}

TEST(Budgets, TupleElements) {
  std::string program = "m = Machine(GPU);\ndef f(Task t) {\n  a0 = (1, 2);\n";
  for (int i = 0; i < 12; ++i) {
    const std::string from = "*a" + std::to_string(i);
    program += "a" + std::to_string(i + 1) + " = (" + from + ", " + from + ");\n";
  }
  EXPECT_EQ(failure_code(program + "  return m[0, a12[0] % 2];\n}"), "E0517");
}

TEST(Budgets, PointsOfALaunch) {
  EXPECT_EQ(
      failure_code("m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }", {kMaxDomainPoints + 1}),
      "E0513");
}

TEST(Budgets, TransformsOfAMachine) {
  EXPECT_EQ(failure_code("m = Machine(GPU)" + repeat(".reverse(0)", 65) +
                         ";\ndef f(Task t) { return m[0, 0]; }"),
            "E0508");
}

TEST(Budgets, DimensionsOfAMachine) {
  EXPECT_EQ(failure_code("m = Machine(GPU)" + repeat(".split(0, 1)", 40) +
                         ";\ndef f(Task t) { return m[" + repeat("0, ", 41) + "0]; }"),
            "E0508");
}

}  // namespace
}  // namespace castra::lang
