#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

struct AppliedFix {
  std::string code;
  LineColumn place;  ///< in the text of its pass
  std::string message;
  std::string help;
  int pass = 0;  ///< from 1
};

struct Repair {
  std::string text;
  std::vector<AppliedFix> applied;
  /// The findings that remain, of `source`, whose text is `text`.
  std::shared_ptr<const SourceFile> source;
  DiagnosticSink remaining;
};

/// What one examination of a program reports.
using Examine = std::function<void(std::shared_ptr<const SourceFile>, DiagnosticSink&)>;

inline constexpr int kMaxRepairPasses = 20;  ///< fewer over texts of more than 100 kB

/// Applies the certain fix-its of a program, examines the result and goes on until nothing certain
/// is left, a text comes back or kMaxRepairPasses are over. Within a pass a finding's edits are
/// applied together or, where they touch another's, left to the next pass. The result has no more
/// syntax errors than any text on the way to it: edits that would add some are taken back, and
/// their findings remain. Deterministic.
Repair repair(std::shared_ptr<const SourceFile> source, const Examine& examine);

/// The text with the certain, compatible fix-its of `findings` applied; the same text if there are
/// none. `applied` gets one entry for each finding that was repaired.
std::string apply_fixes(const SourceFile& source, const std::vector<Diagnostic>& findings, int pass,
                        std::vector<AppliedFix>& applied);

}  // namespace castra::lang
