#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace castra::lang {

/// An unknown of a Polynomial: an index into Bounds.
using Atom = int;

/// A sum of products of unknowns with 64-bit coefficients. Bounded: what would need more terms,
/// higher degrees or larger coefficients is no polynomial (nothing).
class Polynomial {
 public:
  using Monomial = std::vector<Atom>;  ///< ascending, with repetition; empty: the constant term
  static constexpr std::size_t kMaxTerms = 24;
  static constexpr std::size_t kMaxDegree = 10;

  Polynomial() = default;
  explicit Polynomial(std::int64_t constant) {
    if (constant != 0) terms_[{}] = constant;
  }
  static Polynomial of(Atom atom) {
    Polynomial p;
    p.terms_[{atom}] = 1;
    return p;
  }

  const std::map<Monomial, std::int64_t>& terms() const { return terms_; }
  std::optional<std::int64_t> constant() const;
  /// Ascending, without repetition.
  std::vector<Atom> atoms() const;

  auto operator<=>(const Polynomial&) const = default;

  /// A*x + B for an unknown x that occurs in no term twice.
  struct Linear;
  std::optional<Linear> linear_in(Atom atom) const;
  /// The polynomial that gives this one when multiplied with `divisor`, a single term.
  std::optional<Polynomial> divided_by(const Polynomial& divisor) const;

  friend std::optional<Polynomial> sum(const Polynomial& a, const Polynomial& b,
                                       std::int64_t factor);
  friend std::optional<Polynomial> product(const Polynomial& a, const Polynomial& b);

 private:
  bool add(const Monomial& monomial, std::int64_t coefficient);
  std::map<Monomial, std::int64_t> terms_;
};

struct Polynomial::Linear {
  Polynomial factor;
  Polynomial rest;
};

/// a + factor * b.
std::optional<Polynomial> sum(const Polynomial& a, const Polynomial& b, std::int64_t factor = 1);
std::optional<Polynomial> product(const Polynomial& a, const Polynomial& b);

}  // namespace castra::lang
