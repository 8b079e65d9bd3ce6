#include "support/check.h"

#include <cstdio>
#include <cstdlib>

namespace castra::detail {

void check_failed(const char* condition, const char* message, const char* file, int line) {
  std::fprintf(stderr, "castra: internal error at %s:%d: %s (%s)\n", file, line, message,
               condition);
  std::abort();
}

}  // namespace castra::detail
