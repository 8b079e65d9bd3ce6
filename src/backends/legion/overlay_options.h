#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/policy.h"

namespace castra::legion {

/// What the launcher asked of this process, read from the environment (run/overlay_contract.h).
struct OverlayOptions {
  std::string mapping_file;  ///< empty: none
  lang::Profile profile;     ///< how it is read and obeyed
  bool strict = false;
  std::string program_file;  ///< output paths are made unique per process; empty: not asked for
  std::string trace_file;
  std::string status_file;
  std::vector<std::string> command;

  bool recording() const { return !program_file.empty() || !trace_file.empty(); }
};

/// Claims the output files: the first Legion process under a command gets the names as asked,
/// others with ".PID" added.
OverlayOptions read_overlay_options();

/// Reads and checks the mapping file. An error holds the rendered diagnostics.
Result<std::shared_ptr<const lang::Policy>> load_policy(const std::string& path,
                                                        const lang::Profile& profile);

}  // namespace castra::legion
