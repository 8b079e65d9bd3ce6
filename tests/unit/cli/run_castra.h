#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>

namespace castra::cli {

struct Ran {
  int code = 0;
  std::string output;  ///< standard output and standard error
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

}  // namespace castra::cli
