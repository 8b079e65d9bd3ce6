#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lang/builtins.h"
#include "lang/policy.h"
#include "support/file.h"

/// Every block of the language reference marked ```castra is a program on its own.
namespace castra::lang {
namespace {

std::vector<std::string> blocks(const std::string& markdown) {
  const std::string fence = "```castra\n";
  std::vector<std::string> found;
  for (std::size_t at = markdown.find(fence); at != std::string::npos;
       at = markdown.find(fence, at)) {
    at += fence.size();
    const std::size_t end = markdown.find("```", at);
    found.push_back(markdown.substr(at, end - at));
    at = end;
  }
  return found;
}

class Page : public testing::TestWithParam<const char*> {};

TEST_P(Page, ExamplesCompileWithoutWarnings) {
  const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/" + GetParam());
  ASSERT_TRUE(text);
  const auto programs = blocks(*text);
  EXPECT_GE(programs.size(), 4u);
  for (const std::string& program : programs) {
    const auto source = std::make_shared<const SourceFile>(GetParam(), program);
    DiagnosticSink sink;
    EXPECT_NE(compile(source, sink), nullptr) << render_all(*source, sink);
    for (const Diagnostic& d : sink.diagnostics()) {
      EXPECT_EQ(d.severity, Severity::Note) << render(*source, d);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LanguageReference, Page,
                         testing::Values("language.md", "coming-from-cpp-mappers.md"),
                         [](const auto& page) {
                           return std::string(page.param).starts_with("language") ? "Language"
                                                                                  : "FromCpp";
                         });

/// The page's lists of words are those of the code.
TEST(LanguageReference, NamesEveryBuiltinTransformAndKind) {
  const std::string text =
      read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/language.md").value_or("");
  const auto mentions = [&](std::string_view word) {
    EXPECT_NE(text.find("`" + std::string(word)), std::string::npos) << word << " is missing";
  };
  for (const BuiltinInfo& builtin : builtins()) mentions(std::string(builtin.name) + "(");
  for (const TransformInfo& transform : transforms()) {
    EXPECT_NE(text.find("." + std::string(transform.name) + "("), std::string::npos)
        << transform.name;
  }
  for (const ProcessorKind kind : kAllProcessorKinds) mentions(to_string(kind));
  for (const MemoryKind kind : kAllMemoryKinds) mentions(to_string(kind));
}

TEST(LanguageReference, ShippedMappingsCompileWithoutWarnings) {
  for (const char* name :
       {"cannon-expert", "circuit-best", "circuit-expert", "cosma-expert", "johnson-expert",
        "pennant-expert", "pumma-expert", "solomonik-expert", "stencil-expert", "summa-expert"}) {
    const std::string path =
        std::string(CASTRA_SOURCE_DIR) + "/share/castra/mappings/" + name + ".castra";
    const auto source = std::make_shared<const SourceFile>(name, read_file(path).value());
    DiagnosticSink sink;
    EXPECT_NE(compile(source, sink), nullptr) << render_all(*source, sink);
    for (const Diagnostic& d : sink.diagnostics()) {
      EXPECT_EQ(d.severity, Severity::Note) << render(*source, d);
    }
  }
}

}  // namespace
}  // namespace castra::lang
