#include "lang/bounds.h"

#include <algorithm>
#include <utility>

namespace castra::lang {
namespace {

__extension__ using Wide = __int128;
constexpr Wide kInfinite = Wide{1} << 100;  // and beyond: no bound
constexpr int kMaxSteps = 200;              // of one proof
constexpr int kMaxDepth = 12;

Wide saturated(Wide value) { return std::clamp(value, -kInfinite, kInfinite); }

Wide times(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return (a < 0) == (b < 0) ? kInfinite : -kInfinite;
  return saturated(result);
}

/// Infinite ends stay infinite.
Wide plus(Wide a, Wide b) {
  if (a <= -kInfinite || b <= -kInfinite) return -kInfinite;
  if (a >= kInfinite || b >= kInfinite) return kInfinite;
  return saturated(a + b);
}

}  // namespace

Number Bounds::constant(std::int64_t value) const {
  return {Interval::of(value), Polynomial(value)};
}

Number Bounds::fresh(Unknown unknown) {
  const Interval range = unknown.range;
  if (range.single()) return constant(range.low);
  unknowns_.push_back(std::move(unknown));
  return {range, Polynomial::of(static_cast<Atom>(unknowns_.size()) - 1)};
}

Number Bounds::unknown(const Interval& range) {
  Unknown unknown;
  unknown.range = range;
  return fresh(std::move(unknown));
}

Number Bounds::extent(int dimension, std::int64_t most) {
  Unknown unknown;
  unknown.range = Interval::between(1, most);
  unknown.dimension = dimension;
  unknown.volume = most;
  return fresh(std::move(unknown));
}

Number Bounds::coordinate(int dimension, const Number& extent) {
  Unknown unknown;
  unknown.range = Interval::between(0, extent.range.high - 1);
  unknown.dimension = dimension;
  unknown.volume = extent.range.high;
  unknown.most = sum(extent.value, Polynomial(1), -1);
  return fresh(std::move(unknown));
}

/// A part of an extent or coordinate is no larger, so the bound on their products holds for it.
void Bounds::bound_like(Unknown& quotient) const {
  const std::vector<Atom> atoms = quotient.a.atoms();
  if (atoms.size() != 1 || quotient.a != Polynomial::of(atoms.front())) return;
  const Unknown& whole = unknowns_[static_cast<std::size_t>(atoms.front())];
  quotient.dimension = whole.dimension;
  quotient.volume = whole.volume;
}

Number Bounds::shared(Kind kind, const Interval& range, const Number& a, const Number& b) {
  if (range.single()) return constant(range.low);
  const auto [entry, is_new] =
      known_.try_emplace({kind, a.value, b.value}, static_cast<Atom>(unknowns_.size()));
  if (is_new) {
    Unknown unknown;
    unknown.kind = kind;
    unknown.range = range;
    unknown.a = a.value;
    unknown.b = b.value;
    if (kind == Kind::Quotient && a.range.low >= 0 && b.range.low >= 1) bound_like(unknown);
    unknowns_.push_back(std::move(unknown));
  }
  return {range, Polynomial::of(entry->second)};
}

Interval Bounds::cut(const Interval& range, const Polynomial& value) const {
  const WideRange wide = range_of(value);
  const Wide low = std::max<Wide>(wide.low, Interval::kLeast);
  const Wide high = std::min<Wide>(wide.high, Interval::kMost);
  if (low > high) return range;
  return meet(range,
              Interval::between(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)))
      .value_or(range);
}

Number Bounds::with_value(const Interval& range, std::optional<Polynomial> value) {
  if (!value) return unknown(range);
  const Interval finer = cut(range, *value);
  if (finer.single()) return constant(finer.low);
  return {finer, std::move(*value)};
}

Bounds::Computed Bounds::add(const Number& a, const Number& b) {
  const IntervalResult range = lang::add(a.range, b.range);
  if (!range.values) return {std::nullopt, true};
  auto value = sum(a.value, b.value);
  bool may_fail = range.may_overflow;
  if (may_fail && value) {
    const WideRange wide = range_of(*value);
    may_fail = wide.low < Interval::kLeast || wide.high > Interval::kMost;
  }
  return {with_value(*range.values, std::move(value)), may_fail};
}

Bounds::Computed Bounds::subtract(const Number& a, const Number& b) {
  const IntervalResult range = lang::subtract(a.range, b.range);
  if (!range.values) return {std::nullopt, true};
  auto value = sum(a.value, b.value, -1);
  bool may_fail = range.may_overflow;
  if (may_fail && value) {
    const WideRange wide = range_of(*value);
    may_fail = wide.low < Interval::kLeast || wide.high > Interval::kMost;
  }
  return {with_value(*range.values, std::move(value)), may_fail};
}

Bounds::Computed Bounds::multiply(const Number& a, const Number& b) {
  const IntervalResult range = lang::multiply(a.range, b.range);
  if (!range.values) return {std::nullopt, true};
  auto value = product(a.value, b.value);
  bool may_fail = range.may_overflow;
  if (may_fail && value) {
    const WideRange wide = range_of(*value);
    may_fail = wide.low < Interval::kLeast || wide.high > Interval::kMost;
  }
  return {with_value(*range.values, std::move(value)), may_fail};
}

