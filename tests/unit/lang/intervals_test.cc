#include "lang/intervals.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace castra::lang {
namespace {

/// All reduced intervals with members from -5 to 5 and moduli up to 3.
std::vector<Interval> small_intervals() {
  std::vector<Interval> all;
  for (std::int64_t modulus = 1; modulus <= 3; ++modulus) {
    for (std::int64_t low = -5; low <= 5; ++low) {
      for (std::int64_t high = low; high <= 5; high += modulus) {
        if (high == low && modulus > 1) continue;
        const std::int64_t remainder = high == low ? 0 : ((low % modulus) + modulus) % modulus;
        all.push_back({low, high, modulus, remainder});
      }
    }
  }
  return all;
}

std::vector<std::int64_t> members(const Interval& a) {
  std::vector<std::int64_t> out;
  for (std::int64_t v = a.low; v <= a.high; ++v) {
    if (a.contains(v)) out.push_back(v);
  }
  return out;
}

using Concrete = std::function<std::optional<std::int64_t>(std::int64_t, std::int64_t)>;
using Abstract = std::function<std::optional<Interval>(const Interval&, const Interval&)>;

/// Every result is in the interval; its ends are results (`tight`); nothing only if there is none.
void compare_all(const char* what, const Abstract& abstract, const Concrete& concrete, bool tight) {
  for (const Interval& a : small_intervals()) {
    for (const Interval& b : small_intervals()) {
      const auto found = abstract(a, b);
      std::optional<std::int64_t> low;
      std::optional<std::int64_t> high;
      for (const std::int64_t x : members(a)) {
        for (const std::int64_t y : members(b)) {
          const auto value = concrete(x, y);
          if (!value) continue;
          low = std::min(low.value_or(*value), *value);
          high = std::max(high.value_or(*value), *value);
          ASSERT_TRUE(found && found->contains(*value))
              << what << ": " << x << " and " << y << " give " << *value << ", not in "
              << (found ? to_string(*found) : "nothing") << " of " << to_string(a) << " mod "
              << a.modulus << " and " << to_string(b) << " mod " << b.modulus;
        }
      }
      ASSERT_EQ(found.has_value(), low.has_value()) << what;
      if (tight && found && a.modulus == 1 && b.modulus == 1) {
        ASSERT_EQ(found->low, *low) << what << " " << to_string(a) << " " << to_string(b);
        ASSERT_EQ(found->high, *high) << what << " " << to_string(a) << " " << to_string(b);
      }
    }
  }
}

TEST(Intervals, HoldEveryResult) {
  compare_all(
      "+", [](auto& a, auto& b) { return add(a, b).values; },
      [](auto x, auto y) { return std::optional(x + y); }, true);
  compare_all(
      "-", [](auto& a, auto& b) { return subtract(a, b).values; },
      [](auto x, auto y) { return std::optional(x - y); }, true);
  compare_all(
      "*", [](auto& a, auto& b) { return multiply(a, b).values; },
      [](auto x, auto y) { return std::optional(x * y); }, true);
  compare_all(
      "/", [](auto& a, auto& b) { return divide(a, b).values; },
      [](auto x, auto y) { return y == 0 ? std::nullopt : std::optional(x / y); }, true);
  compare_all(
      "%", [](auto& a, auto& b) { return remainder(a, b).values; },
      [](auto x, auto y) { return y == 0 ? std::nullopt : std::optional(x % y); }, false);
  compare_all(
      "min", [](auto& a, auto& b) { return std::optional(minimum(a, b)); },
      [](auto x, auto y) { return std::optional(std::min(x, y)); }, true);
  compare_all(
      "max", [](auto& a, auto& b) { return std::optional(maximum(a, b)); },
      [](auto x, auto y) { return std::optional(std::max(x, y)); }, true);
}

TEST(Intervals, JoinAndMeet) {
  for (const Interval& a : small_intervals()) {
    for (const Interval& b : small_intervals()) {
      const Interval both = join(a, b);
      const auto common = meet(a, b);
      for (std::int64_t v = -5; v <= 5; ++v) {
        EXPECT_TRUE(both.contains(v) || !(a.contains(v) || b.contains(v)));
        EXPECT_TRUE(!(a.contains(v) && b.contains(v)) || (common && common->contains(v)));
      }
    }
  }
}

TEST(Intervals, KnowOverflow) {
  const Interval large = Interval::between(1, Interval::kMost);
  EXPECT_TRUE(add(large, Interval::of(1)).may_overflow);
  EXPECT_FALSE(add(large, Interval::of(1)).values->contains(Interval::kLeast));
  EXPECT_FALSE(add(Interval::of(Interval::kMost), Interval::of(1)).values.has_value());
  EXPECT_FALSE(divide(Interval::of(Interval::kLeast), Interval::of(-1)).values.has_value());
  EXPECT_EQ(remainder(Interval::of(Interval::kLeast), Interval::of(-1)).values->low, 0);
  EXPECT_FALSE(multiply(large, large).values->contains(-1));
}

TEST(Intervals, CongruencesSurviveDivision) {
  const Interval multiples = *multiply(Interval::between(0, 9), Interval::of(12)).values;
  EXPECT_EQ(multiples.modulus, 12);
  EXPECT_TRUE(remainder(multiples, Interval::of(4)).values->single());
  EXPECT_EQ(divide(multiples, Interval::of(4)).values->modulus, 3);
}

TEST(Intervals, Text) {
  EXPECT_EQ(to_string(Interval::of(3)), "3");
  EXPECT_EQ(to_string(Interval::between(0, 7)), "0..7");
  EXPECT_EQ(to_string(Interval::between(4, Interval::kMost)), "at least 4");
  EXPECT_EQ(to_string(Interval::any()), "any integer");
}

}  // namespace
}  // namespace castra::lang
