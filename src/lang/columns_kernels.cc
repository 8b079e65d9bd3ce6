#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

#include "lang/columns_program.h"
#include "support/check.h"

/// The loops. Every one runs over the whole block whatever the number of points, so that the
/// compiler can unroll and vectorise it; lanes past the last point, and points that an earlier
/// branch or failure left out, hold numbers without meaning: no operation may be undefined on them.
namespace castra::lang::columns {
namespace {

template <typename T>
using Unsigned = std::make_unsigned_t<T>;

/// Division by multiplication: for 0 <= x < 2^31 and 0 < d < 2^31,
///   x / d = (x * multiplier) >> shift   with shift = 31 + ceil(log2 d), multiplier = 2^shift / d
/// rounded up, which is below 2^32 as d is no power of two: x * multiplier / 2^shift exceeds x / d
/// by less than x / 2^shift <= 1 / d, too little to reach the next integer.
struct Reciprocal {
  std::uint32_t multiplier;
  int shift;

  explicit Reciprocal(std::int64_t divisor) {
    const auto d = static_cast<std::uint64_t>(divisor);
    shift = 31 + std::bit_width(d - 1);
    multiplier = static_cast<std::uint32_t>(((std::uint64_t{1} << shift) + d - 1) / d);
  }
};

template <typename T>
T truth(bool value) {
  return value ? T{-1} : T{0};
}

template <typename T>
T wrap(Unsigned<T> value) {
  return static_cast<T>(value);
}

template <typename T, typename F>
[[gnu::always_inline]] inline void map1(T* __restrict to, const T* __restrict a, F f) {
  for (int i = 0; i < kBlock; ++i) to[i] = f(a[i]);
}
template <typename T, typename F>
[[gnu::always_inline]] inline void map2(T* __restrict to, const T* __restrict a,
                                        const T* __restrict b, F f) {
  for (int i = 0; i < kBlock; ++i) to[i] = f(a[i], b[i]);
}

template <typename T>
T safe_divide(T a, T b) {
  if (b == 0) return 0;
  if (b == -1) return wrap<T>(Unsigned<T>{0} - static_cast<Unsigned<T>>(a));
  return a / b;
}
template <typename T>
T safe_remainder(T a, T b) {
  return b == 0 || b == -1 ? 0 : a % b;
}

template <typename T>
struct Machine {
  const Program& program;
  T* memory;
  T* failures;
  std::int64_t first;

  T* column(int reg) const { return memory + static_cast<std::ptrdiff_t>(reg) * kBlock; }

