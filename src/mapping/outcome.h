#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mapping/metric.h"
#include "program/trace.h"
#include "support/diagnostic.h"
#include "support/units.h"

namespace castra {

/// What became of a mapping that was tried. Search and feedback consume this value; none of it is
/// an Error, which would mean that Castra could not even try.

/// It ran and its results passed the check (or no check was asked for: `verified` false).
struct Measured {
  std::vector<double> samples;  ///< one metric value per repeat, in order
  double value = 0;             ///< the median of samples
  bool verified = true;
};
/// The mapping text is wrong; nothing ran.
struct CompileError {
  std::vector<Diagnostic> diagnostics;
  std::string rendered;  ///< with excerpts, as `castra check` prints them
};
/// Statically illegal for this program and machine; nothing ran.
struct InvalidMapping {
  std::vector<std::string> reasons;  ///< one sentence each, naming task, argument and rule line
};
/// The process failed: non-zero exit, a signal, a Legion error.
struct RunFailed {
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string reason;  ///< one line: the most telling one of the output, or the overlay's own words
};
/// A memory list was exhausted, or Legion reported a failed allocation.
struct OutOfMemory {
  std::string task;
  int argument = -1;
  std::string memory;  ///< "FBMEM" or the list "FBMEM,ZCMEM"
  std::optional<Bytes> wanted;
  std::string reason;
};
/// Killed at the time limit, or at the cut-off of a multiple of the best time.
struct TimedOut {
  double limit_s = 0;
  bool cutoff = false;  ///< true: not hung, merely hopelessly slower than the best
};
/// It ended normally but the output check failed.
struct WrongResult {
  std::string reason;
};

using OutcomeVariant = std::variant<Measured, CompileError, InvalidMapping, RunFailed, OutOfMemory,
                                    TimedOut, WrongResult>;

struct Outcome {
  OutcomeVariant result;
  std::string raw_text;  ///< tail of the run's output (bounded), what text rules match on
  double seconds = 0;    ///< wall time this evaluation cost

  const Measured* measured() const { return std::get_if<Measured>(&result); }
};

/// "measured", "compile-error", "invalid-mapping", "run-failed", "out-of-memory", "timed-out",
/// "wrong-result": the word the journal and JSON use.
std::string_view outcome_word(const Outcome& outcome);
/// One line for a person: "measured 0.512 s (3 runs)", "out of memory: ...".
std::string summary(const Outcome& outcome, const Metric& metric);

}  // namespace castra
