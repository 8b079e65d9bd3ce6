#pragma once

#include <string>
#include <vector>

#include "support/result.h"

namespace castra::cli {

/// A program that comes with Castra, with arguments for a demonstration.
struct BundledProgram {
  std::string name;
  std::vector<std::string> command;
  std::string check;   ///< as --check takes it
  std::string metric;  ///< as --metric takes it
};

/// Fails with the list of names if there is none of that name, or if it was not built.
Result<BundledProgram> bundled_program(const std::string& name,
                                       const std::string& executable_directory);

}  // namespace castra::cli