  [[gnu::always_inline]] inline void execute(const Instruction& in) const {
    using U = Unsigned<T>;
    T* to = in.to < 0 ? nullptr : column(in.to);
    const T* a = in.a < 0 ? nullptr : column(in.a);
    const T* b = in.b < 0 ? nullptr : column(in.b);
    const auto k = static_cast<T>(in.immediate);
    const auto uk = static_cast<U>(k);
    switch (in.op) {
      case Op::Points: {
        const auto start = static_cast<U>(first);
        for (int i = 0; i < kBlock; ++i) to[i] = wrap<T>(start + static_cast<U>(i));
        break;
      }
      case Op::Constant:
        for (int i = 0; i < kBlock; ++i) to[i] = k;
        break;
      case Op::Add:
        map2(to, a, b, [](T x, T y) { return wrap<T>(static_cast<U>(x) + static_cast<U>(y)); });
        break;
      case Op::AddConstant:
        map1(to, a, [uk](T x) { return wrap<T>(static_cast<U>(x) + uk); });
        break;
      case Op::Subtract:
        map2(to, a, b, [](T x, T y) { return wrap<T>(static_cast<U>(x) - static_cast<U>(y)); });
        break;
      case Op::SubtractFrom:
        map1(to, a, [uk](T x) { return wrap<T>(uk - static_cast<U>(x)); });
        break;
      case Op::Multiply:
        map2(to, a, b, [](T x, T y) { return wrap<T>(static_cast<U>(x) * static_cast<U>(y)); });
        break;
      case Op::MultiplyConst:
        map1(to, a, [uk](T x) { return wrap<T>(static_cast<U>(x) * uk); });
        break;
      case Op::MultiplyAdd:
        map2(to, a, b,
             [uk](T x, T y) { return wrap<T>(static_cast<U>(x) + static_cast<U>(y) * uk); });
        break;
      case Op::Divide:
        map2(to, a, b, safe_divide<T>);
        break;
      case Op::DivideConst:
        map1(to, a, [k](T x) { return static_cast<T>(x / k); });
        break;
      case Op::DivideSmall: {
        const Reciprocal r(in.immediate);
        map1(to, a, [r](T x) {
          return static_cast<T>((std::uint64_t{static_cast<std::uint32_t>(x)} * r.multiplier) >>
                                r.shift);
        });
        break;
      }
      case Op::Remainder:
        map2(to, a, b, safe_remainder<T>);
        break;
      case Op::RemainderConst:
        map1(to, a, [k](T x) { return static_cast<T>(x % k); });
        break;
      case Op::ShiftRight:
        map1(to, a, [s = static_cast<int>(in.immediate)](T x) { return static_cast<T>(x >> s); });
        break;
      case Op::BitAnd:
        map1(to, a, [k](T x) { return static_cast<T>(x & k); });
        break;
      case Op::Less:
        map2(to, a, b, [](T x, T y) { return truth<T>(x < y); });
        break;
      case Op::LessConst:
        map1(to, a, [k](T x) { return truth<T>(x < k); });
        break;
      case Op::GreaterConst:
        map1(to, a, [k](T x) { return truth<T>(x > k); });
        break;
      case Op::LessEqual:
        map2(to, a, b, [](T x, T y) { return truth<T>(x <= y); });
        break;
      case Op::Equal:
        map2(to, a, b, [](T x, T y) { return truth<T>(x == y); });
        break;
      case Op::EqualConst:
        map1(to, a, [k](T x) { return truth<T>(x == k); });
        break;
      case Op::And:
        map2(to, a, b, [](T x, T y) { return static_cast<T>(x & y); });
        break;
      case Op::Or:
        map2(to, a, b, [](T x, T y) { return static_cast<T>(x | y); });
        break;
      case Op::Not:
        map1(to, a, [](T x) { return static_cast<T>(~x); });
        break;
      case Op::Select:
        select(to, a, b, column(in.c));
        break;
      case Op::Gather:
        gather(to, a, program.tables[static_cast<std::size_t>(in.immediate)]);
        break;
      case Op::AddChecked:
        checked(to, a, b, in.c, [](T x, T y, T* z) { return __builtin_add_overflow(x, y, z); });
        break;
      case Op::SubtractChecked:
        checked(to, a, b, in.c, [](T x, T y, T* z) { return __builtin_sub_overflow(x, y, z); });
        break;
      case Op::MultiplyChecked:
        checked(to, a, b, in.c, [](T x, T y, T* z) { return __builtin_mul_overflow(x, y, z); });
        break;
      case Op::FailIf:
        fail(a);
        break;
      case Op::FailOutside:
        fail_outside(a, uk, in.c);
        break;
    }
  }

  [[gnu::always_inline]] static inline void select(T* __restrict to, const T* __restrict a,
                                                   const T* __restrict b, const T* __restrict c) {
    for (int i = 0; i < kBlock; ++i) to[i] = static_cast<T>((a[i] & c[i]) | (b[i] & ~c[i]));
  }

  [[gnu::always_inline]] static inline void gather(T* __restrict to, const T* __restrict a,
                                                   const std::vector<std::int64_t>& table) {
    const std::size_t size = table.size();
    for (int i = 0; i < kBlock; ++i) {
      const auto at = static_cast<std::size_t>(a[i]);
      to[i] = at < size ? static_cast<T>(table[at]) : T{0};
    }
  }

