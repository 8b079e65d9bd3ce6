#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace castra {

/// A count of bytes. Strong so that it cannot be mixed with times or counts.
struct Bytes {
  std::uint64_t value = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// A duration or an instant of a run's own clock, in nanoseconds.
struct Nanoseconds {
  std::int64_t value = 0;
  auto operator<=>(const Nanoseconds&) const = default;
};

/// "1.50 GiB", "512 B": binary prefixes, three significant digits.
std::string to_string(Bytes bytes);
/// "1.234 s", "12.3 ms", "4 us": three or four significant digits.
std::string to_string(Nanoseconds time);

}  // namespace castra
