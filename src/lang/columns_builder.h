#pragma once

#include <cstdint>
#include <vector>

#include "lang/columns_program.h"
#include "program/index_space.h"

namespace castra::lang::columns {

/// An integer of every point: a register, or one number for all. `low` and `high` bound it at the
/// points where it matters, that is, where no failure was recorded and the branch is taken.
struct Int {
  int reg = -1;
  std::int64_t low = 0;
  std::int64_t high = 0;

  bool constant() const { return reg < 0; }
  bool is(std::int64_t value) const { return constant() && low == value; }
};
/// A truth value of every point.
struct Bool {
  int reg = -1;
  bool value = false;  ///< of all points if there is no register

  bool constant() const { return reg < 0; }
  bool never() const { return constant() && !value; }
  bool always() const { return constant() && value; }
};
inline constexpr Bool kAlways{-1, true};

/// Writes a Program for the points of one domain. Bounds every value, and so leaves out the checks
/// that cannot fail, uses faster operations on small numbers and folds what is the same for all
/// points. Equal expressions become one register.
///
/// `where` says at which points an operation takes place; only those can fail. Failed points are
/// left to somebody else: the program says which they are, not why.
class Builder {
 public:
  static constexpr std::size_t kMaxInstructions = 4000;

  explicit Builder(const Rect& domain);

  static Int constant(std::int64_t value) { return {-1, value, value}; }
  /// A coordinate of the point.
  Int coordinate(int dimension);

  Int add(const Int& a, const Int& b, const Bool& where);
  Int subtract(const Int& a, const Int& b, const Bool& where);
  Int multiply(const Int& a, const Int& b, const Bool& where);
  Int divide(const Int& a, const Int& b, const Bool& where);
  Int remainder(const Int& a, const Int& b, const Bool& where);
  Int select(const Bool& condition, const Int& yes, const Int& no);
  /// Points where `index` is outside the table get any of its numbers; the caller sees to them.
  Int gather(std::vector<std::int64_t> table, const Int& index);
  /// `value`, known to be within 0..size-1 afterwards; points where it is not fail.
  Int within(const Int& value, std::int64_t size, const Bool& where);

  Bool less(const Int& a, const Int& b);
  Bool less_equal(const Int& a, const Int& b);
  Bool equal(const Int& a, const Int& b);
  Bool both(const Bool& a, const Bool& b);
  Bool either(const Bool& a, const Bool& b);
  Bool negate(const Bool& a);
  Bool select(const Bool& condition, const Bool& yes, const Bool& no);

  void fail(const Bool& where);

  /// Every point fails, or the program is too long: not worth running.
  bool hopeless() const { return hopeless_ || code_.size() > kMaxInstructions; }
  /// The program whose results are `codes`. Precondition: not hopeless.
  Program finish(const Int& codes) &&;

 private:
  int emit(Op op, int a = -1, int b = -1, int c = -1, std::int64_t immediate = 0);
  int& known_place(const Instruction& wanted);
  Int integer(Op op, int a, int b, std::int64_t immediate, std::int64_t low, std::int64_t high);
  Bool truth(Op op, int a, int b = -1, int c = -1, std::int64_t immediate = 0);
  Int failed(const Bool& where);
  Int checked(Op op, const Int& a, const Int& b, const Bool& where);
  int column(const Int& value);
  int column(const Bool& value);
  void bound(std::int64_t low, std::int64_t high);
  const Instruction& definition(int reg) const { return code_[defined_at_[reg]]; }
  Int quotient_small(const Int& a, std::int64_t divisor);

  Rect domain_;
  std::vector<Instruction> code_;
  std::vector<std::size_t> defined_at_;  ///< instruction of each register
  /// Where in code_ equal instructions are found: by hash, open addressing; -1: free.
  std::vector<int> known_;
  std::vector<std::vector<std::int64_t>> tables_;
  bool narrow_ = true;
  bool hopeless_ = false;
};

}  // namespace castra::lang::columns
