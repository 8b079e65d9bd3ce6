#include "lang/constants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/diagnostics.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::HasSubstr;

std::string redefined(const std::string& text, const std::vector<std::string>& definitions) {
  std::vector<ConstantDefinition> split;
  for (const std::string& definition : definitions) {
    split.emplace_back();
    if (!split_constant(definition, split.back())) return "not split";
  }
  const auto source = std::make_shared<const SourceFile>("t.castra", text);
  DiagnosticSink sink;
  const auto result = with_constants(source, split, sink);
  return sink.has_errors() ? render_all(*source, sink) : result->text();
}

TEST(Constants, ReplaceTheValueOfAVariable) {
  EXPECT_EQ(redefined("a = 1; # one\nb = a;\n", {"a=2"}), "a = 2; # one\nb = a;\n");
  EXPECT_EQ(redefined("a = 1; b = (1,\n2); c = 3;", {"b= ( 3,4 )", "c=-1", "a=GPU"}),
            "a = GPU; b = (3, 4)\n; c = -1;")
      << "lines keep their numbers";
  EXPECT_EQ(redefined("a = 1;", {"a=2", "a=3"}), "a = 3;") << "of one name the last";
}

TEST(Constants, DefineWhatTheProgramLeavesOpen) {
  const std::string text = redefined(
      "def f(Task t) { return Machine(kind)[0, n]; }\nIndexTaskMap * f;", {"n=1", "kind=CPU"});
  const Compiled c = compile_text(text);
  ASSERT_NE(c.policy, nullptr) << c.rendered;
  EXPECT_EQ(place_digits(c->place("x", ProcessorKind::Cpu, rect_of_extents({1}), shape(1, 2))),
            "01");
}

TEST(Constants, UnusedOnesAreNamedAsTheyWereGiven) {
  const auto source = std::make_shared<const SourceFile>("t.castra", "Task * GPU;");
  DiagnosticSink sink;
  const auto result = with_constants(source, {{"n", "1"}, {"_m", "2"}}, sink);
  EXPECT_EQ(result->text(), "Task * GPU;");
  ASSERT_EQ(sink.diagnostics().size(), 1u);
  EXPECT_EQ(sink.diagnostics().front().code, "W0321");
  EXPECT_EQ(sink.diagnostics().front().message, "constant `n` is never used");
  EXPECT_THAT(sink.diagnostics().front().help, HasSubstr("leave out `-D n=1`"));
}

TEST(Constants, UsesOfAllKindsCount) {
  for (const char* text :
       {"a = n;", "print(\"{}\", n);", "def f(Task t) { print(\"{}\", n); return m; }",
        "def f(Task t) { x = n; return x; }", "IndexTaskMap * n;", "Task * ;"}) {
    const auto source = std::make_shared<const SourceFile>("t.castra", text);
    DiagnosticSink sink;
    EXPECT_THAT(with_constants(source, {{"n", "1"}}, sink)->text(), HasSubstr("n = 1;")) << text;
  }
  EXPECT_THAT(redefined("a = b;", {"b=n+1", "n=1"}), HasSubstr("n = 1;"));
}

TEST(Constants, RefuseWhatIsNoConstant) {
  EXPECT_EQ(redefined("a = 1;", {"a"}), "not split");
  EXPECT_EQ(redefined("a = 1;", {"=1"}), "not split");
  EXPECT_EQ(redefined("a = 1;", {"1a=1"}), "not split");
  for (const char* value : {"a=1; b = 2", "a=", "a=1 +", "a=;", "a=)", "a=\"x"}) {
    if (std::string(value) == "a=") continue;
    EXPECT_THAT(redefined("a = 1;", {value}),
                HasSubstr(std::string(info(Finding::BadConstant).code)))
        << value;
  }
  EXPECT_THAT(redefined("def f(Task t) { return Machine(GPU)[0, 0]; }", {"f=1"}),
              HasSubstr("E0214"));
  EXPECT_THAT(redefined("a = 1;", {"Task=1"}), HasSubstr("E0220"));
}

}  // namespace
}  // namespace castra::lang
