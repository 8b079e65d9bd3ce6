#pragma once

#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace castra::run {

/// What the supervisor tells its parent over the control socket: one record, written once.
struct SupervisorReport {
  enum class Kind : std::int32_t {
    Ended,        ///< value: the wait status
    ExecFailed,   ///< value: errno
    ChdirFailed,  ///< value: errno
    SetupFailed,  ///< value: errno
  };
  Kind kind = Kind::SetupFailed;
  std::int32_t value = 0;
  std::int64_t nanoseconds = 0;  ///< from exec to end
};

/// Everything the child needs, prepared before the fork: afterwards only async-signal-safe calls
/// are made, so that a threaded caller is no danger.
struct SupervisedProgram {
  const char* path = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* working_directory = nullptr;  ///< null: unchanged
  int standard_fds[3] = {-1, -1, -1};       ///< become 0, 1, 2; -1: inherited
  bool own_group = false;
  bool core_dumps = true;
  std::optional<rlim_t> address_space;
  sigset_t signal_mask{};  ///< the program's
  int control = -1;        ///< our end of the socket pair
};

/// Body of the supervisor process, called right after fork with all signals blocked; never returns.
/// Starts the program, adopts its orphans, and ends when the program has ended or the other end of
/// `control` was shut down or closed, having killed and reaped all that is left of it. If the
/// supervisor itself is killed, the kernel kills the program.
[[noreturn]] void supervise(const SupervisedProgram& program);

}  // namespace castra::run
