#pragma once

#include <string>
#include <vector>

#include "support/result.h"

namespace castra::run {

/// What the checks before a launch found out.
struct ProgramCheck {
  std::string path;          ///< of the file that will be executed
  bool interpreted = false;  ///< a script, an interpreter or a launcher: what it loads is not known
  bool driver_found = false;  ///< the dynamic loader finds a libcuda.so.1 for it
};

/// Checks that `command` can be a dynamically linked program of this machine using the Legion
/// library whose soname is `legion_library`, with all its libraries but libcuda.so.1 present. Costs
/// one or two short processes of the dynamic loader.
Result<ProgramCheck> check_program(const std::vector<std::string>& command,
                                   const std::string& legion_library);

}  // namespace castra::run
