#include "virtual/report.h"

#include <cstdio>

namespace castra::virtual_gpu {

void report(const std::string& message) {
  const std::string line = "castra virtual GPU: " + message + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace castra::virtual_gpu
