#pragma once

#include <optional>
#include <string>

namespace castra::run {

/// The level of a line that Realm's logger wrote ("[0 - 7f637]    0.000000 {4}{gpu}: text": 3
/// print, 4 warning, 5 error, 6 fatal); nothing for any other line. Such lines hold thread numbers
/// and times, and depend on Legion's options as to where they are written.
std::optional<int> realm_log_level(const std::string& line);

/// Whether a line is Realm's talk about the machine: below an error, or that there is no CUDA,
/// which a build with CUDA says as an error on every machine without it.
bool is_realm_chatter(const std::string& line);

}  // namespace castra::run
