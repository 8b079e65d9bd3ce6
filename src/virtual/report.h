#pragma once

#include <string>

namespace castra::virtual_gpu {

/// Writes one line to stderr, marked as coming from the virtual driver. Thread-safe.
void report(const std::string& message);

}  // namespace castra::virtual_gpu
