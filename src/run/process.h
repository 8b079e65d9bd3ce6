#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/captured_text.h"
#include "support/result.h"
#include "support/units.h"

namespace castra::run {

struct EnvironmentChange {
  std::string name;
  std::optional<std::string> value;  ///< nothing: unset
};

enum class Stdio : std::uint8_t {
  Inherit,  ///< the caller's; the program also stays in the caller's process group, so that it can
            ///< read the terminal and gets Ctrl-C itself
  Capture,  ///< stdin empty, stdout and stderr kept apart and bounded; a process group of its own
};

/// A program to run and its limits.
struct ProcessSpec {
  std::vector<std::string> argv;               ///< argv[0]: a path, or a name looked up in PATH
  std::vector<EnvironmentChange> environment;  ///< over the caller's, later ones win
  std::string working_directory;               ///< empty: the caller's
  Stdio stdio = Stdio::Capture;
  CaptureLimit capture;                       ///< of stdout and of stderr, each
  std::optional<double> timeout_s;            ///< wall time; then everything is killed
  std::optional<Bytes> address_space;         ///< per process, reserved memory included (RLIMIT_AS)
  std::optional<std::uint64_t> output_limit;  ///< bytes on stdout and stderr together; then killed
  const std::atomic<bool>* cancel = nullptr;  ///< once true, everything is killed within 0.05 s
};

/// How it ended. Exactly one of exit_code and signal is set; where Castra killed it, one of the
/// flags says why and signal is SIGKILL.
struct ProcessResult {
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool timed_out = false;
  bool interrupted = false;
  bool output_exceeded = false;
  double seconds = 0;  ///< wall time from the program's start to its end
  CapturedText out;
  CapturedText err;

  bool succeeded() const { return exit_code == 0; }
};

/// Runs a program to its end. When it ends, or a limit is hit, everything it started is killed and
/// reaped, also what left its process group or its session; the same happens if the caller dies in
/// whatever way, SIGKILL included: a supervisor process between the two sees to it. No core dumps
/// are written for captured programs. Fails (an Error, nothing ran) if the program cannot be
/// started.
Result<ProcessResult> run_process(const ProcessSpec& spec);

/// The path that running `name` would execute: itself if it has a '/', else looked up in PATH.
/// Fails if there is none, or it is a directory or not executable.
Result<std::string> find_program(const std::string& name);

/// "exit code 3", "killed by SIGSEGV (segmentation fault)", "killed after 10 s".
std::string describe_end(const ProcessResult& result);

}  // namespace castra::run
