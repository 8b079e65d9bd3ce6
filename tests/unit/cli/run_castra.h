#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "support/file.h"

namespace castra::cli {

struct Ran {
  int code = 0;
  std::string output;  ///< standard output, and what the command redirects there
};

inline Ran run_shell(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  Ran ran;
  char buffer[4096];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    ran.output.append(buffer, n);
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

/// Runs `castra ARGUMENTS` through the shell, so that a test may redirect.
inline Ran castra(const std::string& arguments) {
  return run_shell(std::string(CASTRA_BUILD_DIR) + "/bin/castra " + arguments);
}

/// The same in another folder.
inline Ran castra_in(const std::string& folder, const std::string& arguments) {
  return run_shell("cd '" + folder + "' && " + CASTRA_BUILD_DIR + "/bin/castra " + arguments);
}

/// A folder of its own for each test, with the files it writes.
class InFolder : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = folder_.path() + "/" + name;
    EXPECT_TRUE(write_file(path, text));
    return path;
  }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
};

}  // namespace castra::cli
