#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

#include "support/diagnostic.h"

namespace castra::lang {

/// Everything the language can report; the rows are in diagnostics.def.
enum class Finding {
#define CASTRA_DIAGNOSTIC(name, code, severity, message, why) name,
#include "lang/diagnostics.def"
#undef CASTRA_DIAGNOSTIC
};

struct FindingInfo {
  Finding finding;
  std::string_view code;  ///< stable, unique
  Severity severity;
  std::string_view message;  ///< fmt format; arguments are strings or integers
  std::string_view why;
};

/// One row per Finding, in declaration order.
std::span<const FindingInfo> finding_table();
const FindingInfo& info(Finding finding);

/// A diagnostic of the table with its message filled in; the caller adds help, labels and fix-its.
/// Precondition: as many arguments as the row's message has places.
template <typename... Args>
Diagnostic diagnose(Finding finding, SourceSpan span, const Args&... args) {
  const FindingInfo& row = info(finding);
  Diagnostic diagnostic;
  diagnostic.code = row.code;
  diagnostic.severity = row.severity;
  diagnostic.span = span;
  diagnostic.message = fmt::format(fmt::runtime(row.message), args...);
  return diagnostic;
}

/// `text` for a message: control characters escaped, cut after `limit` bytes with "...".
std::string quoted_excerpt(std::string_view text, std::size_t limit = 60);

/// "1 argument", "3 arguments".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace castra::lang
