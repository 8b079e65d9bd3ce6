#include "lang/columns_builder.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "support/check.h"

namespace castra::lang::columns {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmall = std::int64_t{1} << 31;
/// Room for these is made at once; a power of two.
constexpr std::size_t kUsualInstructions = 32;

/// Bounds of a result, or nothing if some value does not fit 64 bits.
struct Bounds {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool fits = true;
};

Bounds sum(const Int& a, const Int& b) {
  Bounds r;
  r.fits = !__builtin_add_overflow(a.low, b.low, &r.low) &&
           !__builtin_add_overflow(a.high, b.high, &r.high);
  return r;
}

Bounds difference(const Int& a, const Int& b) {
  Bounds r;
  r.fits = !__builtin_sub_overflow(a.low, b.high, &r.low) &&
           !__builtin_sub_overflow(a.high, b.low, &r.high);
  return r;
}

Bounds product(const Int& a, const Int& b) {
  Bounds r{kMax, kMin, true};
  for (const std::int64_t x : {a.low, a.high}) {
    for (const std::int64_t y : {b.low, b.high}) {
      std::int64_t p = 0;
      if (__builtin_mul_overflow(x, y, &p)) return {kMin, kMax, false};
      r.low = std::min(r.low, p);
      r.high = std::max(r.high, p);
    }
  }
  return r;
}

/// The largest absolute value of a range, capped at kMax.
std::int64_t magnitude(const Int& a) {
  if (a.low == kMin) return kMax;
  return std::max(a.low < 0 ? -a.low : a.low, a.high < 0 ? -a.high : a.high);
}

bool has_result(Op op) { return op != Op::FailIf && op != Op::FailOutside; }

/// Whether the instruction matters even if nobody uses its result.
bool can_fail(Op op) {
  switch (op) {
    case Op::AddChecked:
    case Op::SubtractChecked:
    case Op::MultiplyChecked:
    case Op::FailIf:
    case Op::FailOutside:
      return true;
    default:
      return false;
  }
}

}  // namespace

Builder::Builder(const Rect& domain) : domain_(domain), known_(kUsualInstructions * 2, -1) {
  code_.reserve(kUsualInstructions);
  defined_at_.reserve(kUsualInstructions);
}

/// Where an instruction with the same operation and operands is noted, or the place to note it.
int& Builder::known_place(const Instruction& wanted) {
  std::uint64_t hash = static_cast<std::uint64_t>(wanted.op);
  for (const std::int64_t part :
       {std::int64_t{wanted.a}, std::int64_t{wanted.b}, std::int64_t{wanted.c}, wanted.immediate})
    hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio
  const std::size_t mask = known_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash >> 32) & mask;
  const auto same = [&](const Instruction& in) {
    return in.op == wanted.op && in.a == wanted.a && in.b == wanted.b && in.c == wanted.c &&
           in.immediate == wanted.immediate;
  };
  while (known_[at] >= 0 && !same(code_[static_cast<std::size_t>(known_[at])]))
    at = (at + 1) & mask;
  return known_[at];
}

void Builder::bound(std::int64_t low, std::int64_t high) {
  if (low < -kSmall || high >= kSmall) narrow_ = false;
}

int Builder::emit(Op op, int a, int b, int c, std::int64_t immediate) {
  Instruction wanted{op, -1, a, b, c, immediate};
  int& place = known_place(wanted);
  if (place >= 0) return code_[static_cast<std::size_t>(place)].to;
  place = static_cast<int>(code_.size());
  if (has_result(op)) {
    wanted.to = static_cast<int>(defined_at_.size());
    defined_at_.push_back(code_.size());
  }
  code_.push_back(wanted);
  if (2 * code_.size() > known_.size()) {
    known_.assign(2 * known_.size(), -1);
    for (std::size_t i = 0; i < code_.size(); ++i) known_place(code_[i]) = static_cast<int>(i);
  }
  return wanted.to;
}

Int Builder::integer(Op op, int a, int b, std::int64_t immediate, std::int64_t low,
                     std::int64_t high) {
  if (low == high) return constant(low);
  bound(low, high);
  return {emit(op, a, b, -1, immediate), low, high};
}

Bool Builder::truth(Op op, int a, int b, int c, std::int64_t immediate) {
  return {emit(op, a, b, c, immediate), false};
}

int Builder::column(const Int& value) {
  if (!value.constant()) return value.reg;
  bound(value.low, value.low);
  return emit(Op::Constant, -1, -1, -1, value.low);
}

int Builder::column(const Bool& value) {
  return value.constant() ? emit(Op::Constant, -1, -1, -1, value.value ? -1 : 0) : value.reg;
}

