#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace castra::lang {

/// A set of 64-bit integers: those of [low, high] that leave `remainder` when divided by `modulus`
/// (floored, so 0 <= remainder < modulus). Never empty. Always reduced: low and high belong to it,
/// and a single value has modulus 1, remainder 0.
struct Interval {
  static constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

  std::int64_t low = kLeast;
  std::int64_t high = kMost;
  std::int64_t modulus = 1;
  std::int64_t remainder = 0;

  static Interval any() { return {}; }
  static Interval of(std::int64_t value) { return {value, value, 1, 0}; }
  /// Precondition: low <= high.
  static Interval between(std::int64_t low, std::int64_t high) { return {low, high, 1, 0}; }

  bool single() const { return low == high; }
  bool contains(std::int64_t value) const;
  bool operator==(const Interval&) const = default;
};

/// Every result that the operation has for members of the operands and that fits 64 bits. Nothing
/// if there is none: the operation then always fails. `may_overflow`: some result does not fit.
struct IntervalResult {
  std::optional<Interval> values;
  bool may_overflow = false;
};

IntervalResult add(const Interval& a, const Interval& b);
IntervalResult subtract(const Interval& a, const Interval& b);
IntervalResult multiply(const Interval& a, const Interval& b);
/// Truncating, as the language divides; members of b that are 0 are left out.
IntervalResult divide(const Interval& a, const Interval& b);
IntervalResult remainder(const Interval& a, const Interval& b);

Interval minimum(const Interval& a, const Interval& b);
Interval maximum(const Interval& a, const Interval& b);
/// The smallest interval with both.
Interval join(const Interval& a, const Interval& b);
/// What both contain, or more; nothing only if they have no member in common.
std::optional<Interval> meet(const Interval& a, const Interval& b);

/// "3", "0..7", "at least 4", "any integer".
std::string to_string(const Interval& interval);

}  // namespace castra::lang
