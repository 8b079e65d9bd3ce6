#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/result.h"

namespace CLI {
class App;
}

namespace castra::cli {

/// Parses a subcommand's arguments. Returns an exit code if the command is over: --help was printed
/// (0), or the usage was wrong (2, one line on stderr and how to get help).
std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments);

/// Prints "castra: what\n  remedy: ..." on stderr and returns `code`.
int fail(const Error& error, int code);

/// Where the installation keeps its data (machines, prompts, rules): $CASTRA_SHARE_DIR, or
/// share/castra beside the folder of the running executable.
std::string share_directory();
/// Folder of the running executable.
std::string executable_directory();

/// The arguments before and after the first "--". `program` is empty if there is none.
struct SplitArguments {
  std::vector<std::string> own;
  std::vector<std::string> program;
};
SplitArguments split_at_dashes(const std::vector<std::string>& arguments);

}  // namespace castra::cli