Int Builder::coordinate(int dimension) {
  const std::int64_t extent = domain_.extent(dimension);
  const std::int64_t low = domain_.lo[static_cast<std::size_t>(dimension)];
  if (extent == 1) return constant(low);
  Int at{emit(Op::Points), 0, domain_.volume() - 1};
  bound(at.low, at.high);
  std::int64_t inner = 1;
  for (int d = dimension + 1; d < domain_.dimensions(); ++d) inner *= domain_.extent(d);
  at = divide(at, constant(inner), kAlways);
  at = remainder(at, constant(extent), kAlways);
  return add(at, constant(low), kAlways);
}

Int Builder::failed(const Bool& where) {
  fail(where);
  return constant(0);
}

Int Builder::checked(Op op, const Int& a, const Int& b, const Bool& where) {
  if (where.never()) return constant(0);
  narrow_ = false;
  const int reg = emit(op, column(a), column(b), where.constant() ? -1 : where.reg);
  return {reg, kMin, kMax};
}

Int Builder::add(const Int& a, const Int& b, const Bool& where) {
  const Bounds r = sum(a, b);
  if (!r.fits) {
    if (a.constant() && b.constant()) return failed(where);
    return checked(Op::AddChecked, a, b, where);
  }
  if (a.is(0)) return b;
  if (b.is(0)) return a;
  if (b.constant()) return integer(Op::AddConstant, a.reg, -1, b.low, r.low, r.high);
  if (a.constant()) return integer(Op::AddConstant, b.reg, -1, a.low, r.low, r.high);
  for (const auto& [base, scaled] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    const Instruction& product = definition(scaled->reg);
    if (product.op != Op::MultiplyConst) continue;
    const Instruction& rest = definition(base->reg);
    // x % n + x / n * n
    if (rest.op == Op::MultiplyAdd && rest.b == product.a && rest.immediate == -product.immediate) {
      return {rest.a, r.low, r.high};
    }
    return integer(Op::MultiplyAdd, base->reg, product.a, product.immediate, r.low, r.high);
  }
  return integer(Op::Add, std::min(a.reg, b.reg), std::max(a.reg, b.reg), 0, r.low, r.high);
}

Int Builder::subtract(const Int& a, const Int& b, const Bool& where) {
  const Bounds r = difference(a, b);
  if (!r.fits) {
    if (a.constant() && b.constant()) return failed(where);
    return checked(Op::SubtractChecked, a, b, where);
  }
  if (b.is(0)) return a;
  if (b.constant() && b.low != kMin)
    return integer(Op::AddConstant, a.reg, -1, -b.low, r.low, r.high);
  if (a.constant()) return integer(Op::SubtractFrom, b.reg, -1, a.low, r.low, r.high);
  return integer(Op::Subtract, a.reg, column(b), 0, r.low, r.high);
}

Int Builder::multiply(const Int& a, const Int& b, const Bool& where) {
  const Bounds r = product(a, b);
  if (!r.fits) {
    if (a.constant() && b.constant()) return failed(where);
    return checked(Op::MultiplyChecked, a, b, where);
  }
  if (a.is(1)) return b;
  if (b.is(1)) return a;
  if (b.constant()) return integer(Op::MultiplyConst, a.reg, -1, b.low, r.low, r.high);
  if (a.constant()) return integer(Op::MultiplyConst, b.reg, -1, a.low, r.low, r.high);
  return integer(Op::Multiply, std::min(a.reg, b.reg), std::max(a.reg, b.reg), 0, r.low, r.high);
}

Int Builder::quotient_small(const Int& a, std::int64_t divisor) {
  const auto d = static_cast<std::uint64_t>(divisor);
  if (std::has_single_bit(d)) {
    return integer(Op::ShiftRight, a.reg, -1, std::countr_zero(d), a.low / divisor,
                   a.high / divisor);
  }
  const bool small = a.high < kSmall && divisor < kSmall;
  return integer(small ? Op::DivideSmall : Op::DivideConst, a.reg, -1, divisor, a.low / divisor,
                 a.high / divisor);
}

