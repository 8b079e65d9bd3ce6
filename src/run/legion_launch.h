#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/profile.h"
#include "machine/machine.h"
#include "run/process.h"
#include "support/result.h"

namespace castra::run {

/// A Legion program to run under Castra's overlay mapper. Paths may be relative to the caller's
/// working directory. Every output path is written by the process itself when it ends; a second
/// Legion process under the same command adds ".PID" to them.
struct LegionLaunch {
  std::vector<std::string> command;         ///< never empty
  std::optional<std::string> mapping_file;  ///< nothing: only the program's own mapper decides
  std::optional<Machine> virtual_machine;   ///< run on emulated GPUs of this machine
  lang::Profile profile;                    ///< how the mapping is read and obeyed
  bool strict = false;                      ///< a rule that cannot be obeyed ends the run
  std::optional<std::string> program_file;  ///< record the program (switches tracing replay off)
  std::optional<std::string> trace_file;    ///< record what happened (likewise)
  std::optional<std::string>
      status_file;                      ///< the overlay's counters and failure (overlay_status.h)
  std::optional<std::string> log_file;  ///< Legion's own messages go here instead of stderr
};

/// Folder of the preloaded libraries: $CASTRA_LIBRARY_DIR, or ../lib/castra seen from the folder of
/// the castra executable. Fails if the libraries are not there.
Result<std::string> find_library_directory(const std::string& executable_directory);

/// Checks that the command can be a dynamically linked Legion program of this machine with all its
/// libraries present, and states how to run it: the caller fills in stdio and limits. Interpreters
/// and scripts are let through, since what they load is not known beforehand. Each failure is a
/// short Error with cause and remedy. Costs two short processes of the dynamic loader.
Result<ProcessSpec> prepare_launch(const LegionLaunch& launch,
                                   const std::string& library_directory);

}  // namespace castra::run
