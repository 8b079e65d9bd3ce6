#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "lang/intervals.h"
#include "lang/polynomial.h"

namespace castra::lang {

/// An integer that is not known: which values it may have, and how it depends on other unknowns.
struct Number {
  Interval range;
  Polynomial value;
};

/// Polynomials known not to be negative where they are used.
using Facts = std::vector<Polynomial>;

/// Integer arithmetic on unknowns, and proofs of inequalities between them. Every unknown is a
/// value that evaluation computes, so it fits 64 bits; operations assume that they succeed
/// (no overflow, no division by zero) and say what could have failed. Not thread-safe.
class Bounds {
 public:
  Number constant(std::int64_t value) const;
  /// An unknown of which only the range is known.
  Number unknown(const Interval& range);
  /// An unknown between 1 and `most`: how many points a launch has in one dimension. The product
  /// over different dimensions is at most `most` too, as that is all points a launch may have.
  Number extent(int dimension, std::int64_t most);
  /// An unknown between 0 and `extent` - 1 of the same dimension.
  Number coordinate(int dimension, const Number& extent);

  struct Computed {
    std::optional<Number> value;  ///< nothing: always fails
    bool may_fail = false;
  };
  Computed add(const Number& a, const Number& b);
  Computed subtract(const Number& a, const Number& b);
  Computed multiply(const Number& a, const Number& b);
  /// May fail by overflow only: the caller has asked about zero.
  Computed divide(const Number& a, const Number& b);
  Computed remainder(const Number& a, const Number& b);
  Number minimum(const Number& a, const Number& b);
  Number maximum(const Number& a, const Number& b);
  /// One of the two: `a` where `if_a` holds, `b` where `if_b` does.
  Number either(const Number& a, const Number& b, Facts if_a, Facts if_b);

  /// What is known to hold now, besides what each call says; restored by the caller.
  Facts& facts() { return facts_; }

  /// Proofs; false means not known. Cost bounded.
  bool less(const Number& a, const Number& b);         ///< a < b
  bool not_greater(const Number& a, const Number& b);  ///< a <= b
  bool nonzero(const Number& a);
  /// a - b - margin, as a fact "a >= b + margin"; nothing if it is no polynomial.
  static std::optional<Polynomial> fact(const Number& a, const Number& b, std::int64_t margin);

 private:
  __extension__ using Wide = __int128;
  struct WideRange {
    Wide low = 0;
    Wide high = 0;
  };
  enum class Kind : std::uint8_t { Free, Quotient, Remainder, Least, Most, Choice };
  struct Unknown {
    Kind kind = Kind::Free;
    Interval range;
    int dimension = -1;              ///< of an extent or coordinate
    std::int64_t volume = 0;         ///< bound on the product over dimensions
    std::optional<Polynomial> most;  ///< Free: an upper bound
    Polynomial a, b;                 ///< operands
    Facts if_a, if_b;                ///< Choice
  };
  using Key = std::tuple<Kind, Polynomial, Polynomial>;

  Number fresh(Unknown unknown);
  Number shared(Kind kind, const Interval& range, const Number& a, const Number& b);
  void bound_like(Unknown& quotient) const;
  Number with_value(const Interval& range, std::optional<Polynomial> value);

  WideRange range_of(const Polynomial& p) const;
  WideRange range_of(const Polynomial::Monomial& monomial) const;
  Interval cut(const Interval& range, const Polynomial& value) const;

  bool prove(const Polynomial& p);
  bool at_least_zero(const Polynomial& p, int depth);
  bool eliminate(const Polynomial& p, Atom atom, int depth);
  bool eliminate_quotient(const Unknown& quotient, const Polynomial::Linear& p, bool upper,
                          int depth);
  bool with_bound(const Polynomial::Linear& p, const Polynomial& bound, int depth);
  bool with_choice(const Polynomial::Linear& p, const Unknown& choice, int depth);

  std::vector<Unknown> unknowns_;
  std::map<Key, Atom> known_;
  Facts facts_;
  int steps_left_ = 0;         ///< of the proof at hand
  int all_steps_left_ = 4000;  ///< of all proofs together; the usual index map needs about 20
};

}  // namespace castra::lang
