#pragma once

#include <atomic>

namespace castra::cli {

/// From now on the first SIGINT, SIGTERM or SIGHUP sets the returned flag and the second ends the
/// process at once with exit code 130; programs run by run_process are killed in both cases.
const std::atomic<bool>& watch_interrupts();

}  // namespace castra::cli
