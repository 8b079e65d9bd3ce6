#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/legion_launch.h"
#include "run/overlay_status.h"
#include "run/process.h"

namespace castra::run {

struct LegionRun {
  ProcessResult process;
  /// Nothing if the process died without the overlay's doing, or never started Legion.
  std::optional<OverlayStatus> status;
  bool recorded = false;  ///< the asked-for program and trace files are in place
};

/// Runs a launch to its end under the limits in `limits` (its argv and environment are ignored).
/// Files the launch asks for are written beside and moved into place only when the process has
/// written them whole, so that a failed run leaves what was there before.
Result<LegionRun> run_legion(const LegionLaunch& launch, const std::string& library_directory,
                             const ProcessSpec& limits);

/// A file and the option or part that names it; an empty path is none.
struct NamedFile {
  std::string option;
  std::string path;
};

/// Fails if two of them are one file, however it is spelt.
Status check_distinct(const std::vector<NamedFile>& files);

/// Fails, naming path and cause, if a file could not be created or replaced at `path`.
Status check_writable(const std::string& path);

}  // namespace castra::run
