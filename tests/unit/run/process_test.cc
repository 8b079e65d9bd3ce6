#include "run/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "support/file.h"
#include "support/text.h"

namespace castra::run {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.timeout_s = 60;
  return spec;
}

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A zombie does not count as running.
bool running(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  const std::size_t after_name = line.rfind(") ");
  return after_name != std::string::npos && line[after_name + 2] != 'Z';
}

std::vector<pid_t> read_pids(const std::string& path, std::size_t count) {
  for (int i = 0; i < 500; ++i) {
    std::ifstream file(path);
    std::vector<pid_t> pids{std::istream_iterator<pid_t>(file), std::istream_iterator<pid_t>()};
    if (pids.size() >= count) return pids;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

TEST(Process, CapturesBothStreamsAndTheExitCode) {
  const auto result = run_process(shell("echo one; echo two >&2; exit 3"));
  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_FALSE(result->signal);
  EXPECT_FALSE(result->succeeded());
  EXPECT_EQ(result->out.text(), "one\n");
  EXPECT_EQ(result->err.text(), "two\n");
  EXPECT_EQ(describe_end(*result), "exit code 3");
}

TEST(Process, StdinIsEmptyWhenCaptured) {
  const auto result = run_process(shell("cat; echo end"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.text(), "end\n");
}

TEST(Process, ChangesTheEnvironmentAndFolder) {
  ::setenv("CASTRA_TEST_GONE", "x", 1);
  ProcessSpec spec = shell("echo \"$CASTRA_TEST_NEW,${CASTRA_TEST_GONE-unset}\"; pwd");
  spec.environment = {{"CASTRA_TEST_NEW", "a=b c"}, {"CASTRA_TEST_GONE", std::nullopt}};
  spec.working_directory = "/usr";
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.text(), "a=b c,unset\n/usr\n");
}

TEST(Process, CrashIsASignal) {
  const auto result = run_process(shell("kill -SEGV $$"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->signal, SIGSEGV);
  EXPECT_FALSE(result->exit_code);
  EXPECT_EQ(describe_end(*result), "killed by SIGSEGV (Segmentation fault)");
}

TEST(Process, HangIsKilledAtTheLimit) {
  ProcessSpec spec = shell("trap '' TERM INT HUP; echo started; while :; do sleep 100; done");
  spec.timeout_s = 0.5;
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->timed_out);
  EXPECT_EQ(result->signal, SIGKILL);
  EXPECT_EQ(result->out.text(), "started\n");
  EXPECT_GE(result->seconds, 0.4);
  EXPECT_LE(result->seconds, 0.6);
}

TEST(Process, FloodIsBounded) {
  ProcessSpec spec =
      shell("echo first; head -c 100000000 /dev/zero | tr '\\0' 'x'; echo; echo last");
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->out.total(), 100'000'000u + 12u);
  EXPECT_TRUE(result->out.truncated());
  const std::string text = result->out.text();
  EXPECT_LT(text.size(), 400'000u);
  EXPECT_THAT(text, StartsWith("first\nxxx"));
  EXPECT_EQ(text.substr(text.size() - 6), "\nlast\n");
}

TEST(Process, OutputLimitKills) {
  ProcessSpec spec = shell("yes");
  spec.output_limit = 1'000'000;
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->output_exceeded);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST(Process, AddressSpaceLimitActs) {
  ProcessSpec spec = shell("ulimit -v");
  spec.address_space = Bytes{std::uint64_t{512} << 20};
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.text(), "524288\n");
}

TEST(Process, WritesNoCoreDumps) {
  const auto result = run_process(shell("ulimit -c"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.text(), "0\n");
}

TEST(Process, LeavesNoGrandchildBehind) {
  const auto folder = TemporaryDirectory::create();
  const std::string pids = folder->path() + "/pids";
  const double start = now_s();
  const auto result = run_process(
      shell("sleep 300 & echo $! >> " + pids + "; setsid sleep 300 & echo $! >> " + pids +
            "; setsid sh -c 'echo $$ >> " + pids + "; sleep 300 & wait' & while [ $(wc -l < " +
            pids + ") -lt 3 ]; do sleep 0.01; done; exit 0"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_LT(now_s() - start, 10) << "an open pipe of a grandchild must not be waited for";
  const auto started = read_pids(pids, 3);
  ASSERT_EQ(started.size(), 3u);
  for (const pid_t pid : started) EXPECT_FALSE(running(pid)) << pid;
}

TEST(Process, TimeoutKillsOtherSessionsToo) {
  const auto folder = TemporaryDirectory::create();
  const std::string pids = folder->path() + "/pids";
  ProcessSpec spec = shell("setsid sh -c 'trap \"\" TERM; echo $$ >> " + pids +
                           "; sleep 300' & echo $$ >> " + pids + "; sleep 300");
  spec.timeout_s = 1;
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->timed_out);
  const auto started = read_pids(pids, 2);
  ASSERT_EQ(started.size(), 2u);
  for (const pid_t pid : started) EXPECT_FALSE(running(pid)) << pid;
}

TEST(Process, NothingSurvivesWhenTheCallerIsKilled) {
  const auto folder = TemporaryDirectory::create();
  const std::string pids = folder->path() + "/pids";
  const pid_t caller = ::fork();
  if (caller == 0) {
    const auto result = run_process(
        shell("echo $$ >> " + pids + "; setsid sleep 300 & echo $! >> " + pids + "; sleep 300"));
    ::_exit(result ? 0 : 1);
  }
  const auto started = read_pids(pids, 2);
  ASSERT_EQ(started.size(), 2u);
  for (const pid_t pid : started) EXPECT_TRUE(running(pid));
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  for (int i = 0; i < 200 && (running(started[0]) || running(started[1])); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (const pid_t pid : started) EXPECT_FALSE(running(pid)) << pid;
}

TEST(Process, CancelEndsItSoon) {
  std::atomic<bool> cancel = false;
  ProcessSpec spec = shell("sleep 300");
  spec.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel = true;
  });
  const double start = now_s();
  const auto result = run_process(spec);
  later.join();
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
  EXPECT_FALSE(result->timed_out);
  EXPECT_LT(now_s() - start, 1.0);
  EXPECT_EQ(describe_end(*result), "interrupted");
}

TEST(Process, SaysWhyItCannotStart) {
  const auto folder = TemporaryDirectory::create();
  const std::string path = folder->path() + "/file";
  ProcessSpec spec;
  const auto error = [&](const std::string& program) {
    spec.argv = {program};
    const auto result = run_process(spec);
    return result ? "it ran" : result.error().what;
  };
  EXPECT_EQ(error("/no/such/program"), "cannot run '/no/such/program': No such file or directory");
  EXPECT_EQ(error("no-such-program"), "no program 'no-such-program' in PATH");
  EXPECT_EQ(error("/usr"), "cannot run '/usr': it is a directory");
  EXPECT_EQ(error(""), "cannot run a program without a name");
  std::ofstream(path) << "not a program";
  EXPECT_EQ(error(path), "cannot run '" + path + "': it is not executable");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  EXPECT_EQ(error(path), "cannot run '" + path + "': Exec format error");
  spec.working_directory = "/no/such/folder";
  EXPECT_EQ(error("/bin/true"),
            "cannot enter the folder '/no/such/folder': No such file or directory");
  spec.argv.clear();
  EXPECT_FALSE(run_process(spec));
}

TEST(Process, FindsProgramsInPath) {
  EXPECT_THAT(find_program("sh").value(), HasSubstr("/sh"));
  EXPECT_EQ(find_program("/bin/sh").value(), "/bin/sh");
}

TEST(Process, LeaksNoDescriptors) {
  const auto count = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = count();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(run_process(shell("exit 0")));
  ProcessSpec broken;
  broken.argv = {"/no/such/program"};
  ASSERT_FALSE(run_process(broken));
  EXPECT_EQ(count(), before);
}

TEST(Process, TheProgramSeesNoneOfOurDescriptors) {
  std::set<int> inheritable = {0, 1, 2};
  for (int fd = 3; fd < 1024; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) inheritable.insert(fd);
  }
  const auto result = run_process(shell("ls /proc/$$/fd"));
  ASSERT_TRUE(result);
  std::istringstream list(result->out.text());
  for (int fd = 0; list >> fd;) EXPECT_TRUE(inheritable.contains(fd)) << fd;
}

TEST(Process, InheritedStreamsGoToTheCaller) {
  ProcessSpec spec = shell("exit 7");
  spec.stdio = Stdio::Inherit;
  const auto result = run_process(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->out.total(), 0u);
}

}  // namespace
}  // namespace castra::run