Bounds::Computed Bounds::divide(const Number& a, const Number& b) {
  const IntervalResult range = lang::divide(a.range, b.range);
  if (!range.values) return {std::nullopt, true};
  if (auto exact = a.value.divided_by(b.value))
    return {with_value(*range.values, std::move(exact)), range.may_overflow};
  return {shared(Kind::Quotient, *range.values, a, b), range.may_overflow};
}

Bounds::Computed Bounds::remainder(const Number& a, const Number& b) {
  const IntervalResult range = lang::remainder(a.range, b.range);
  if (!range.values) return {std::nullopt, true};
  if (a.range.low >= 0 && less(a, b)) return {a, false};
  if (a.value.divided_by(b.value)) return {constant(0), false};
  return {shared(Kind::Remainder, *range.values, a, b), false};
}

Number Bounds::minimum(const Number& a, const Number& b) {
  if (not_greater(a, b)) return a;
  if (not_greater(b, a)) return b;
  return shared(Kind::Least, lang::minimum(a.range, b.range), a, b);
}

Number Bounds::maximum(const Number& a, const Number& b) {
  if (not_greater(a, b)) return b;
  if (not_greater(b, a)) return a;
  return shared(Kind::Most, lang::maximum(a.range, b.range), a, b);
}

Number Bounds::either(const Number& a, const Number& b, Facts if_a, Facts if_b) {
  if (a.value == b.value) return {join(a.range, b.range), a.value};
  Unknown unknown;
  unknown.kind = Kind::Choice;
  unknown.range = join(a.range, b.range);
  unknown.a = a.value;
  unknown.b = b.value;
  unknown.if_a = std::move(if_a);
  unknown.if_b = std::move(if_b);
  return fresh(std::move(unknown));
}

std::optional<Polynomial> Bounds::fact(const Number& a, const Number& b, std::int64_t margin) {
  const auto difference = sum(a.value, b.value, -1);
  if (!difference) return std::nullopt;
  return sum(*difference, Polynomial(margin), -1);
}

bool Bounds::less(const Number& a, const Number& b) {
  if (a.range.high < b.range.low) return true;
  const auto difference = fact(b, a, 1);
  return difference && prove(*difference);
}

bool Bounds::not_greater(const Number& a, const Number& b) {
  if (a.range.high <= b.range.low) return true;
  const auto difference = fact(b, a, 0);
  return difference && prove(*difference);
}

bool Bounds::nonzero(const Number& a) {
  if (!a.range.contains(0)) return true;
  return less(constant(0), a) || less(a, constant(0));
}

Bounds::WideRange Bounds::range_of(const Polynomial::Monomial& monomial) const {
  WideRange all{1, 1};
  const auto multiply_by = [&all](Wide low, Wide high) {
    const Wide corners[] = {times(all.low, low), times(all.low, high), times(all.high, low),
                            times(all.high, high)};
    all = {*std::min_element(std::begin(corners), std::end(corners)),
           *std::max_element(std::begin(corners), std::end(corners))};
  };
  // One extent or coordinate of each dimension together is bounded by the number of points.
  std::vector<int> dimensions;
  WideRange points{1, 1};
  Wide volume = 0;
  for (std::size_t i = 0; i < monomial.size(); ++i) {
    const Unknown& unknown = unknowns_[static_cast<std::size_t>(monomial[i])];
    const bool first = unknown.dimension >= 0 && std::find(dimensions.begin(), dimensions.end(),
                                                           unknown.dimension) == dimensions.end();
    if (!first) {
      multiply_by(unknown.range.low, unknown.range.high);
      continue;
    }
    dimensions.push_back(unknown.dimension);
    points.low = times(points.low, unknown.range.low);
    points.high = times(points.high, unknown.range.high);
    volume = std::max(volume, Wide{unknown.volume});
  }
  if (!dimensions.empty()) multiply_by(points.low, std::min(points.high, volume));
  return all;
}

Bounds::WideRange Bounds::range_of(const Polynomial& p) const {
  WideRange all;
  for (const auto& [monomial, coefficient] : p.terms()) {
    const WideRange one = range_of(monomial);
    const Wide a = times(one.low, coefficient);
    const Wide b = times(one.high, coefficient);
    all.low = plus(all.low, std::min(a, b));
    all.high = plus(all.high, std::max(a, b));
  }
  return all;
}

bool Bounds::prove(const Polynomial& p) {
  if (all_steps_left_ <= 0) return false;
  const int steps = std::min(kMaxSteps, all_steps_left_);
  steps_left_ = steps;
  const bool proven = at_least_zero(p, 0);
  all_steps_left_ -= steps - std::max(steps_left_, 0);
  return proven;
}

