#pragma once

namespace castra::detail {
[[noreturn]] void check_failed(const char* condition, const char* message, const char* file,
                               int line);
}

/// Aborts with a location when an invariant of Castra itself is broken. Always compiled in. Never
/// reachable from user input: bad text is a Diagnostic, a bad environment an Error, a bad mapping
/// an Outcome.
#define CASTRA_CHECK(condition, message) \
  ((condition) ? static_cast<void>(0)    \
               : ::castra::detail::check_failed(#condition, message, __FILE__, __LINE__))
