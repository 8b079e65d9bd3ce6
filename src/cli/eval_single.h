#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/mapping_file.h"
#include "machine/machine.h"

namespace castra::cli {

/// `castra eval FILE --single TASK`: where a SingleTaskMap puts one task.
struct SingleTaskOptions {
  std::string task;
  std::string on;                    ///< KIND:NODE:PROCESSOR, where it would run without the map
  std::vector<std::string> parents;  ///< NAME:KIND:NODE:PROCESSOR, its parent first
  std::vector<std::int64_t> region_bytes;  ///< as in lang::SingleQuery
  bool json = false;
};

/// The command's exit code, with everything printed.
int eval_single(const SingleTaskOptions& options, const std::string& file, const Reading& reading,
                const MachineShape& machine);

}  // namespace castra::cli
