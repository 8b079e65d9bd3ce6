#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace castra::lang {

enum class Divisor : std::uint8_t { No, Perhaps, Yes };

/// Whether what follows `//` on its line is no comment, but the divisor of Python's integer
/// division with the rest of its statement. Yes: an expression with its `;`, or one that starts
/// with a number. Perhaps: another one all of whose words are `known` ones of the program.
Divisor read_divisor(std::string_view text, const std::function<bool(std::string_view)>& known);

}  // namespace castra::lang
