#include "run/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "run/supervisor.h"
#include "support/text.h"

extern char** environ;

namespace castra::run {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

/// So that no pipe of ours lands on 0, 1 or 2 when the caller runs with those closed.
void open_standard_streams() {
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;
  }
}

/// The caller's environment with the changes applied, as execve wants it.
class EnvironmentBlock {
 public:
  explicit EnvironmentBlock(const std::vector<EnvironmentChange>& changes) {
    std::map<std::string, std::string, std::less<>> values;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      const std::size_t equals = text.find('=');
      if (equals == std::string_view::npos) continue;
      values.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    for (const EnvironmentChange& change : changes) {
      if (change.value) {
        values[change.name] = *change.value;
      } else {
        values.erase(change.name);
      }
    }
    for (const auto& [name, value] : values) entries_.push_back(name + "=" + value);
    for (std::string& entry : entries_) pointers_.push_back(entry.data());
    pointers_.push_back(nullptr);
  }

  char* const* data() const { return pointers_.data(); }

 private:
  std::vector<std::string> entries_;
  std::vector<char*> pointers_;
};

/// Both ends of everything that connects us with the program.
struct Connections {
  Descriptor control, supervisor_control;
  Descriptor null_input;
  Descriptor out, out_write, err, err_write;
};

Error system_error(std::string_view what) {
  return Error{fmt::format("cannot {}: {}", what, std::strerror(errno)), {}};
}

Result<Connections> connect(Stdio stdio) {
  Connections c;
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return tl::unexpected(system_error("make a socket pair"));
  }
  c.control = Descriptor(pair[0]);
  c.supervisor_control = Descriptor(pair[1]);
  if (stdio == Stdio::Inherit) return c;
  c.null_input = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!c.null_input.open()) return tl::unexpected(system_error("open /dev/null"));
  for (auto [read_end, write_end] : {std::pair{&c.out, &c.out_write}, {&c.err, &c.err_write}}) {
    if (::pipe2(pair, O_CLOEXEC) != 0) return tl::unexpected(system_error("make a pipe"));
    *read_end = Descriptor(pair[0]);
    *write_end = Descriptor(pair[1]);
    ::fcntl(pair[0], F_SETFL, O_NONBLOCK);
  }
  return c;
}

struct Supervisor {
  pid_t pid = -1;
  Connections connections;
};

/// Forks the supervisor with all signals blocked, so that no handler of ours can run in it.
Result<Supervisor> start(const ProcessSpec& spec, const std::string& path) {
  open_standard_streams();
  auto connections = connect(spec.stdio);
  if (!connections) return tl::unexpected(connections.error());
  std::vector<char*> argv;
  for (const std::string& argument : spec.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const EnvironmentBlock environment(spec.environment);

  SupervisedProgram program;
  program.path = path.c_str();
  program.argv = argv.data();
  program.environment = environment.data();
  if (!spec.working_directory.empty()) program.working_directory = spec.working_directory.c_str();
  if (spec.stdio == Stdio::Capture) {
    program.standard_fds[0] = connections->null_input.get();
    program.standard_fds[1] = connections->out_write.get();
    program.standard_fds[2] = connections->err_write.get();
    program.own_group = true;
    program.core_dumps = false;
  }
  if (spec.address_space) program.address_space = spec.address_space->value;
  program.control = connections->supervisor_control.get();

  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &program.signal_mask);
  const pid_t pid = ::fork();
  if (pid == 0) supervise(program);
  ::pthread_sigmask(SIG_SETMASK, &program.signal_mask, nullptr);
  if (pid < 0) return tl::unexpected(system_error("start a process"));
  return Supervisor{pid, *std::move(connections)};
}

/// Our side of a running program: reads its output, watches the limits, waits for the report.
class Watch {
 public:
  Watch(const ProcessSpec& spec, Connections& connections)
      : spec_(spec), connections_(connections), started_(Clock::now()) {
    connections.supervisor_control.close();
    connections.null_input.close();
    connections.out_write.close();
    connections.err_write.close();
    result_.out = CapturedText(spec.capture);
    result_.err = CapturedText(spec.capture);
  }

  void run() {
    while (!report_ && connections_.control.open()) {
      check_limits();
      wait();
    }
    drain(connections_.out, result_.out);
    drain(connections_.err, result_.err);
  }

  /// Nothing if the supervisor was killed before it could report.
  const std::optional<SupervisorReport>& report() const { return report_; }
  ProcessResult take_result() { return std::move(result_); }

