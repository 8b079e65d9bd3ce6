#pragma once

#include <optional>
#include <string>

#include "mapping/outcome.h"
#include "run/overlay_status.h"
#include "run/process.h"

namespace castra::run {

/// The line of a failed program's output that says most about the cause: a failed allocation, a
/// Legion error, an assertion, an exception, any error, else the last line;
/// empty if there is none. Realm's chatter does not count.
std::string telling_line(const std::string& output);

/// What a run that did not end well was: by the overlay's own words if it left any, by Legion's
/// text of a failed allocation, else exit code or signal with the telling line. Nothing for exit
/// code 0 without a failure in `status`. `limit_s` and `cutoff` describe the time limit it ran
/// under.
std::optional<OutcomeVariant> failure_of(const ProcessResult& run, const std::string& output,
                                         const std::optional<OverlayStatus>& status, double limit_s,
                                         bool cutoff);

}  // namespace castra::run
