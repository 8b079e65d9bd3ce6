#include "lang/polynomial.h"

#include <algorithm>
#include <set>

namespace castra::lang {

bool Polynomial::add(const Monomial& monomial, std::int64_t coefficient) {
  if (coefficient == 0) return true;
  const auto [entry, fresh] = terms_.try_emplace(monomial, 0);
  if (__builtin_add_overflow(entry->second, coefficient, &entry->second)) return false;
  if (entry->second == 0) terms_.erase(entry);
  return terms_.size() <= kMaxTerms;
}

std::optional<std::int64_t> Polynomial::constant() const {
  if (terms_.empty()) return 0;
  if (terms_.size() > 1 || !terms_.begin()->first.empty()) return std::nullopt;
  return terms_.begin()->second;
}

std::vector<Atom> Polynomial::atoms() const {
  std::set<Atom> found;
  for (const auto& [monomial, coefficient] : terms_) found.insert(monomial.begin(), monomial.end());
  return {found.begin(), found.end()};
}

std::optional<Polynomial::Linear> Polynomial::linear_in(Atom atom) const {
  Linear linear;
  for (const auto& [monomial, coefficient] : terms_) {
    const auto times = std::count(monomial.begin(), monomial.end(), atom);
    if (times > 1) return std::nullopt;
    if (times == 0) {
      linear.rest.terms_[monomial] = coefficient;
      continue;
    }
    Monomial left = monomial;
    left.erase(std::find(left.begin(), left.end(), atom));
    linear.factor.terms_[left] = coefficient;
  }
  return linear;
}

std::optional<Polynomial> Polynomial::divided_by(const Polynomial& divisor) const {
  if (divisor.terms_.size() != 1) return std::nullopt;
  const auto& [by, factor] = *divisor.terms_.begin();
  Polynomial quotient;
  for (const auto& [monomial, coefficient] : terms_) {
    if (!std::includes(monomial.begin(), monomial.end(), by.begin(), by.end())) return std::nullopt;
    if (factor == -1 || coefficient % factor != 0) return std::nullopt;
    Monomial left;
    std::set_difference(monomial.begin(), monomial.end(), by.begin(), by.end(),
                        std::back_inserter(left));
    quotient.terms_[left] = coefficient / factor;
  }
  return quotient;
}

std::optional<Polynomial> sum(const Polynomial& a, const Polynomial& b, std::int64_t factor) {
  Polynomial result = a;
  for (const auto& [monomial, coefficient] : b.terms_) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(coefficient, factor, &scaled) || !result.add(monomial, scaled))
      return std::nullopt;
  }
  return result;
}

std::optional<Polynomial> product(const Polynomial& a, const Polynomial& b) {
  Polynomial result;
  for (const auto& [left, x] : a.terms_) {
    for (const auto& [right, y] : b.terms_) {
      Polynomial::Monomial both;
      std::merge(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
      std::int64_t coefficient = 0;
      if (both.size() > Polynomial::kMaxDegree || __builtin_mul_overflow(x, y, &coefficient) ||
          !result.add(both, coefficient))
        return std::nullopt;
    }
  }
  return result;
}

}  // namespace castra::lang
