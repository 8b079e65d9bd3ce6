#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../programs.h"
#include "lang/policy.h"
#include "search/agent/candidate.h"
#include "search/agent/prompt_templates.h"
#include "search/space.h"

namespace castra::search::agent {
namespace {

std::vector<std::string> examples(const std::string& guide) {
  std::vector<std::string> out;
  const std::string open = "```castra\n";
  for (std::size_t at = guide.find(open); at != std::string::npos; at = guide.find(open, at)) {
    at += open.size();
    out.push_back(guide.substr(at, guide.find("```", at) - at));
  }
  return out;
}

std::string all_findings(const std::string& text, std::shared_ptr<const lang::Policy>& policy) {
  const auto source = std::make_shared<const SourceFile>("guide", text);
  DiagnosticSink sink;
  policy = lang::compile(source, sink);
  std::string out;
  for (const Diagnostic& diagnostic : sink.diagnostics()) {
    if (diagnostic.code != "N0401")
      out += render(*source, diagnostic);  // "no effect in this version"
  }
  return out;
}

TEST(LanguageGuide, EveryExampleCompilesWithoutAWord) {
  const auto templates = PromptTemplates::load(std::string(CASTRA_SOURCE_DIR) + "/share/castra");
  ASSERT_TRUE(templates.has_value());
  const auto found = examples(templates->language_guide());
  ASSERT_GE(found.size(), 7U);
  for (const std::string& example : found) {
    std::shared_ptr<const lang::Policy> policy;
    EXPECT_EQ(all_findings(example, policy), "") << example;
    EXPECT_NE(policy, nullptr) << example;
  }
}

TEST(LanguageGuide, ItsFunctionsStayInsideTheMachineOnEveryDomain) {
  const auto templates = PromptTemplates::load(std::string(CASTRA_SOURCE_DIR) + "/share/castra");
  for (const std::string& example : examples(templates->language_guide())) {
    std::shared_ptr<const lang::Policy> policy;
    all_findings(example, policy);
    ASSERT_NE(policy, nullptr);
    for (const char* function : {"block", "cyclic", "round_robin"}) {
      if (example.find(std::string("def ") + function) == std::string::npos) continue;
      for (const int gpus : {1, 3, 4}) {
        for (const int points : {1, 4, 7, 50}) {
          MachineShape shape;
          shape.nodes = 2;
          shape.set(ProcessorKind::Gpu, gpus);
          const auto placed = policy->evaluate(function, rect_of_extents({points}), shape);
          ASSERT_TRUE(placed.has_value()) << function << ": " << placed.error().message;
          EXPECT_TRUE(placed->has_value());
        }
      }
    }
  }
}

TEST(CompileMapping, AcceptsWhatTheSpaceRendersAlsoAsBlocks) {
  Rng rng(4);
  for (int i = 0; i < 50; ++i) {
    const SearchSpace space = SearchSpace::derive(random_program(rng), test_machine(2, 4));
    const std::string text =
        DecisionBlocks::from_mapping(space.render(space.random(rng))).assemble();
    const CompileReport report = compile_mapping(text);
    EXPECT_TRUE(report.ok) << report.diagnostics << text;
  }
}

TEST(CompileMapping, MendsWhatTheCompilerCanFixAndExplainsTheRest) {
  const CompileReport mended = compile_mapping("Task * GPU Region * * GPU FBMEM;\n");
  EXPECT_TRUE(mended.ok) << mended.diagnostics;
  EXPECT_EQ(mended.text, "Task * GPU; Region * * GPU FBMEM;\n");
  const CompileReport wrong = compile_mapping("IndexTaskMap a nowhere;");
  EXPECT_FALSE(wrong.ok);
  EXPECT_THAT(wrong.diagnostics, ::testing::HasSubstr("nowhere"));
}

TEST(UnusableMapping, DoesNotCompileWithTheRealLanguage) {
  for (const std::string& reply : {std::string(), std::string("# only a comment"),
                                   std::string("Dear user, no."), std::string("\0\xff", 2)}) {
    const MappingCompiler compile = [](const std::string& text) { return compile_mapping(text); };
    EXPECT_FALSE(compile(unusable_mapping({}, {}, reply, compile)).ok) << reply;
  }
}

}  // namespace
}  // namespace castra::search::agent
