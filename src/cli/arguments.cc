#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/command.h"
#include "support/text.h"

namespace castra::cli {
namespace {

/// The option of the command most like the first one that it does not have.
std::optional<std::string> meant_option(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const std::string& word : app.remaining()) {
    if (word.starts_with("--")) return did_you_mean(word.substr(0, word.find('=')), names);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return kOk;
  } catch (const CLI::ParseError& error) {
    const auto option = meant_option(app);
    const std::string remedy =
        option ? fmt::format("did you mean `{}`? `{} --help` lists all", *option, app.get_name())
               : fmt::format("run `{} --help`", app.get_name());
    fmt::print(stderr, "castra: {}\n  remedy: {}\n", error.what(), remedy);
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
