#include "lang/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace castra::lang {
namespace {

/// Results are computed exactly and cut to 64 bits afterwards.
__extension__ using Wide = __int128;

constexpr Wide kLow = Interval::kLeast;
constexpr Wide kHigh = Interval::kMost;
/// Larger moduli are dropped: nothing useful is lost, and products of two fit.
constexpr std::int64_t kMaxModulus = std::int64_t{1} << 31;

Wide floored(Wide value, Wide modulus) {
  const Wide rest = value % modulus;
  return rest < 0 ? rest + modulus : rest;
}

/// The residue class both values' classes lie in; a single value is a class of modulus 0.
struct Residues {
  Wide modulus = 0;
  Wide remainder = 0;
};

Residues residues_of(const Interval& a) {
  if (a.single()) return {0, a.low};
  return {a.modulus, a.remainder};
}

Wide gcd(Wide a, Wide b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// Bounds and residues put together, reduced; nothing if no member is left.
std::optional<Interval> reduced(Wide low, Wide high, Residues residues) {
  low = std::max(low, kLow);
  high = std::min(high, kHigh);
  if (low > high) return std::nullopt;
  if (residues.modulus == 0) {
    if (residues.remainder < low || residues.remainder > high) return std::nullopt;
    return Interval::of(static_cast<std::int64_t>(residues.remainder));
  }
  if (residues.modulus > kMaxModulus) residues = {1, 0};
  residues.remainder = floored(residues.remainder, residues.modulus);
  low += floored(residues.remainder - low, residues.modulus);
  high -= floored(high - residues.remainder, residues.modulus);
  if (low > high) return std::nullopt;
  if (low == high) return Interval::of(static_cast<std::int64_t>(low));
  return Interval{static_cast<std::int64_t>(low), static_cast<std::int64_t>(high),
                  static_cast<std::int64_t>(residues.modulus),
                  static_cast<std::int64_t>(residues.remainder)};
}

IntervalResult result(Wide low, Wide high, Residues residues) {
  return {reduced(low, high, residues), low < kLow || high > kHigh};
}

/// The part of b on one side of zero, given its ends.
struct Side {
  Wide low;
  Wide high;
};

std::optional<Side> side(const Interval& b, bool positive) {
  const Wide low = positive ? std::max<Wide>(b.low, 1) : Wide{b.low};
  const Wide high = positive ? Wide{b.high} : std::min<Wide>(b.high, -1);
  if (low > high) return std::nullopt;
  return Side{low, high};
}

}  // namespace

bool Interval::contains(std::int64_t value) const {
  return value >= low && value <= high && floored(value, modulus) == remainder % modulus;
}

IntervalResult add(const Interval& a, const Interval& b) {
  const Residues x = residues_of(a);
  const Residues y = residues_of(b);
  return result(Wide{a.low} + b.low, Wide{a.high} + b.high,
                {gcd(x.modulus, y.modulus), x.remainder + y.remainder});
}

IntervalResult subtract(const Interval& a, const Interval& b) {
  const Residues x = residues_of(a);
  const Residues y = residues_of(b);
  return result(Wide{a.low} - b.high, Wide{a.high} - b.low,
                {gcd(x.modulus, y.modulus), x.remainder - y.remainder});
}

IntervalResult multiply(const Interval& a, const Interval& b) {
  const Wide corners[] = {Wide{a.low} * b.low, Wide{a.low} * b.high, Wide{a.high} * b.low,
                          Wide{a.high} * b.high};
  const Residues x = residues_of(a);
  const Residues y = residues_of(b);
  Residues product{1, 0};
  // (x mod m) * (y mod n) is x*y modulo gcd(m*n, m*y, n*x).
  if (x.modulus == 0 && y.modulus == 0) {
    product = {0, x.remainder * y.remainder};
  } else {
    product.modulus =
        gcd(gcd(x.modulus * y.modulus, x.modulus * y.remainder), y.modulus * x.remainder);
    if (product.modulus == 0) product.modulus = 1;  // both sides are 0: bounds say it
    product.remainder = x.remainder * y.remainder;
  }
  return result(*std::min_element(std::begin(corners), std::end(corners)),
                *std::max_element(std::begin(corners), std::end(corners)), product);
}

IntervalResult divide(const Interval& a, const Interval& b) {
  std::optional<Wide> low;
  std::optional<Wide> high;
  for (const bool positive : {true, false}) {
    const auto divisors = side(b, positive);
    if (!divisors) continue;
    for (const Wide x : {Wide{a.low}, Wide{a.high}}) {
      for (const Wide y : {divisors->low, divisors->high}) {
        low = std::min(low.value_or(x / y), x / y);
        high = std::max(high.value_or(x / y), x / y);
      }
    }
  }
  if (!low) return {};
  Residues residues{1, 0};
  const Residues x = residues_of(a);
  if (b.single() && x.modulus != 0 && x.modulus % b.low == 0 && x.remainder % b.low == 0) {
    // Every member of a is divisible.
    residues = {x.modulus / b.low, x.remainder / b.low};
    if (residues.modulus < 0) residues.modulus = -residues.modulus;
  }
  return result(*low, *high, residues);
}

IntervalResult remainder(const Interval& a, const Interval& b) {
  if (b.single() && b.low == 0) return {};
  // |a % b| < |b|, |a % b| <= |a|, and it has the sign of a.
  const Wide largest = std::max<Wide>(b.low < 0 ? -Wide{b.low} : 0, b.high) - 1;
  const Wide low = a.low < 0 ? std::max<Wide>(a.low, -largest) : 0;
  const Wide high = a.high > 0 ? std::min<Wide>(a.high, largest) : 0;
  if (!b.single()) {
    const Wide least = b.low > 0 ? Wide{b.low} : b.high < 0 ? -Wide{b.high} : 1;
    if (a.low >= 0 && Wide{a.high} < least) return {a, false};
    return result(low, high, {1, 0});
  }
  const Wide y = b.low;
  if (Wide{a.low} / y == Wide{a.high} / y && (a.low >= 0 || a.high <= 0)) {
    return result(Wide{a.low} % y, Wide{a.high} % y, {1, 0});
  }
  // a % y differs from a by a multiple of y.
  const Residues x = residues_of(a);
  return result(low, high, {gcd(x.modulus, y), x.remainder});
}

Interval minimum(const Interval& a, const Interval& b) {
  if (a.high <= b.low) return a;
  if (b.high <= a.low) return b;
  const Interval both = join(a, b);
  return reduced(std::min(a.low, b.low), std::min(a.high, b.high), residues_of(both))
      .value_or(both);
}

Interval maximum(const Interval& a, const Interval& b) {
  if (a.low >= b.high) return a;
  if (b.low >= a.high) return b;
  const Interval both = join(a, b);
  return reduced(std::max(a.low, b.low), std::max(a.high, b.high), residues_of(both))
      .value_or(both);
}

Interval join(const Interval& a, const Interval& b) {
  const Residues x = residues_of(a);
  const Residues y = residues_of(b);
  const Residues both{gcd(gcd(x.modulus, y.modulus), x.remainder - y.remainder), x.remainder};
  return reduced(std::min(a.low, b.low), std::max(a.high, b.high), both).value_or(Interval::any());
}

std::optional<Interval> meet(const Interval& a, const Interval& b) {
  const Wide low = std::max(a.low, b.low);
  const Wide high = std::min(a.high, b.high);
  if (low > high) return std::nullopt;
  const Interval& finer = a.modulus >= b.modulus ? a : b;
  const Interval& coarser = a.modulus >= b.modulus ? b : a;
  auto cut = reduced(low, high, {finer.modulus, finer.remainder});
  if (!cut) return std::nullopt;
  if (cut->single() && !coarser.contains(cut->low)) return std::nullopt;
  return cut;
}

std::string to_string(const Interval& interval) {
  if (interval.single()) return std::to_string(interval.low);
  const bool below = interval.low == Interval::kLeast;
  const bool above = interval.high == Interval::kMost;
  if (below && above) return "any integer";
  if (above) return fmt::format("at least {}", interval.low);
  if (below) return fmt::format("at most {}", interval.high);
  return fmt::format("{}..{}", interval.low, interval.high);
}

}  // namespace castra::lang