Int Builder::divide(const Int& a, const Int& b, const Bool& where) {
  if (b.is(0)) return failed(where);
  if (b.is(-1)) return subtract(constant(0), a, where);
  if (b.is(1)) return a;
  if (a.constant() && b.constant()) return constant(a.low / b.low);
  if (b.constant()) {
    if (a.low >= 0 && b.low > 0) return quotient_small(a, b.low);
    const std::int64_t first = a.low / b.low;
    const std::int64_t last = a.high / b.low;
    bound(b.low, b.low);
    return integer(Op::DivideConst, a.reg, -1, b.low, std::min(first, last), std::max(first, last));
  }
  if (b.low <= 0 && b.high >= 0) fail(both(where, equal(b, constant(0))));
  if (a.low == kMin && b.low <= -1 && b.high >= -1) {
    fail(both(where, both(equal(a, constant(kMin)), equal(b, constant(-1)))));
  }
  const std::int64_t most = magnitude(a);
  const bool positive = a.low >= 0 && b.low >= 0;
  if (!positive)
    return integer(Op::Divide, column(a), b.reg, 0, a.low == kMin ? kMin : -most, most);
  return integer(Op::Divide, column(a), b.reg, 0, a.low / std::max<std::int64_t>(b.high, 1),
                 a.high / std::max<std::int64_t>(b.low, 1));
}

Int Builder::remainder(const Int& a, const Int& b, const Bool& where) {
  if (b.is(0)) return failed(where);
  if (b.is(-1) || b.is(1)) return constant(0);
  if (a.constant() && b.constant()) return constant(a.low % b.low);
  const std::int64_t most = b.low == kMin ? kMax : std::max<std::int64_t>(magnitude(b), 1) - 1;
  const std::int64_t low = a.low < 0 ? -std::min(a.low == kMin ? kMax : -a.low, most) : 0;
  const std::int64_t high = a.high > 0 ? std::min(a.high, most) : 0;
  if (b.constant()) {
    if (a.low > -magnitude(b) && a.high < magnitude(b)) return a;
    if (a.low < 0 || b.low < 0) {
      bound(b.low, b.low);
      return integer(Op::RemainderConst, a.reg, -1, b.low, low, high);
    }
    if (std::has_single_bit(static_cast<std::uint64_t>(b.low)))
      return integer(Op::BitAnd, a.reg, -1, b.low - 1, low, high);
    const Int quotient = quotient_small(a, b.low);
    if (quotient.constant()) return add(a, constant(-quotient.low * b.low), where);
    return integer(Op::MultiplyAdd, a.reg, quotient.reg, -b.low, low, high);
  }
  if (b.low <= 0 && b.high >= 0) fail(both(where, equal(b, constant(0))));
  return integer(Op::Remainder, column(a), b.reg, 0, low, high);
}

Int Builder::select(const Bool& condition, const Int& yes, const Int& no) {
  if (condition.constant()) return condition.value ? yes : no;
  if (yes.reg == no.reg && (!yes.constant() || yes.low == no.low)) {
    return {yes.reg, std::min(yes.low, no.low), std::max(yes.high, no.high)};
  }
  const std::int64_t low = std::min(yes.low, no.low);
  const std::int64_t high = std::max(yes.high, no.high);
  if (low == high) return constant(low);
  bound(low, high);
  return {emit(Op::Select, column(yes), column(no), condition.reg), low, high};
}

Int Builder::gather(std::vector<std::int64_t> table, const Int& index) {
  CASTRA_CHECK(!table.empty(), "an empty table has no numbers");
  if (index.constant()) {
    const bool inside = index.low >= 0 && index.low < static_cast<std::int64_t>(table.size());
    return constant(inside ? table[static_cast<std::size_t>(index.low)] : table.front());
  }
  const auto [low, high] = std::minmax_element(table.begin(), table.end());
  const std::int64_t least = *low;
  const std::int64_t most = *high;
  const auto known = std::find(tables_.begin(), tables_.end(), table);
  const auto number = known - tables_.begin();
  if (known == tables_.end()) tables_.push_back(std::move(table));
  return integer(Op::Gather, index.reg, -1, number, least, most);
}

Int Builder::within(const Int& value, std::int64_t size, const Bool& where) {
  if (value.low >= 0 && value.high < size) return value;
  if (size <= 0 || value.high < 0 || value.low >= size) return failed(where);
  if (!where.never()) {
    // A limit that fits the column as the values do.
    const std::int64_t limit = std::min(size - 1, value.high) + 1;
    emit(Op::FailOutside, value.reg, -1, where.constant() ? -1 : where.reg, limit);
  }
  const Int inside{value.reg, std::max<std::int64_t>(value.low, 0), std::min(value.high, size - 1)};
  return inside.low == inside.high ? constant(inside.low) : inside;
}

Bool Builder::less(const Int& a, const Int& b) {
  if (a.high < b.low) return {-1, true};
  if (a.low >= b.high) return {-1, false};
  if (b.constant()) return truth(Op::LessConst, a.reg, -1, -1, b.low);
  if (a.constant()) return truth(Op::GreaterConst, b.reg, -1, -1, a.low);
  return truth(Op::Less, a.reg, b.reg);
}

