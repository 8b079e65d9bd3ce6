#pragma once

#include <string>
#include <vector>

#include "run/process.h"

namespace castra {

using Words = std::vector<std::string>;

inline Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// A circuit of 4800 nodes in which every superpiece reaches others and four of them share two
/// pieces each.
inline const Words kSmallCircuit = {"-p",   "8",  "-pps", "2",  "-npp", "600",    "-wpp",
                                    "1000", "-i", "60",   "-l", "4",    "-prune", "1"};

/// Options that make `count` virtual GPUs processors of the runtime.
inline Words with_gpus(int count) {
  return {"-ll:gpu", std::to_string(count), "-ll:fsize", "256", "-ll:zsize", "64"};
}

/// Runs the program with so many virtual GPUs to be had. Fails the test (by exception) if it cannot
/// be started at all.
inline run::ProcessResult run_circuit(const Words& options, int virtual_gpus = 0) {
  const std::string build = CASTRA_BUILD_DIR;
  run::ProcessSpec spec;
  spec.argv = Words{build + "/apps/circuit/circuit"} + options;
  spec.environment = {{"LD_LIBRARY_PATH", build + "/lib/castra/virtual"},
                      {"CASTRA_VIRTUAL_GPUS", std::to_string(virtual_gpus)},
                      {"CASTRA_VIRTUAL_GPU_MEMORY", "1000000000"}};
  spec.capture.head = std::size_t{16} << 20;  // a dump in full
  spec.timeout_s = 120;
  return run::run_process(spec).value();
}

}  // namespace castra
