#include <algorithm>

#include "lang/columns_trace.h"

/// Operators and conditions.
namespace castra::lang::columns {
namespace {

bool same_machine(const Sym& a, const Sym& b) {
  return a.value.machine() != nullptr && a.value.machine() == b.value.machine();
}

template <typename T>
bool same_word(const Sym& a, const Sym& b) {
  const T* left = a.value.as<T>();
  const T* right = b.value.as<T>();
  return left != nullptr && right != nullptr && *left == *right;
}

}  // namespace

Sym Tracer::binary(const BinaryExpr& node) {
  if (node.op == BinaryOperator::And || node.op == BinaryOperator::Or) return logical(node);
  const Sym left = trace(*node.left);
  if (left.is(Sym::Tag::Failed)) return left;
  const Sym right = trace(*node.right);
  if (right.is(Sym::Tag::Failed)) return right;
  switch (node.op) {
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual: {
      const auto same = equal(left, right);
      if (!same) return give_up();
      return Sym::of(node.op == BinaryOperator::Equal ? *same : builder_.negate(*same));
    }
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      return comparison(node.op, left, right);
    case BinaryOperator::Add:
    case BinaryOperator::Subtract:
    case BinaryOperator::Multiply:
    case BinaryOperator::Divide:
    case BinaryOperator::Remainder:
      return arithmetic(node.op, left, right);
    default:
      return give_up();
  }
}

Sym Tracer::logical(const BinaryExpr& node) {
  const Sym left = trace(*node.left);
  if (left.is(Sym::Tag::Failed)) return left;
  if (!left.is(Sym::Tag::Truth)) return give_up();
  const bool either = node.op == BinaryOperator::Or;
  if (left.truth.constant() && left.truth.value == either) return left;
  const Bool undecided = either ? builder_.negate(left.truth) : left.truth;
  Sym right = under(undecided, *node.right);
  if (!right.is(Sym::Tag::Failed) && !right.is(Sym::Tag::Truth)) {
    builder_.fail(builder_.both(where_, undecided));
    right = {};
  }
  if (right.is(Sym::Tag::Failed)) return left.truth.constant() ? right : left;
  return Sym::of(either ? builder_.either(left.truth, right.truth)
                        : builder_.both(left.truth, right.truth));
}

Sym Tracer::comparison(BinaryOperator op, const Sym& left, const Sym& right) {
  if (!left.is(Sym::Tag::Integer) || !right.is(Sym::Tag::Integer)) return give_up();
  const Int& a = left.integer;
  const Int& b = right.integer;
  if (op == BinaryOperator::Less) return Sym::of(builder_.less(a, b));
  if (op == BinaryOperator::LessEqual) return Sym::of(builder_.less_equal(a, b));
  if (op == BinaryOperator::Greater) return Sym::of(builder_.less(b, a));
  return Sym::of(builder_.less_equal(b, a));
}

/// Whether two values are equal at each point; nothing if they cannot be compared at all points.
std::optional<Bool> Tracer::equal(const Sym& left, const Sym& right) {
  if (!spend(1)) return std::nullopt;
  if (left.is(Sym::Tag::Integer) && right.is(Sym::Tag::Integer))
    return builder_.equal(left.integer, right.integer);
  if (left.is(Sym::Tag::Truth) && right.is(Sym::Tag::Truth)) {
    return builder_.select(left.truth, right.truth, builder_.negate(right.truth));
  }
  const auto a = elements(left);
  const auto b = elements(right);
  if (!a || !b) return std::nullopt;
  if (a->size() != b->size()) return Bool{-1, false};
  Bool same = kAlways;
  for (std::size_t i = 0; i < a->size(); ++i) {
    const auto item = equal((*a)[i], (*b)[i]);
    if (!item) return std::nullopt;
    same = builder_.both(same, *item);
  }
  return same;
}

std::optional<Int> Tracer::combine(BinaryOperator op, const Int& left, const Int& right) {
  switch (op) {
    case BinaryOperator::Add:
      return builder_.add(left, right, where_);
    case BinaryOperator::Subtract:
      return builder_.subtract(left, right, where_);
    case BinaryOperator::Multiply:
      return builder_.multiply(left, right, where_);
    case BinaryOperator::Divide:
      return builder_.divide(left, right, where_);
    case BinaryOperator::Remainder:
      return builder_.remainder(left, right, where_);
    default:
      return std::nullopt;
  }
}

Sym Tracer::arithmetic(BinaryOperator op, const Sym& left, const Sym& right) {
  if (left.is(Sym::Tag::Integer) && right.is(Sym::Tag::Integer)) {
    const auto result = combine(op, left.integer, right.integer);
    return result ? Sym::of(*result) : give_up();
  }
  const auto a = elements(left);
  const auto b = elements(right);
  if ((!a && !left.is(Sym::Tag::Integer)) || (!b && !right.is(Sym::Tag::Integer))) return give_up();
  if (a && b && a->size() != b->size()) return give_up();
  const std::size_t size = a ? a->size() : b->size();
  if (!spend(static_cast<std::int64_t>(size))) return {};
  std::vector<Sym> results;
  results.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const Sym& x = a ? (*a)[i] : left;
    const Sym& y = b ? (*b)[i] : right;
    if (!x.is(Sym::Tag::Integer) || !y.is(Sym::Tag::Integer)) return give_up();
    const auto result = combine(op, x.integer, y.integer);
    if (!result) return give_up();
    results.push_back(Sym::of(*result));
  }
  return Sym::of(std::move(results));
}

