#include "lang/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "lang/parser.h"
#include "support/file.h"

namespace castra::lang {
namespace {

std::string formatted(const std::string& text) {
  const SourceFile source("t.castra", text);
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  EXPECT_FALSE(sink.has_errors()) << render_all(source, sink);
  const std::string once = format(ast, source);
  const SourceFile again("again", once);
  EXPECT_TRUE(same_program(source, again)) << once;
  DiagnosticSink ignored;
  EXPECT_EQ(format(parse(again, ignored), again), once) << "formatting twice changes something";
  return once;
}

TEST(Format, OneStatementALineWithCanonicalSpacing) {
  EXPECT_EQ(formatted("Task   a,b  GPU ,CPU ;x=( 1+2 )*3;"),
            "Task a, b GPU, CPU;\nx = (1 + 2) * 3;\n");
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("\n\n# only a comment  \n\n"), "# only a comment\n");
}

/// The published implementation reads a chain of conditionals to the left.
TEST(Format, NestedConditionalsMeanTheSameUnderEveryProfile) {
  EXPECT_EQ(formatted("x = a ? b : (c ? d : e);"), "x = a ? b : (c ? d : e);\n");
  EXPECT_EQ(formatted("x = a ? b : c ? d : e;"), "x = a ? b : (c ? d : e);\n");
  EXPECT_EQ(formatted("x = a ? (b ? c : d) : e;"), "x = a ? b ? c : d : e;\n");
  const SourceFile source("t.castra", "x = a ? b : c ? d : e;");
  DiagnosticSink sink;
  const Ast ast = parse(source, sink, dslmapper());
  EXPECT_EQ(format(ast, source), "x = (a ? b : c) ? d : e;\n");
}

/// Parentheses that formatting adds must not make a program too deep to read.
TEST(Format, LongChainsOfConditionalsStayReadable) {
  std::string chain = "x = ";
  for (int i = 0; i < kMaxExpressionDepth - 2; ++i)
    chain += "a == " + std::to_string(i) + " ? 1 : ";
  const std::string text = formatted(chain + "0;");
  EXPECT_EQ(std::count(text.begin(), text.end(), '('), kMaxExpressionDepth - 3);
}

TEST(Format, KeepsOneBlankLineBetweenGroups) {
  EXPECT_EQ(formatted("\n\nTask a CPU;\n\n\n\nTask b CPU;\nTask c CPU;\n\n"),
            "Task a CPU;\n\nTask b CPU;\nTask c CPU;\n");
}

TEST(Format, SeparatesFunctionsTogetherWithTheirComments) {
  EXPECT_EQ(
      formatted("m = Machine(GPU);\n# where\ndef f(Task t){return m[0,0];}\nIndexTaskMap a f;"),
      "m = Machine(GPU);\n\n# where\ndef f(Task t) {\n  return m[0, 0];\n}\n\n"
      "IndexTaskMap a f;\n");
  EXPECT_EQ(formatted("# file\n\n# f\ndef f(Task t){return 1;}"),
            "# file\n\n# f\ndef f(Task t) {\n  return 1;\n}\n");
}

TEST(Format, AlignsCommentsBehindAdjacentStatements) {
  EXPECT_EQ(
      formatted("Task a GPU; # first\nRegion * * GPU FBMEM;// second\n\nTask b CPU;  # third\n"),
      "Task a GPU;            # first\nRegion * * GPU FBMEM;  // second\n\n"
      "Task b CPU;  # third\n");
}

TEST(Format, KeepsCommentsWithTheirStatements) {
  EXPECT_EQ(formatted("def f(Task t) { # header\n# own\nx = 1; # behind\n\n# end\nreturn x;\n# "
                      "last\n} # after\n"),
            "def f(Task t) {  # header\n  # own\n  x = 1;  # behind\n\n  # end\n  return x;\n"
            "  # last\n}  # after\n");
  EXPECT_EQ(formatted("def f(Task t) { return 1; } # after\n"),
            "def f(Task t) {\n  return 1;\n}  # after\n");
  EXPECT_EQ(formatted("Task a CPU; Task b CPU; # of b\n"), "Task a CPU;\nTask b CPU;  # of b\n");
}

TEST(Format, KeepsCommentsInsideStatementsBehindTheirTokens) {
  EXPECT_EQ(formatted("x = f(1, # one\n 2, // two\n# three\n (3));\n"),
            "x = f(1,  # one\n    2,  // two\n    # three\n    3);\n");
  EXPECT_EQ(formatted("Task a\n# why\nGPU # end\n;\n"), "Task a\n    # why\n    GPU;  # end\n");
  EXPECT_EQ(formatted("Task a CPU # one\n# two\n; # three\n"),
            "Task a CPU  # one\n    # two\n    ;  # three\n");
}

TEST(Format, ContinuesLongStatements) {
  std::string names = "task_number_0";
  for (int i = 1; i < 12; ++i) names += ", task_number_" + std::to_string(i);
  EXPECT_EQ(formatted("Task " + names + " GPU, CPU;"),
            "Task task_number_0, task_number_1, task_number_2, task_number_3, task_number_4, "
            "task_number_5,\n    task_number_6, task_number_7, task_number_8, task_number_9, "
            "task_number_10, task_number_11 GPU,\n    CPU;\n");
}

TEST(Format, PaperStyleBecomesTheUsualForm) {
  EXPECT_EQ(
      formatted(
          "Task * GPU OMP # kinds\n CPU;\ndef f(t): # entry\n  x = 1 # one\n  return x # two\n"),
      "Task * GPU, OMP,  # kinds\n    CPU;\n\ndef f(t) {  # entry\n  x = 1;     # one\n"
      "  return x;  # two\n}\n");
}

TEST(Format, WindowsLinesAndByteOrderMark) {
  EXPECT_EQ(formatted("\xef\xbb\xbfTask a CPU; # c\r\n\r\nTask b CPU;\r\n"),
            "Task a CPU;  # c\n\nTask b CPU;\n");
}

TEST(Format, ShippedMappingsAreInCanonicalForm) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CASTRA_SOURCE_DIR) +
                                                               "/share/castra/mappings")) {
    const std::string text = read_file(entry.path().string()).value();
    EXPECT_EQ(formatted(text), text) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 10);
}

}  // namespace
}  // namespace castra::lang
