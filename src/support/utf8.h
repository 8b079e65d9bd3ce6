#pragma once

#include <cstddef>
#include <string_view>

namespace castra {

/// Bytes of the UTF-8 character that a text, not empty, begins with; 0 if it begins with none.
std::size_t utf8_length(std::string_view text);

/// The same, and 0 also for a character that drives a terminal or reorders what stands around it:
/// control characters, tabs and line ends among them, and marks of direction.
std::size_t shown_length(std::string_view text);

}  // namespace castra