/// Whether p >= 0. Replaces unknowns by bounds that can only make p smaller, the most derived
/// unknown first, until the ranges of those left decide.
bool Bounds::at_least_zero(const Polynomial& p, int depth) {
  if (--steps_left_ < 0 || depth > kMaxDepth) return false;
  const WideRange range = range_of(p);
  if (range.low >= 0) return true;
  if (range.high < 0 && facts_.empty()) return false;
  for (const Polynomial& known : facts_) {
    const auto difference = sum(p, known, -1);
    if (difference && range_of(*difference).low >= 0) return true;
  }
  std::vector<Atom> atoms = p.atoms();
  for (auto atom = atoms.rbegin(); atom != atoms.rend(); ++atom) {
    if (eliminate(p, *atom, depth)) return true;
  }
  // Facts about the same unknowns, in combination with bounds.
  for (std::size_t i = 0; i < facts_.size() && depth < 3; ++i) {
    const std::vector<Atom> of_fact = facts_[i].atoms();
    const bool related = std::any_of(of_fact.begin(), of_fact.end(), [&](Atom atom) {
      return std::find(atoms.begin(), atoms.end(), atom) != atoms.end();
    });
    if (!related) continue;
    const auto difference = sum(p, facts_[i], -1);
    if (difference && difference->terms().size() <= p.terms().size() &&
        at_least_zero(*difference, depth + 3))
      return true;
  }
  return false;
}

bool Bounds::with_bound(const Polynomial::Linear& p, const Polynomial& bound, int depth) {
  const auto scaled = product(p.factor, bound);
  const auto replaced = scaled ? sum(p.rest, *scaled) : std::nullopt;
  return replaced && at_least_zero(*replaced, depth + 1);
}

bool Bounds::with_choice(const Polynomial::Linear& p, const Unknown& choice, int depth) {
  const Polynomial a = choice.a;
  const Polynomial b = choice.b;
  const Facts if_a = choice.if_a;
  const Facts if_b = choice.if_b;
  const std::size_t before = facts_.size();
  facts_.insert(facts_.end(), if_a.begin(), if_a.end());
  bool holds = with_bound(p, a, depth);
  facts_.resize(before);
  if (!holds) return false;
  facts_.insert(facts_.end(), if_b.begin(), if_b.end());
  holds = with_bound(p, b, depth);
  facts_.resize(before);
  return holds;
}

/// With q = a / b, a >= 0 and b >= 1: a - b + 1 <= q*b <= a. As p = A*q + B is an integer, p >= 0
/// follows from b*p >= 1 - b. That b is not 0 is known, as the division gave a value.
bool Bounds::eliminate_quotient(const Unknown& quotient, const Polynomial::Linear& p, bool upper,
                                int depth) {
  if (range_of(quotient.a).low < 0 || range_of(quotient.b).low < 0) return false;
  Polynomial bound = quotient.a;
  if (!upper) {
    const auto low = sum(quotient.a, quotient.b, -1);
    const auto exact = low ? sum(*low, Polynomial(1)) : std::nullopt;
    if (!exact) return false;
    bound = *exact;
  }
  const auto rest = product(quotient.b, p.rest);
  const auto scaled = product(p.factor, bound);
  auto goal = rest && scaled ? sum(*rest, *scaled) : std::nullopt;
  if (goal) goal = sum(*goal, quotient.b);
  if (goal) goal = sum(*goal, Polynomial(1), -1);
  return goal && at_least_zero(*goal, depth + 1);
}

bool Bounds::eliminate(const Polynomial& p, Atom atom, int depth) {
  const auto linear = p.linear_in(atom);
  if (!linear) return false;
  const Unknown unknown = unknowns_[static_cast<std::size_t>(atom)];
  if (unknown.kind == Kind::Choice) return with_choice(*linear, unknown, depth);
  const WideRange factor = range_of(linear->factor);
  const bool upper = factor.high <= 0;  // a larger unknown makes p smaller
  if (!upper && factor.low < 0) return false;
  switch (unknown.kind) {
    case Kind::Choice:
      return false;
    case Kind::Free:
      if (upper && unknown.most && with_bound(*linear, *unknown.most, depth)) return true;
      break;
    case Kind::Quotient:
      if (eliminate_quotient(unknown, *linear, upper, depth)) return true;
      break;
    case Kind::Remainder: {
      if (!upper || range_of(unknown.b).low < 0) break;
      const auto most = sum(unknown.b, Polynomial(1), -1);
      if (most && with_bound(*linear, *most, depth)) return true;
      if (range_of(unknown.a).low >= 0 && with_bound(*linear, unknown.a, depth)) return true;
      break;
    }
    case Kind::Least:
    case Kind::Most:
      if (upper == (unknown.kind == Kind::Least)) {
        if (with_bound(*linear, unknown.a, depth) || with_bound(*linear, unknown.b, depth))
          return true;
      } else if (with_choice(*linear, unknown, depth)) {
        return true;
      }
      break;
  }
  // The ends of its range, for factors that are unknown themselves.
  if (linear->factor.constant()) return false;
  return with_bound(*linear, Polynomial(upper ? unknown.range.high : unknown.range.low), depth);
}

}  // namespace castra::lang
