#include "support/diagnostic.h"

#include <gtest/gtest.h>

namespace castra {
namespace {

TEST(SourceFile, LocatesOffsetsByLineAndColumn) {
  const SourceFile source("f", "ab\ncd\n");
  EXPECT_EQ(source.locate(0).line, 1);
  EXPECT_EQ(source.locate(3).line, 2);
  EXPECT_EQ(source.locate(4).column, 2);
  EXPECT_EQ(source.locate(1000).line, 3) << "past the end is the end";
  EXPECT_EQ(source.line_text(2), "cd");
}

TEST(SourceFile, DropsCarriageReturns) {
  EXPECT_EQ(SourceFile("f", "ab\r\ncd").line_text(1), "ab");
}

TEST(Diagnostic, RendersLocationExcerptCaretAndHelp) {
  const SourceFile source("m.castra", "Task * GPU;\n\tTask foo GPX;\n");
  Diagnostic d{"E0001", Severity::Error,       {22, 25}, "unknown processor kind `GPX`",
               {},      "did you mean `GPU`?", {},       {}};
  EXPECT_EQ(render(source, d),
            "m.castra:2:11: error[E0001]: unknown processor kind `GPX`\n"
            " 2 | \tTask foo GPX;\n"
            "   | \t         ^~~\n"
            "  help: did you mean `GPU`?\n");
}

TEST(Diagnostic, CaretAtEndOfFileIsOneWide) {
  const SourceFile source("f", "Task");
  EXPECT_NE(render(source, {"E1", Severity::Error, {4, 4}, "m", {}, "", {}, {}}).find("    ^\n"),
            std::string::npos);
}

TEST(Diagnostic, ShowsAWindowOfALongLineAndNoControlBytes) {
  const std::string line = std::string(5000, 'a') + "\x1b[31mX" + std::string(5000, 'b');
  const SourceFile source("f", line);
  const std::string text =
      render(source, {"E1", Severity::Error, {5005, 5006}, "m", {}, "", {}, {}});
  EXPECT_LT(text.size(), 500u);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const std::size_t caret = text.rfind('^') - text.rfind('\n', text.rfind('^'));
  const std::size_t marked = text.find('X') - text.find('\n');
  EXPECT_EQ(caret, marked) << text;
}

TEST(DiagnosticSink, CountsPastItsLimit) {
  DiagnosticSink sink(2);
  for (int i = 0; i < 5; ++i) sink.report({"E1", Severity::Error, {}, "m", {}, "", {}, {}});
  EXPECT_EQ(sink.diagnostics().size(), 2u);
  EXPECT_EQ(sink.suppressed(), 3u);
  EXPECT_EQ(sink.error_count(), 5u);
}

}  // namespace
}  // namespace castra
