#include "support/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace castra {

std::string to_string(Bytes bytes) {
  constexpr std::array<const char*, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double scaled = static_cast<double>(bytes.value);
  std::size_t unit = 0;
  while (scaled >= 1024.0 && unit + 1 < kUnits.size()) {
    scaled /= 1024.0;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes.value);
  return fmt::format("{:.{}f} {}", scaled, scaled < 10 ? 2 : scaled < 100 ? 1 : 0, kUnits[unit]);
}

std::string to_string(Nanoseconds time) {
  const double ns = static_cast<double>(time.value);
  const double magnitude = std::fabs(ns);
  if (magnitude >= 1e9) return fmt::format("{:.3f} s", ns / 1e9);
  if (magnitude >= 1e6) return fmt::format("{:.2f} ms", ns / 1e6);
  if (magnitude >= 1e3) return fmt::format("{:.1f} us", ns / 1e3);
  return fmt::format("{} ns", time.value);
}

}  // namespace castra
