#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/command.h"
#include "support/text.h"

namespace castra::cli {
namespace {

/// Every subcommand, in the order the help shows them.
constexpr std::array kCommands = {
    Command{"check", "check a mapping program without running anything", run_check},
    Command{"diff", "compare two mapping programs by what they decide", run_diff},
    Command{"dump", "print a mapping program in an inner form, as JSON", run_dump},
    Command{"diagnostics", "list the diagnostics of the language, or explain one", run_diagnostics},
    Command{"explain", "show what a mapping decides for a task, and by which rule", run_explain},
    Command{"eval", "evaluate an index function over a launch domain", run_eval},
    Command{"feedback", "explain the output of a run and say what to try", run_feedback},
    Command{"import", "convert a mapping of an earlier form of the language", run_import},
    Command{"fmt", "rewrite mapping programs in canonical form", run_fmt},
    Command{"grammar", "print the grammar of the language in several notations", run_grammar},
    Command{"lsp", "serve an editor: findings, explanations, completion", run_lsp},
    Command{"machine", "show a machine file, or list the built-in machines", run_machine},
    Command{"optimize", "search for a faster mapping by running the program", run_optimize},
    Command{"record", "record what a Legion program does", run_record},
    Command{"resume", "go on with the last search of a journal", run_resume},
    Command{"run", "run a Legion program under a mapping", run_run},
};

void print_help() {
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : kCommands)
    rows.push_back({std::string("  ") + command.name, command.summary});
  fmt::print(
      "castra {}: finds fast mappers for task-based parallel programs\n\n"
      "usage: castra COMMAND [OPTIONS] [-- PROGRAM ARGUMENTS]\n\ncommands:\n",
      CASTRA_VERSION);
  for (const auto& row : rows) fmt::print("{:<15}{}\n", row[0], row[1]);
  fmt::print(
      "\n`castra COMMAND --help` explains a command.\n"
      "exit codes: 0 ok, 1 the mapping is wrong, 2 usage, 3 environment, 4 no valid result,\n"
      "            125 `castra run` itself failed, 130 interrupted\n");
}

int unknown_command(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  const auto near = did_you_mean(word, names);
  fmt::print(
      stderr, "castra: there is no command '{}'\n  remedy: {}\n", word,
      near ? fmt::format("did you mean `castra {}`?", *near) : "run `castra --help` for the list");
  return kUsage;
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_help();
    return kUsage;
  }
  const std::string& word = arguments.front();
  if (word == "--help" || word == "-h" || word == "help") {
    print_help();
    return kOk;
  }
  if (word == "--version") {
    fmt::print("castra {}\n", CASTRA_VERSION);
    return kOk;
  }
  for (const Command& command : kCommands) {
    if (word == command.name) return command.run({arguments.begin() + 1, arguments.end()});
  }
  return unknown_command(word);
}

/// A command whose answer did not reach standard output has not succeeded.
int delivered(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "castra: cannot write to standard output\n");
  return code == kOk ? kEnvironment : code;
}

}  // namespace
}  // namespace castra::cli

int main(int argc, char** argv) {
  try {
    return castra::cli::delivered(castra::cli::dispatch({argv + 1, argv + argc}));
  } catch (const std::exception& error) {  // third-party libraries throw; nothing of ours does
    std::fprintf(stderr, "castra: internal error: %s\n", error.what());
    return castra::cli::kEnvironment;
  }
}
