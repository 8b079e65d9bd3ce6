#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/outcome.h"
#include "program/trace.h"
#include "support/result.h"
#include "support/units.h"

namespace castra::run {

enum class FailureKind : std::uint8_t {
  OutOfMemory,     ///< every memory of an argument's list was full
  InvalidMapping,  ///< a decision that this program or machine does not allow
  FunctionError,   ///< an index function failed at a point
  BadMapping,      ///< the mapping file itself is missing or wrong
};
std::string_view to_string(FailureKind kind);  ///< "out-of-memory", "invalid-mapping", ...
std::optional<FailureKind> parse_failure_kind(std::string_view word);

/// Why the overlay ended the run. Members that do not apply are empty, argument -1, rule_line 0.
struct OverlayFailure {
  FailureKind kind = FailureKind::InvalidMapping;
  std::string message;  ///< one sentence, complete in itself
  std::string task;
  int argument = -1;
  std::string point;     ///< "(1,2)" of an index launch
  std::string memories;  ///< the list tried, "FBMEM,ZCMEM"
  std::optional<Bytes> wanted;
  std::optional<Bytes> capacity;  ///< of the last memory tried
  int rule_line = 0;
  std::string rule;  ///< the deciding statement
  bool operator==(const OverlayFailure&) const = default;
};

/// What instances created for the policy took of one memory.
struct MemoryUse {
  MemoryName memory;
  std::uint64_t instances = 0;  ///< created over the whole run
  Bytes allocated;              ///< their sizes added up
  Bytes peak;  ///< upper bound of what lived at one time: Legion does not tell when it collects
  bool operator==(const MemoryUse&) const = default;
};

/// What the overlay leaves behind for the launcher: written when the process ends or the overlay
/// ends it. A run that died otherwise leaves `finished` false.
struct OverlayStatus {
  static constexpr int kVersion = 0;
  bool finished = false;
  std::optional<OverlayFailure> failure;
  std::uint64_t points_by_policy = 0;  ///< point tasks the overlay mapped itself
  std::uint64_t points_forwarded = 0;  ///< left wholly to the program's own mapper
  std::uint64_t points_dropped = 0;    ///< beyond the trace's budget, not in the trace file
  std::vector<std::string> tasks;      ///< names of tasks that were launched, sorted
  std::vector<std::string> regions;    ///< names of regions and partitions passed, sorted; only if
                                       ///< the policy or a recording asked for them
  std::vector<MemoryUse> memories;     ///< sorted by memory
  bool operator==(const OverlayStatus&) const = default;
};

std::string to_json(const OverlayStatus& status);
Result<OverlayStatus> status_from_json(const std::string& text, const std::string& name);
Result<OverlayStatus> read_overlay_status(const std::string& path);

/// What a failure means for a search: OutOfMemory, InvalidMapping or RunFailed.
OutcomeVariant outcome_of(const OverlayFailure& failure);

}  // namespace castra::run
