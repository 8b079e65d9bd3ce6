#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lang/owner_table.h"

/// Straight-line programs over columns: one integer or truth value per point, a block of points at
/// a time. columns_builder makes them, columns_trace drives the builder from the syntax tree.
namespace castra::lang::columns {

/// Points per block. Columns of a program that fits 32 bits then take 4 KiB each: a handful stays
/// in the first-level cache.
inline constexpr int kBlock = 1024;

enum class Op : std::uint8_t {
  Points,         ///< number of each point in its domain
  Constant,       ///< immediate
  Add,            ///< a + b
  AddConstant,    ///< a + immediate
  Subtract,       ///< a - b
  SubtractFrom,   ///< immediate - a
  Multiply,       ///< a * b
  MultiplyAdd,    ///< a + b * immediate
  MultiplyConst,  ///< a * immediate
  Divide,         ///< a / b, truncating; anything where b is 0
  DivideConst,    ///< a / immediate, neither 0 nor -1
  DivideSmall,    ///< the same for 0 <= a < 2^31, immediate < 2^31 and no power of two
  Remainder,      ///< a % b, with a's sign; anything where b is 0
  RemainderConst,
  ShiftRight,  ///< a >> immediate, a not negative
  BitAnd,      ///< a & immediate, a not negative
  // Truth values are 0 and -1.
  Less,          ///< a < b
  LessConst,     ///< a < immediate
  GreaterConst,  ///< a > immediate
  LessEqual,     ///< a <= b
  Equal,         ///< a == b
  EqualConst,    ///< a == immediate
  And,           ///< a and b
  Or,            ///< a or b
  Not,           ///< not a
  Select,        ///< c ? a : b
  Gather,        ///< tables[immediate][a], anything where a is outside
  AddChecked,    ///< these three: the points with overflow (where c) fail
  SubtractChecked,
  MultiplyChecked,
  FailIf,       ///< points where a fail
  FailOutside,  ///< points where c with a outside 0..immediate-1 fail
};

/// Registers are -1 where an operation has no such operand; a missing `c` means all points.
struct Instruction {
  Op op = Op::Constant;
  int to = -1;
  int a = -1;
  int b = -1;
  int c = -1;
  std::int64_t immediate = 0;
};

struct Program {
  std::vector<Instruction> code;
  int registers = 0;
  std::vector<std::vector<std::int64_t>> tables;  ///< for Gather
  bool narrow = false;  ///< every value of a point that does not fail fits 32 bits
  int result = -1;      ///< register of the codes, or -1: every point has result_code
  OwnerTable::Code result_code = 0;
  bool can_fail = false;
};

/// Which loops a Runner uses; the results are the same.
enum class Loops : std::uint8_t {
  Fastest,   ///< that this processor has
  Portable,  ///< those for any processor; for tests
};

/// Runs one program over blocks of one domain. Not thread-safe; the program must outlive it.
class Runner {
 public:
  explicit Runner(const Program& program, Loops loops = Loops::Fastest);

  /// Writes the codes of points first .. first+count-1, count <= kBlock. True if some of them
  /// failed: what was written for those means nothing.
  bool run(std::int64_t first, int count, OwnerTable::Code* out);
  /// Whether the point first+k of the last block failed.
  bool failed(int k) const;

 private:
  template <typename T>
  bool run_as(std::unique_ptr<T[]>& memory, std::vector<T>& failures, std::int64_t first, int count,
              OwnerTable::Code* out);

  const Program& program_;
  Loops loops_;
  std::unique_ptr<std::int32_t[]> narrow_memory_;
  std::unique_ptr<std::int64_t[]> wide_memory_;
  std::vector<std::int32_t> narrow_failures_;  ///< empty, as the next, if no point can fail
  std::vector<std::int64_t> wide_failures_;
};

}  // namespace castra::lang::columns
