#pragma once

namespace castra::apps {

/// Prints the two lines every bundled program ends its timed part with.
void print_performance(double seconds, double operations);

/// Prints an Error's words the way all bundled programs do and returns 2, the exit code of wrong
/// use.
int report_wrong_use(const char* program, const char* message);

}  // namespace castra::apps
