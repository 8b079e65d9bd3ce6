#pragma once

#include <string>
#include <string_view>

namespace castra {

/// The lines that differ, in the unified format with three lines of context, as `diff -u` and
/// `patch` use it; "" if the texts are equal. A shortest list of changes up to about two thousand
/// changed lines; beyond that one large change may stand for several. O(lines^2) at most, within
/// that bound.
std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& before_name, const std::string& after_name);

}  // namespace castra
