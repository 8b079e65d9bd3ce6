#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

TEST(LanguageReference, ExamplesCompileWithoutWarnings) {
  const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/language.md");
  ASSERT_TRUE(text);
  const auto programs = blocks(*text);
  EXPECT_GE(programs.size(), 6u);
  for (const std::string& program : programs) {
    const auto source = std::make_shared<const SourceFile>("language.md", program);
    DiagnosticSink sink;
    EXPECT_NE(compile(source, sink), nullptr) << render_all(*source, sink);
    for (const Diagnostic& d : sink.diagnostics()) {
      EXPECT_EQ(d.severity, Severity::Note) << render(*source, d);
    }
  }
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
