#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/command.h"

namespace castra::cli {

std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return kOk;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "castra: {}\n  remedy: run `{} --help`\n", error.what(), app.get_name());
    return kUsage;
  }
}

int fail(const Error& error, int code) {
  fmt::print(stderr, "castra: {}\n", error.to_string());
  return code;
}

std::string executable_directory() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

std::string share_directory() {
  const char* chosen = std::getenv("CASTRA_SHARE_DIR");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  return (std::filesystem::path(executable_directory()).parent_path() / "share/castra").string();
}

SplitArguments split_at_dashes(const std::vector<std::string>& arguments) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  SplitArguments split{{arguments.begin(), dashes}, {}};
  if (dashes != arguments.end()) split.program.assign(dashes + 1, arguments.end());
  return split;
}

}  // namespace castra::cli