Sym Tracer::unary(const UnaryExpr& node) {
  const Sym value = trace(*node.operand);
  if (value.is(Sym::Tag::Failed)) return value;
  if (node.op == UnaryOperator::Not) {
    return value.is(Sym::Tag::Truth) ? Sym::of(builder_.negate(value.truth)) : give_up();
  }
  if (node.op != UnaryOperator::Negate) return give_up();
  return arithmetic(BinaryOperator::Subtract, Sym::of(Builder::constant(0)), value);
}

Sym Tracer::conditional(const ConditionalExpr& node) {
  const Sym condition = trace(*node.condition);
  if (condition.is(Sym::Tag::Failed)) return condition;
  if (!condition.is(Sym::Tag::Truth)) return give_up();
  const Bool& truth = condition.truth;
  if (truth.constant()) return trace(truth.value ? *node.yes : *node.no);
  const Sym yes = under(truth, *node.yes);
  const Sym no = under(builder_.negate(truth), *node.no);
  const auto merged = merge(truth, yes, no);
  return merged ? *merged : give_up();
}

/// `yes` where the condition holds, `no` elsewhere; nothing if no one Sym can say that.
std::optional<Sym> Tracer::merge(const Bool& condition, const Sym& yes, const Sym& no) {
  if (yes.is(Sym::Tag::Failed)) return no;
  if (no.is(Sym::Tag::Failed)) return yes;
  if (yes.is(Sym::Tag::Integer) && no.is(Sym::Tag::Integer))
    return Sym::of(builder_.select(condition, yes.integer, no.integer));
  if (yes.is(Sym::Tag::Truth) && no.is(Sym::Tag::Truth))
    return Sym::of(builder_.select(condition, yes.truth, no.truth));
  if (yes.is(Sym::Tag::Task) && no.is(Sym::Tag::Task)) return yes;
  if (same_machine(yes, no) || same_word<ProcessorKind>(yes, no) || same_word<MemoryKind>(yes, no))
    return yes;
  const auto kind_of = [](const Sym& sym) -> std::optional<ProcessorKind> {
    if (sym.is(Sym::Tag::Point) || sym.is(Sym::Tag::Set)) return sym.kind;
    if (const auto* point = sym.value.as<MachinePoint>()) return point->kind;
    if (const MachineSet* set = sym.value.set()) return set->kind;
    return std::nullopt;
  };
  const auto kind = kind_of(yes);
  if (kind != kind_of(no)) return std::nullopt;
  if (kind && (!tuple_like(yes) || !tuple_like(no))) {
    const auto a = code(yes);
    const auto b = code(no);
    if (!a || !b) return std::nullopt;
    Sym set;
    set.tag = Sym::Tag::Set;
    set.kind = *kind;
    set.integer = builder_.select(condition, *a, *b);
    return set;
  }
  const auto a = elements(yes);
  const auto b = elements(no);
  if (!a || !b || a->size() != b->size()) return std::nullopt;
  std::vector<Sym> items;
  for (std::size_t i = 0; i < a->size(); ++i) {
    auto item = merge(condition, (*a)[i], (*b)[i]);
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
  }
  if (!kind) return Sym::of(std::move(items));
  Sym point;
  point.tag = Sym::Tag::Point;
  point.kind = *kind;
  point.integer = items[0].integer;
  point.index = items[1].integer;
  return point;
}

}  // namespace castra::lang::columns
