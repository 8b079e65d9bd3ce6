#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <regex>
#include <string>

#include "mapping/metric.h"
#include "run/process.h"
#include "support/result.h"

namespace castra::run {

/// How the results of a run are judged, beyond exit code 0.
enum class CheckKind : std::uint8_t {
  ExitCode,    ///< nothing further: results are unverified
  SameOutput,  ///< standard output as in a run under the program's own mapper
  Pattern,     ///< a line of standard output or error matches
  Command,     ///< a shell command, with the run's standard output on its stdin, exits 0
};

struct CheckSpec {
  CheckKind kind = CheckKind::ExitCode;
  std::string text;  ///< the expression or the command
};

/// Reads `--check`: "none", "same-output", "regex:EXPRESSION", "cmd:COMMAND"; without prefix, a
/// text whose first word is a program is a command, any other an expression.
Result<CheckSpec> parse_check(const std::string& text);

/// What two runs that computed the same have in common: standard output without the lines that
/// report speed, i.e. that the metric matches or that hold a word such as time, elapsed, seconds,
/// ms, flops, bandwidth; and without Realm's log.
std::string comparable_output(const std::string& out, const Metric& metric);

/// "; the last line is '...'": the end of a reason why an output is not as expected. Leaves out
/// Realm's log.
std::string last_words(const ProcessResult& run);

/// Nothing if the texts agree, else the first difference. Numbers with a fraction may differ by
/// 1e-4 of their size, since another mapping adds up in another order; lines may come in another
/// order, since tasks print as they run.
std::optional<std::string> difference(const std::string& expected, const std::string& actual);

class OutputCheck {
 public:
  /// `reference`: comparable_output of a run under the program's own mapper, for SameOutput.
  /// `scratch`: a folder for the command's input. Precondition: spec came from parse_check.
  OutputCheck(CheckSpec spec, Metric metric, std::string reference, std::string scratch);

  bool verifies() const { return spec_.kind != CheckKind::ExitCode; }
  /// Nothing if the results are right, else why not; no verdict at all if `cancel` is true
  /// afterwards. An Error if the check itself cannot be made: a command that does not exist.
  /// `log`: what the program said through Realm's logger, which an expression may match too.
  /// `timeout_s`: of a command.
  Result<std::optional<std::string>> judge(const ProcessResult& run, const std::string& log,
                                           double timeout_s, const std::atomic<bool>* cancel) const;

 private:
  Result<std::optional<std::string>> judge_by_command(const ProcessResult& run, double timeout_s,
                                                      const std::atomic<bool>* cancel) const;
  CheckSpec spec_;
  Metric metric_;
  std::string reference_;
  std::string scratch_;
  std::optional<std::regex> pattern_;
};

}  // namespace castra::run
