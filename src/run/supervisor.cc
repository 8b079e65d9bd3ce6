#include "run/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace castra::run {
namespace {

std::int64_t monotonic_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

[[noreturn]] void report_and_exit(int control, const SupervisorReport& report) {
  // A socket, so MSG_NOSIGNAL semantics come from the blocked SIGPIPE; a vanished parent is fine.
  [[maybe_unused]] const ssize_t ignored = ::write(control, &report, sizeof report);
  ::_exit(0);
}

/// Between fork and exec in the program's own process. A failure is written to `failures`.
[[noreturn]] void become_program(const SupervisedProgram& program, pid_t supervisor, int failures) {
  const auto give_up = [&](SupervisorReport::Kind kind) {
    const SupervisorReport report{kind, errno, 0};
    [[maybe_unused]] const ssize_t ignored = ::write(failures, &report, sizeof report);
    ::_exit(127);
  };
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(127);
  if (program.own_group) ::setpgid(0, 0);
  for (int fd = 0; fd < 3; ++fd) {
    if (program.standard_fds[fd] >= 0 && ::dup2(program.standard_fds[fd], fd) < 0) {
      give_up(SupervisorReport::Kind::SetupFailed);
    }
  }
  if (!program.core_dumps) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
  }
  if (program.address_space) {
    const rlimit limit{*program.address_space, *program.address_space};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) give_up(SupervisorReport::Kind::SetupFailed);
  }
  if (program.working_directory != nullptr && ::chdir(program.working_directory) != 0) {
    give_up(SupervisorReport::Kind::ChdirFailed);
  }
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &program.signal_mask, nullptr);
  ::execve(program.path, program.argv, program.environment);
  give_up(SupervisorReport::Kind::ExecFailed);
  ::_exit(127);
}

/// Sends SIGKILL to every process the kernel lists as our child. False if the list cannot be read.
bool kill_children() {
  const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return false;
  pid_t pid = 0;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(list, buffer, sizeof buffer)) > 0;) {
    for (ssize_t i = 0; i < got; ++i) {
      if (buffer[i] >= '0' && buffer[i] <= '9') {
        pid = pid * 10 + (buffer[i] - '0');
      } else if (pid > 0) {
        ::kill(pid, SIGKILL);
        pid = 0;
      }
    }
  }
  ::close(list);
  return true;
}

/// Kills and reaps all descendants, generation by generation: as the subreaper we inherit the
/// children of whatever dies. Notes the program's own status if it had not ended yet. Without a
/// list of children (no /proc) it must make do with the program and its group.
void kill_everything(pid_t program, bool own_group, std::optional<int>& status) {
  if (!status) {
    ::kill(own_group ? -program : program, SIGKILL);
    ::kill(program, SIGKILL);
  }
  for (;;) {
    const bool all_known = kill_children();
    int ended = 0;
    const pid_t pid = ::waitpid(-1, &ended, all_known || !status ? 0 : WNOHANG);
    if (pid == program && !status) status = ended;
    if (pid == 0 || (pid < 0 && errno == ECHILD)) return;
  }
}

/// Reaps what has ended; true once the program itself has.
bool reap(pid_t program, std::optional<int>& status) {
  int ended = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &ended, WNOHANG)) > 0;) {
    if (pid == program) status = ended;
  }
  return status.has_value();
}

void close_all_but(int first, int second) {
  const auto low = static_cast<unsigned>(first < second ? first : second);
  const auto high = static_cast<unsigned>(first < second ? second : first);
  ::close_range(high + 1, ~0U, 0);
  if (high > low + 1) ::close_range(low + 1, high - 1, 0);
  if (low > 0) ::close_range(0, low - 1, 0);
}

int open_child_signals() {
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  return ::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Waits until the program ends or the parent hangs up.
void wait_for_end(pid_t child, int control, int signals, std::optional<int>& status) {
  pollfd waits[2] = {{signals, POLLIN, 0}, {control, POLLIN, 0}};
  while (!reap(child, status)) {
    if (::poll(waits, 2, -1) < 0) continue;
    signalfd_siginfo drained[8];
    while (::read(signals, drained, sizeof drained) > 0) {
    }
    if (waits[1].revents != 0) return;
  }
}

}  // namespace

void supervise(const SupervisedProgram& program) {
  const int control = program.control;
  const auto fail = [&] {
    report_and_exit(control, {SupervisorReport::Kind::SetupFailed, errno, 0});
  };
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (program.own_group) ::setpgid(0, 0);
  const int signals = open_child_signals();
  int failures[2];
  if (signals < 0 || ::pipe2(failures, O_CLOEXEC) != 0) fail();
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) fail();
  if (child == 0) become_program(program, self, failures[1]);
  if (program.own_group) ::setpgid(child, child);
  ::close(failures[1]);
  SupervisorReport report;
  ssize_t got = 0;
  do {
    got = ::read(failures[0], &report, sizeof report);
  } while (got < 0 && errno == EINTR);
  const std::int64_t start = monotonic_nanoseconds();
  close_all_but(control, signals);
  std::optional<int> status;
  if (got != static_cast<ssize_t>(sizeof report)) {
    wait_for_end(child, control, signals, status);
    report = {SupervisorReport::Kind::Ended, 0, monotonic_nanoseconds() - start};
  }
  kill_everything(child, program.own_group, status);
  if (report.kind == SupervisorReport::Kind::Ended) report.value = status.value_or(0);
  report_and_exit(control, report);
}

}  // namespace castra::run
