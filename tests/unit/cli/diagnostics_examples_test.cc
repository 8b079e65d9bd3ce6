#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "run_castra.h"
#include "support/file.h"

/// Every command of the manual of diagnostics, as a reader would type it, prints what stands there.
namespace castra::cli {
namespace {

std::string whole_text(const nlohmann::json& example) {
  auto text = example["text"].get<std::string>();
  if (example.contains("repeated")) {
    const auto& repeated = example["repeated"];
    for (std::size_t i = 0; i < repeated["times"]; ++i) text += repeated["text"].get<std::string>();
    text += example["ending"].get<std::string>();
  }
  return text + "\n";
}

TEST(DiagnosticExamples, CommandsPrintWhatTheManualSays) {
  const TemporaryDirectory folder = TemporaryDirectory::create().value();
  std::filesystem::create_directory_symlink(std::string(CASTRA_SOURCE_DIR) + "/share",
                                            folder.path() + "/share");
  const Ran listed = castra("diagnostics --json");
  ASSERT_EQ(listed.code, 0) << listed.output;
  const auto rows = nlohmann::json::parse(listed.output)["diagnostics"];
  ASSERT_GT(rows.size(), 100u);
  for (const auto& row : rows) {
    const auto& example = row["example"];
    ASSERT_TRUE(write_file(folder.path() + "/example.castra", whole_text(example)));
    auto command = example["command"].get<std::string>();
    ASSERT_TRUE(command.starts_with("castra "));
    const Ran ran = castra_in(folder.path(), command.substr(7) + " 2>&1 >/dev/null");
    EXPECT_EQ(ran.output, example["output"].get<std::string>()) << row["code"] << ": " << command;
    EXPECT_EQ(ran.code == 0, row["severity"] != "error") << row["code"] << ": " << command;
  }
}

}  // namespace
}  // namespace castra::cli
