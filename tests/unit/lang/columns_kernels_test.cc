#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "lang/columns_program.h"

namespace castra::lang::columns {
namespace {

Instruction instruction(Op op, int to, int a, int b, std::int64_t immediate) {
  Instruction in;
  in.op = op;
  in.to = to;
  in.a = a;
  in.b = b;
  in.immediate = immediate;
  return in;
}

/// point / divisor, or point % divisor as what the division leaves.
Program division(std::int64_t divisor, bool remainder, bool narrow) {
  Program program;
  program.narrow = narrow;
  program.registers = 3;
  program.code = {instruction(Op::Points, 0, -1, -1, 0),
                  instruction(Op::DivideSmall, 1, 0, -1, divisor)};
  if (remainder) program.code.push_back(instruction(Op::MultiplyAdd, 2, 0, 1, -divisor));
  program.result = remainder ? 2 : 1;
  return program;
}

constexpr std::int64_t kLast = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kDivisors[] = {
    3,         5,    6,     7,     9,       11,      12,          13,
    641,       1000, 32767, 65537, 1000003, 6700417, 1 << 20 | 1, kLast / 2 + 2,
    kLast - 1, kLast};
constexpr std::int64_t kFirsts[] = {0,        1,         1000,      65536 - 500,
                                    12345678, kLast / 3, kLast / 2, kLast - kBlock + 1};

class ColumnsKernels : public testing::TestWithParam<Loops> {};

TEST_P(ColumnsKernels, DivideExactlyUpToTheLargestNumber) {
  std::vector<OwnerTable::Code> codes(kBlock);
  for (const std::int64_t divisor : kDivisors) {
    for (const bool narrow : {true, false}) {
      for (const bool remainder : {true, false}) {
        const Program program = division(divisor, remainder, narrow);
        Runner runner(program, GetParam());
        for (const std::int64_t first : kFirsts) {
          EXPECT_FALSE(runner.run(first, kBlock, codes.data()));
          for (int i = 0; i < kBlock; ++i) {
            const std::int64_t x = first + i;
            ASSERT_EQ(codes[static_cast<std::size_t>(i)], remainder ? x % divisor : x / divisor)
                << x << " by " << divisor << (narrow ? " in 32 bits" : " in 64 bits");
          }
        }
      }
    }
  }
}

TEST_P(ColumnsKernels, WriteNoPointPastTheLast) {
  const Program program = division(7, false, true);
  Runner runner(program, GetParam());
  std::vector<OwnerTable::Code> codes(kBlock, -5);
  EXPECT_FALSE(runner.run(70, 3, codes.data()));
  EXPECT_EQ(codes[0], 10);
  EXPECT_EQ(codes[2], 10);
  EXPECT_EQ(codes[3], -5);
}

TEST_P(ColumnsKernels, SayWhichPointsFail) {
  Program program;
  program.narrow = true;
  program.registers = 1;
  program.can_fail = true;
  program.result = 0;
  program.code = {instruction(Op::Points, 0, -1, -1, 0),
                  instruction(Op::FailOutside, -1, 0, -1, 1030)};
  Runner runner(program, GetParam());
  std::vector<OwnerTable::Code> codes(kBlock);
  EXPECT_FALSE(runner.run(0, kBlock, codes.data()));
  EXPECT_TRUE(runner.run(kBlock, kBlock, codes.data()));
  EXPECT_FALSE(runner.failed(5));
  EXPECT_TRUE(runner.failed(6));
  EXPECT_EQ(codes[5], 1029);
  EXPECT_FALSE(runner.run(kBlock, 6, codes.data())) << "the points that fail are past the last";
}

INSTANTIATE_TEST_SUITE_P(Loops, ColumnsKernels, testing::Values(Loops::Fastest, Loops::Portable),
                         [](const auto& loops) {
                           return loops.param == Loops::Fastest ? "Fastest" : "Portable";
                         });

}  // namespace
}  // namespace castra::lang::columns
