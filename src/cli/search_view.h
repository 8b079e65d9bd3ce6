#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "search/driver.h"

namespace castra::cli {

enum class ViewKind : std::uint8_t {
  Line,   ///< one line on stderr, rewritten in place and every second: for terminals
  Plain,  ///< a line on stderr per trial
  Json,   ///< an event per line on stdout
  Quiet,
};

/// Json if asked for, else quiet if asked for, else by whether stderr is a terminal.
ViewKind choose_view(bool json, bool quiet);

/// `budget` for "trial 3 of 20".
std::unique_ptr<search::SearchObserver> make_view(ViewKind kind, int budget);

/// A search's end, in words or as one JSON event.
struct FinalReport {
  const search::SearchReport& report;
  const search::History& history;
  std::vector<std::string> command;
  std::string virtual_machine;
  std::string out;  ///< mapping file written; empty: none was
  double seconds = 0;
  bool json = false;
  std::string folder;  ///< not empty: the folder in which `out` and the command's paths hold
};
/// Table of own mapper and best, counts of what became of the trials, and how to use the result.
void print_report(const FinalReport& final);

/// The text of the mapping file to write: the winner's with a comment on where it comes from, or,
/// if nothing beat the own mapper, a comment alone, which leaves everything to it.
std::string mapping_file_text(const search::SearchReport& report, const search::History& history,
                              const std::vector<std::string>& command);

/// Words of a command as a shell takes them.
std::string shell_command(const std::vector<std::string>& words);

}  // namespace castra::cli