  template <typename F>
  [[gnu::always_inline]] inline void checked(T* __restrict to, const T* __restrict a,
                                             const T* __restrict b, int where, F operate) const {
    const T* mask = where < 0 ? nullptr : column(where);
    for (int i = 0; i < kBlock; ++i) {
      const bool overflow = operate(a[i], b[i], &to[i]);
      if (overflow && (mask == nullptr || mask[i] != 0)) failures[i] = -1;
    }
  }

  [[gnu::always_inline]] inline void fail(const T* __restrict a) const {
    T* __restrict out = failures;
    for (int i = 0; i < kBlock; ++i) out[i] = static_cast<T>(out[i] | a[i]);
  }

  [[gnu::always_inline]] inline void fail_outside(const T* __restrict a, Unsigned<T> size,
                                                  int where) const {
    T* __restrict out = failures;
    if (where < 0) {
      for (int i = 0; i < kBlock; ++i)
        out[i] = static_cast<T>(out[i] | truth<T>(static_cast<Unsigned<T>>(a[i]) >= size));
      return;
    }
    const T* __restrict mask = column(where);
    for (int i = 0; i < kBlock; ++i) {
      out[i] =
          static_cast<T>(out[i] | (mask[i] & truth<T>(static_cast<Unsigned<T>>(a[i]) >= size)));
    }
  }
  [[gnu::always_inline]] inline void execute_all() const {
    for (const Instruction& instruction : program.code) execute(instruction);
  }
};

template <typename T>
void execute_anywhere(const Machine<T>& machine) {
  machine.execute_all();
}

#if defined(__x86_64__)
template <typename T>
[[gnu::target("avx2")]] void execute_avx2(const Machine<T>& machine) {
  machine.execute_all();
}
template <typename T>
void execute(const Machine<T>& machine) {
  static const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kAvx2) {
    execute_avx2(machine);
  } else {
    execute_anywhere(machine);
  }
}
#else
template <typename T>
void execute(const Machine<T>& machine) {
  execute_anywhere(machine);
}
#endif

}  // namespace

Runner::Runner(const Program& program) : program_(program) {
  const auto values = static_cast<std::size_t>(program.registers) * kBlock;
  if (program.narrow) {
    narrow_memory_.resize(values);
    narrow_failures_.resize(kBlock);
  } else {
    wide_memory_.resize(values);
    wide_failures_.resize(kBlock);
  }
}

template <typename T>
bool Runner::run_as(std::vector<T>& memory, std::vector<T>& failures, std::int64_t first, int count,
                    OwnerTable::Code* out) {
  if (program_.can_fail) std::fill(failures.begin(), failures.end(), T{0});
  const Machine<T> machine{program_, memory.data(), failures.data(), first};
  execute(machine);
  if (program_.result < 0) {
    std::fill(out, out + count, program_.result_code);
  } else {
    const T* result = machine.column(program_.result);
    for (int i = 0; i < count; ++i) out[i] = static_cast<OwnerTable::Code>(result[i]);
  }
  if (!program_.can_fail) return false;
  T any = 0;
  for (int i = 0; i < count; ++i) any = static_cast<T>(any | failures[static_cast<std::size_t>(i)]);
  return any != 0;
}

bool Runner::run(std::int64_t first, int count, OwnerTable::Code* out) {
  CASTRA_CHECK(count <= kBlock, "a block is at most kBlock points");
  return program_.narrow ? run_as(narrow_memory_, narrow_failures_, first, count, out)
                         : run_as(wide_memory_, wide_failures_, first, count, out);
}

bool Runner::failed(int k) const {
  if (!program_.can_fail) return false;
  const auto i = static_cast<std::size_t>(k);
  return program_.narrow ? narrow_failures_[i] != 0 : wide_failures_[i] != 0;
}

}  // namespace castra::lang::columns
