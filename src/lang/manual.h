#pragma once

#include <string>

#include "lang/diagnostic_examples.h"

namespace castra::lang {

/// docs/diagnostics.md: every row by code, with its example and what the tools print for it.
std::string diagnostics_manual(const Samples& samples);

/// The part of one finding, as plain text for a terminal.
std::string explain(const FindingInfo& row, const Samples& samples);

}  // namespace castra::lang