 private:
  void check_limits() {
    if (killed_) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - started_).count();
    if (spec_.cancel != nullptr && spec_.cancel->load()) {
      result_.interrupted = true;
    } else if (spec_.timeout_s && elapsed >= *spec_.timeout_s) {
      result_.timed_out = true;
    } else if (spec_.output_limit &&
               result_.out.total() + result_.err.total() > *spec_.output_limit) {
      result_.output_exceeded = true;
    } else {
      return;
    }
    ::shutdown(connections_.control.get(), SHUT_WR);
    killed_ = true;
  }

  int poll_milliseconds() const {
    if (killed_) return -1;
    double wait_s = spec_.cancel != nullptr ? 0.05 : 3600;
    if (spec_.timeout_s) {
      const double elapsed = std::chrono::duration<double>(Clock::now() - started_).count();
      wait_s = std::clamp(*spec_.timeout_s - elapsed, 0.0, wait_s);
    }
    return static_cast<int>(wait_s * 1000) + 1;
  }

  void wait() {
    std::array<pollfd, 3> waits = {{{connections_.control.get(), POLLIN, 0},
                                    {connections_.out.get(), POLLIN, 0},
                                    {connections_.err.get(), POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), poll_milliseconds()) <= 0) return;
    if (waits[1].revents != 0) read_some(connections_.out, result_.out);
    if (waits[2].revents != 0) read_some(connections_.err, result_.err);
    if (waits[0].revents != 0) read_report();
  }

  /// One buffer full; closes at the end of the stream.
  static bool read_some(Descriptor& from, CapturedText& into) {
    char buffer[1 << 16];
    const ssize_t got = ::read(from.get(), buffer, sizeof buffer);
    if (got > 0) {
      into.append({buffer, static_cast<std::size_t>(got)});
      return true;
    }
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) from.close();
    return got < 0 && errno == EINTR;
  }

  static void drain(Descriptor& from, CapturedText& into) {
    while (from.open() && read_some(from, into)) {
    }
  }

  void read_report() {
    SupervisorReport report;
    const ssize_t got = ::recv(connections_.control.get(), &report, sizeof report, MSG_WAITALL);
    if (got < 0 && errno == EINTR) return;
    if (got == static_cast<ssize_t>(sizeof report)) report_ = report;
    connections_.control.close();
  }

  const ProcessSpec& spec_;
  Connections& connections_;
  Clock::time_point started_;
  std::optional<SupervisorReport> report_;
  ProcessResult result_;
  bool killed_ = false;
};

Error start_error(const SupervisorReport& report, const ProcessSpec& spec,
                  const std::string& path) {
  const std::string cause = std::strerror(report.value);
  switch (report.kind) {
    case SupervisorReport::Kind::ChdirFailed:
      return Error{fmt::format("cannot enter the folder '{}': {}", spec.working_directory, cause),
                   {}};
    case SupervisorReport::Kind::ExecFailed:
      return Error{fmt::format("cannot run '{}': {}", path, cause),
                   report.value == ENOEXEC
                       ? "name a program for this machine, or a script that starts with #!"
                       : ""};
    case SupervisorReport::Kind::Ended:
    case SupervisorReport::Kind::SetupFailed:
      break;
  }
  return Error{fmt::format("cannot start '{}': {}", path, cause), {}};
}

Status usable_program(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return failure(fmt::format("cannot run '{}': {}", path, std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode))
    return failure(fmt::format("cannot run '{}': it is a directory", path));
  if (::access(path.c_str(), X_OK) != 0) {
    return failure(fmt::format("cannot run '{}': it is not executable", path),
                   fmt::format("chmod +x {}", path));
  }
  return {};
}

}  // namespace

Result<std::string> find_program(const std::string& name) {
  if (name.empty()) return failure("cannot run a program without a name");
  if (name.find('/') != std::string::npos) {
    if (auto usable = usable_program(name); !usable) return tl::unexpected(usable.error());
    return name;
  }
  const char* search_path = std::getenv("PATH");
  for (const std::string_view folder : split(search_path != nullptr ? search_path : "", ':')) {
    std::string candidate = (folder.empty() ? "." : std::string(folder)) + "/" + name;
    if (usable_program(candidate)) return candidate;
  }
  return failure(fmt::format("no program '{}' in PATH", name),
                 ::access(name.c_str(), F_OK) == 0
                     ? fmt::format("to run the file here, write ./{}", name)
                     : "");
}

Result<ProcessResult> run_process(const ProcessSpec& spec) {
  if (spec.argv.empty()) return failure("no program to run");
  auto path = find_program(spec.argv.front());
  if (!path) return tl::unexpected(path.error());
  if (!spec.working_directory.empty()) {
    std::error_code ignored;
    path = std::filesystem::absolute(*path, ignored).string();
  }
  auto supervisor = start(spec, *path);
  if (!supervisor) return tl::unexpected(supervisor.error());

  Watch watch(spec, supervisor->connections);
  watch.run();
  int ignored = 0;
  while (::waitpid(supervisor->pid, &ignored, 0) < 0 && errno == EINTR) {
  }
  const auto& report = watch.report();
  if (!report) return failure(fmt::format("the supervisor of '{}' was killed", spec.argv.front()));
  if (report->kind != SupervisorReport::Kind::Ended) {
    return tl::unexpected(start_error(*report, spec, *path));
  }
  ProcessResult result = watch.take_result();
  result.seconds = static_cast<double>(report->nanoseconds) * 1e-9;
  if (WIFEXITED(report->value)) result.exit_code = WEXITSTATUS(report->value);
  if (WIFSIGNALED(report->value)) result.signal = WTERMSIG(report->value);
  if (result.signal != SIGKILL) result.timed_out = false;  // it ended by itself just in time
  return result;
}

std::string describe_end(const ProcessResult& result) {
  if (result.timed_out) return fmt::format("killed after {:.3g} s", result.seconds);
  if (result.interrupted) return "interrupted";
  if (result.output_exceeded) return "killed for writing too much output";
  if (result.exit_code) return fmt::format("exit code {}", *result.exit_code);
  const int signal = result.signal.value_or(0);
  const char* name = ::sigabbrev_np(signal);
  const char* meaning = ::sigdescr_np(signal);
  return fmt::format("killed by SIG{} ({})",
                     name != nullptr ? name : std::to_string(signal).c_str(),
                     meaning != nullptr ? meaning : "unknown signal");
}

}  // namespace castra::run
