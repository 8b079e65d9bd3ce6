#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <numeric>
#include <type_traits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "lang/columns_program.h"
#include "support/check.h"

/// The loops. Every one runs over the whole block whatever the number of points, so that the
/// compiler can unroll and vectorise it; lanes past the last point, and points that an earlier
/// branch or failure left out, hold numbers without meaning: no operation may be undefined on them.
namespace castra::lang::columns {
namespace {

template <typename T>
using Unsigned = std::make_unsigned_t<T>;

/// From one column to the next. Not a multiple of 4 KiB: a load would wait for an older store whose
/// address has the same low 12 bits.
constexpr std::ptrdiff_t kStride = kBlock + 16;

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

#if defined(__x86_64__)
/// Eight points at a time: the products of even and odd lanes are of 64 bits, the quotients are
/// their upper halves shifted. Left to itself the compiler multiplies by 64 bits.
[[gnu::target("avx2")]] void divide_small_avx2(std::int32_t* __restrict to,
                                               const std::int32_t* __restrict a, Reciprocal r) {
  const __m256i multiplier = _mm256_set1_epi64x(r.multiplier);
  const __m128i shift = _mm_cvtsi32_si128(r.shift);
  const __m128i upper_shift = _mm_cvtsi32_si128(r.shift - 32);
  const __m256i upper = _mm256_set1_epi64x(static_cast<std::int64_t>(0xffffffff00000000U));
  static_assert(kBlock % 8 == 0);
  for (int i = 0; i < kBlock; i += 8) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i));
    const __m256i even = _mm256_mul_epu32(x, multiplier);
    const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), multiplier);
    const __m256i quotients = _mm256_or_si256(
        _mm256_srl_epi64(even, shift), _mm256_and_si256(_mm256_srl_epi64(odd, upper_shift), upper));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), quotients);
  }
}
#endif

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

/// With Avx2 set, only for processors that have it.
template <typename T, bool Avx2>
struct Machine {
  const Program& program;
  T* memory;
  T* failures;
  std::int64_t first;

  T* column(int reg) const { return memory + reg * kStride; }

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
#if defined(__x86_64__)
        if constexpr (Avx2 && std::is_same_v<T, std::int32_t>) {
          divide_small_avx2(to, a, r);
          break;
        }
#endif
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
void execute_anywhere(const Program& program, T* memory, T* failures, std::int64_t first) {
  Machine<T, false>{program, memory, failures, first}.execute_all();
}

#if defined(__x86_64__)
template <typename T>
[[gnu::target("avx2")]] void execute_avx2(const Program& program, T* memory, T* failures,
                                          std::int64_t first) {
  Machine<T, true>{program, memory, failures, first}.execute_all();
}
template <typename T>
void execute(Loops loops, const Program& program, T* memory, T* failures, std::int64_t first) {
  static const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kAvx2 && loops == Loops::Fastest) {
    execute_avx2(program, memory, failures, first);
  } else {
    execute_anywhere(program, memory, failures, first);
  }
}
#else
template <typename T>
void execute(Loops /*loops*/, const Program& program, T* memory, T* failures, std::int64_t first) {
  execute_anywhere(program, memory, failures, first);
}
#endif

}  // namespace

/// Columns are not cleared: every one is written, as a whole, before it is read.
Runner::Runner(const Program& program, Loops loops) : program_(program), loops_(loops) {
  const auto values = static_cast<std::size_t>(program.registers * kStride);
  const std::size_t failures = program.can_fail ? kBlock : 0;
  if (program.narrow) {
    narrow_memory_ = std::make_unique_for_overwrite<std::int32_t[]>(values);
    narrow_failures_.resize(failures);
  } else {
    wide_memory_ = std::make_unique_for_overwrite<std::int64_t[]>(values);
    wide_failures_.resize(failures);
  }
}

template <typename T>
bool Runner::run_as(std::unique_ptr<T[]>& memory, std::vector<T>& failures, std::int64_t first,
                    int count, OwnerTable::Code* out) {
  if (program_.can_fail) std::fill(failures.begin(), failures.end(), T{0});
  execute(loops_, program_, memory.get(), failures.data(), first);
  if (program_.result < 0) {
    std::fill(out, out + count, program_.result_code);
  } else {
    const T* result = memory.get() + program_.result * kStride;
    std::transform(result, result + count, out,
                   [](T code) { return static_cast<OwnerTable::Code>(code); });
  }
  if (!program_.can_fail) return false;
  return std::accumulate(failures.begin(), failures.begin() + count, T{0}, std::bit_or<>()) != 0;
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