Bool Builder::less_equal(const Int& a, const Int& b) {
  if (a.high <= b.low) return {-1, true};
  if (a.low > b.high) return {-1, false};
  if (a.constant() || b.constant()) return negate(less(b, a));
  return truth(Op::LessEqual, a.reg, b.reg);
}

Bool Builder::equal(const Int& a, const Int& b) {
  if (a.high < b.low || b.high < a.low) return {-1, false};
  if (a.constant() && b.constant()) return {-1, true};
  if (b.constant()) return truth(Op::EqualConst, a.reg, -1, -1, b.low);
  if (a.constant()) return truth(Op::EqualConst, b.reg, -1, -1, a.low);
  return truth(Op::Equal, std::min(a.reg, b.reg), std::max(a.reg, b.reg));
}

Bool Builder::both(const Bool& a, const Bool& b) {
  if (a.constant()) return a.value ? b : a;
  if (b.constant()) return b.value ? a : b;
  if (a.reg == b.reg) return a;
  return truth(Op::And, std::min(a.reg, b.reg), std::max(a.reg, b.reg));
}

Bool Builder::either(const Bool& a, const Bool& b) {
  if (a.constant()) return a.value ? a : b;
  if (b.constant()) return b.value ? b : a;
  if (a.reg == b.reg) return a;
  return truth(Op::Or, std::min(a.reg, b.reg), std::max(a.reg, b.reg));
}

Bool Builder::negate(const Bool& a) {
  if (a.constant()) return {-1, !a.value};
  if (definition(a.reg).op == Op::Not) return {definition(a.reg).a, false};
  return truth(Op::Not, a.reg);
}

Bool Builder::select(const Bool& condition, const Bool& yes, const Bool& no) {
  if (condition.constant()) return condition.value ? yes : no;
  return either(both(condition, yes), both(negate(condition), no));
}

void Builder::fail(const Bool& where) {
  if (where.always()) hopeless_ = true;
  if (!where.constant()) emit(Op::FailIf, where.reg);
}

Program Builder::finish(const Int& codes) && {
  CASTRA_CHECK(!hopeless(), "a hopeless program is not run");
  Program program;
  program.narrow = narrow_;
  program.tables = std::move(tables_);
  if (codes.constant()) program.result_code = static_cast<OwnerTable::Code>(codes.low);

  // What nobody uses goes; from the end, as uses come after definitions.
  std::vector<bool> used(defined_at_.size(), false);
  const auto use = [&](int reg) {
    if (reg >= 0) used[static_cast<std::size_t>(reg)] = true;
  };
  use(codes.reg);
  std::vector<Instruction> kept;
  kept.reserve(code_.size());
  for (auto it = code_.rbegin(); it != code_.rend(); ++it) {
    if (!can_fail(it->op) && !used[static_cast<std::size_t>(it->to)]) continue;
    program.can_fail = program.can_fail || can_fail(it->op);
    use(it->a);
    use(it->b);
    use(it->c);
    kept.push_back(*it);
  }
  std::reverse(kept.begin(), kept.end());

  // Columns are taken over once their last use is past.
  std::vector<std::size_t> last_use(defined_at_.size(), 0);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (const int reg : {kept[i].to, kept[i].a, kept[i].b, kept[i].c}) {
      if (reg >= 0) last_use[static_cast<std::size_t>(reg)] = i;
    }
  }
  if (codes.reg >= 0) last_use[static_cast<std::size_t>(codes.reg)] = kept.size();
  std::vector<int> slot(defined_at_.size(), -1);
  std::vector<int> free;
  free.reserve(8);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    Instruction& in = kept[i];
    const Instruction original = in;
    const auto place = [&](int reg) { return reg < 0 ? -1 : slot[static_cast<std::size_t>(reg)]; };
    in.a = place(original.a);
    in.b = place(original.b);
    in.c = place(original.c);
    if (original.to >= 0) {
      if (free.empty()) free.push_back(program.registers++);
      in.to = slot[static_cast<std::size_t>(original.to)] = free.back();
      free.pop_back();
    }
    // The result never shares a column with an operand: the loops assume so.
    for (const int reg : {original.a, original.b, original.c, original.to}) {
      if (reg < 0 || last_use[static_cast<std::size_t>(reg)] != i) continue;
      if (std::find(free.begin(), free.end(), place(reg)) == free.end()) free.push_back(place(reg));
    }
  }
  program.result = codes.reg < 0 ? -1 : slot[static_cast<std::size_t>(codes.reg)];
  program.code = std::move(kept);
  return program;
}

}  // namespace castra::lang::columns
