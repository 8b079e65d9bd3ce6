#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "support/file.h"

/// Text in, dump and diagnostics out. Every X.castra in tests/golden and tests/errors stands beside
/// X.expected; a file named fail_* has errors and no other has. CASTRA_UPDATE_GOLDEN=1 in the
/// environment rewrites the expectations.
namespace castra::lang {
namespace {

std::vector<std::string> inputs(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(CASTRA_SOURCE_DIR) + "/tests/" + folder)) {
    if (entry.path().extension() == ".castra") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// tests/errors: only what the user sees. tests/golden: the tree and the canonical text as well.
std::string output(const std::string& path, bool with_tree, bool& failed) {
  const std::string name = std::filesystem::path(path).filename().string();
  const auto source = std::make_shared<const SourceFile>(name, read_file(path).value());
  DiagnosticSink sink;
  compile(source, sink);
  failed = sink.has_errors();
  const std::string findings = render_all(*source, sink);
  if (!with_tree) return findings;
  DiagnosticSink again;
  const Ast ast = parse(*source, again);
  return fmt::format("## tree\n{}## text\n{}## findings\n{}", dump(ast), print(ast), findings);
}

std::string case_name(const testing::TestParamInfo<std::string>& info) {
  return std::filesystem::path(info.param).stem().string();
}

void compare(const std::string& path, bool with_tree) {
  bool failed = false;
  const std::string actual = output(path, with_tree, failed);
  const std::string expectation = path.substr(0, path.rfind('.')) + ".expected";
  if (std::getenv("CASTRA_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(expectation, actual));
  }
  const auto expected = read_file(expectation);
  ASSERT_TRUE(expected) << expectation << " is missing; set CASTRA_UPDATE_GOLDEN=1 to write it";
  EXPECT_EQ(actual, *expected);
  const bool named_fail = std::filesystem::path(path).filename().string().starts_with("fail_");
  EXPECT_EQ(failed, named_fail) << "a file is named fail_* exactly if it has errors";
}

class Golden : public testing::TestWithParam<std::string> {};
TEST_P(Golden, TreeTextAndFindings) { compare(GetParam(), true); }
INSTANTIATE_TEST_SUITE_P(Language, Golden, testing::ValuesIn(inputs("golden")), case_name);

/// The first finding of each must be enough to repair the program; a person read them all.
class BrokenProgram : public testing::TestWithParam<std::string> {};
TEST_P(BrokenProgram, Findings) { compare(GetParam(), false); }
INSTANTIATE_TEST_SUITE_P(Language, BrokenProgram, testing::ValuesIn(inputs("errors")), case_name);

}  // namespace
}  // namespace castra::lang
