#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz_target.h"
#include "support/file.h"

namespace castra {
namespace {

std::vector<std::string> files_under(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// tests/fuzz/corpus/TARGET holds inputs that reached something new, tests/fuzz/findings/TARGET
/// those that once failed, named for the symptom.
TEST(Corpus, EveryKeptInputIsSurvived) {
  const std::string root = std::string(CASTRA_SOURCE_DIR) + "/tests/fuzz/";
  for (const FuzzTarget& target : fuzz_targets()) {
    const auto kept = files_under(root + "corpus/" + std::string(target.name));
    EXPECT_GT(kept.size(), 10u) << target.name;
    for (const std::string& path : kept) target.run(read_file(path).value());
    const std::string findings = root + "findings/" + std::string(target.name);
    if (!std::filesystem::exists(findings)) continue;
    for (const std::string& path : files_under(findings)) target.run(read_file(path).value());
  }
}

TEST(Corpus, FoldersAreTargets) {
  const std::string root = std::string(CASTRA_SOURCE_DIR) + "/tests/fuzz/";
  for (const char* folder : {"corpus", "findings"}) {
    if (!std::filesystem::exists(root + folder)) continue;
    for (const std::string& path : files_under(root + folder))
      EXPECT_NE(find_fuzz_target(std::filesystem::path(path).filename().string()), nullptr) << path;
  }
}

TEST(Corpus, MutationsAreTheSameEveryTime) {
  for (const FuzzTarget& target : fuzz_targets()) {
    Rng one(5);
    Rng two(5);
    const std::string first = target.mutate("Task * GPU, CPU;\nx = (1, 2);", 4096, one);
    EXPECT_EQ(first, target.mutate("Task * GPU, CPU;\nx = (1, 2);", 4096, two)) << target.name;
    EXPECT_LE(target.mutate(first, 7, one).size(), 7u);
  }
}

}  // namespace
}  // namespace castra
