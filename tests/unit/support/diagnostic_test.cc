#include "support/diagnostic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

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

TEST(Diagnostic, ShowsCharactersWholeAndNothingThatDrivesTheTerminal) {
  const auto shown = [](const std::string& line, SourceSpan span) {
    return render(SourceFile("f", line), {"E1", Severity::Error, span, "m", {}, "", {}, {}});
  };
  EXPECT_EQ(shown("Task \"\xe6\x97\xa5\xe6\x9c\xac\" GPX;", {14, 17}),
            "f:1:15: error[E1]: m\n 1 | Task \"\xe6\x97\xa5\xe6\x9c\xac\" GPX;\n"
            "   |           ^~~\n");
  EXPECT_EQ(shown("\xe2\x80\x9cx", {0, 3}), "f:1:1: error[E1]: m\n 1 | \xe2\x80\x9cx\n   | ^\n");
  // A control of eight bits, alone and as UTF-8; a mark of direction; too long; a surrogate; cut
  // off.
  for (const char* bad :
       {"\x9b", "\xc2\x9b", "\xe2\x80\xae", "\xc0\xaf", "\xed\xa0\x80", "\xe6\x97"})
    EXPECT_EQ(
        shown(std::string("a") + bad, {0, 1}),
        "f:1:1: error[E1]: m\n 1 | a" + std::string(std::string(bad).size(), '?') + "\n   | ^\n");
  std::string wide;
  while (wide.size() < 600) wide += "\xe6\x97\xa5";
  for (std::uint32_t at = 300; at < 303; ++at)
    EXPECT_LE(std::ranges::count(shown(wide, {at, at + 1}), '?'), 2)
        << at << ": only where it is cut";
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
