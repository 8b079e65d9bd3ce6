#include "common/report.h"

#include <cstdio>

namespace castra::apps {

void print_performance(double seconds, double operations) {
  std::printf("ELAPSED TIME = %7.3f s\n", seconds);
  std::printf("GFLOPS = %7.3f GFLOPS\n", seconds > 0 ? 1e-9 * operations / seconds : 0.0);
  std::fflush(stdout);
}

int report_wrong_use(const char* program, const char* message) {
  std::fprintf(stderr, "%s: error: %s\n", program, message);
  return 2;
}

}  // namespace castra::apps
