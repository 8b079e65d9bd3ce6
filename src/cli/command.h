#pragma once

#include <string>
#include <vector>

namespace castra::cli {

/// Exit codes (the documented contract).
inline constexpr int kOk = 0;
inline constexpr int kWrongProgram = 1;  ///< the mapping or program is wrong; diagnostics printed
inline constexpr int kUsage = 2;
inline constexpr int kEnvironment = 3;
inline constexpr int kNoResult = 4;     ///< budget ended without a valid result
inline constexpr int kRunFailed = 125;  ///< `castra run`: Castra's own failure, not the program's
inline constexpr int kInterrupted = 130;

/// One subcommand. `run` gets the arguments after the subcommand's name, parses them itself (with
/// CLI11, so that --help works) and returns the exit code. One file per subcommand; the table is in
/// main.cc.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int run_check(const std::vector<std::string>& arguments);
int run_diagnostics(const std::vector<std::string>& arguments);
int run_explain(const std::vector<std::string>& arguments);
int run_eval(const std::vector<std::string>& arguments);
int run_fmt(const std::vector<std::string>& arguments);
int run_grammar(const std::vector<std::string>& arguments);
int run_dump(const std::vector<std::string>& arguments);
int run_diff(const std::vector<std::string>& arguments);
int run_run(const std::vector<std::string>& arguments);
int run_record(const std::vector<std::string>& arguments);
int run_optimize(const std::vector<std::string>& arguments);
int run_resume(const std::vector<std::string>& arguments);
int run_feedback(const std::vector<std::string>& arguments);
int run_import(const std::vector<std::string>& arguments);
int run_lsp(const std::vector<std::string>& arguments);
int run_machine(const std::vector<std::string>& arguments);

/// Prints what a diagnostic's code means; an exit code.
int explain_code(const std::string& code);

}  // namespace castra::cli
