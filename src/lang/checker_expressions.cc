#include <algorithm>

#include "lang/builtins.h"
#include "lang/checker_impl.h"
#include "lang/length_help.h"
#include "lang/printer.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

bool is_order(BinaryOperator op) {
  return op == BinaryOperator::Less || op == BinaryOperator::LessEqual ||
         op == BinaryOperator::Greater || op == BinaryOperator::GreaterEqual;
}

/// Elements of a slice with literal bounds.
std::optional<int> sliced_length(const SliceExpr& node, std::optional<int> length) {
  if (!length) return std::nullopt;
  const auto bound = [&](const ExprPtr& expr, std::int64_t missing) -> std::optional<std::int64_t> {
    if (!expr) return missing;
    const auto value = literal(*expr);
    if (!value) return std::nullopt;
    return std::clamp<std::int64_t>(*value < 0 ? *value + *length : *value, 0, *length);
  };
  const auto low = bound(node.low, 0);
  const auto high = bound(node.high, *length);
  if (!low || !high) return std::nullopt;
  return static_cast<int>(std::max<std::int64_t>(0, *high - *low));
}

}  // namespace

bool ExpressionChecker::has_unpack(const std::vector<ExprPtr>& list) {
  return std::any_of(list.begin(), list.end(), [](const ExprPtr& item) {
    const auto* unary = item->as<UnaryExpr>();
    return unary != nullptr && unary->op == UnaryOperator::Unpack;
  });
}

Type ExpressionChecker::mismatch(SourceSpan span, std::string_view user, std::string_view needed,
                                 const Type& found, std::string help) {
  Diagnostic d = diagnose(Finding::TypeMismatch, span, user, needed, describe(found));
  d.help = std::move(help);
  report(std::move(d));
  return {};
}

void ExpressionChecker::need(const Expr& expr, Tag tag, std::string_view user,
                             std::string_view needed) {
  const Type type = type_of(expr);
  if (!type.unknown() && !type.is(tag)) mismatch(expr.span, user, needed, type);
}

std::vector<Type> ExpressionChecker::items(const std::vector<ExprPtr>& list, Place place) {
  std::vector<Type> types;
  types.reserve(list.size());
  for (const ExprPtr& item : list) types.push_back(type_of(*item, place));
  return types;
}

Type ExpressionChecker::type_of(const Expr& expr, Place place) {
  if (quiet() && --work_left_ <= 0) return {};
  ++depth_;
  const Type type = type_of_node(expr, place);
  --depth_;
  record(expr, type);
  return type;
}

void ExpressionChecker::record(const Expr& expr, const Type& type) {
  if (types_ != nullptr) types_->expressions.record(expr, type);
}

Type ExpressionChecker::type_of_node(const Expr& expr, Place place) {
  if (expr.as<IntegerExpr>() != nullptr) return integer_type();
  if (expr.as<BoolExpr>() != nullptr) return boolean_type();
  if (const auto* node = expr.as<ProcessorExpr>()) return {Tag::Processor, node->kind, {}, nullptr};
  if (expr.as<MemoryExpr>() != nullptr) return {Tag::Memory, {}, {}, nullptr};
  if (const auto* node = expr.as<NameExpr>()) return name(expr, *node);
  if (const auto* node = expr.as<TupleExpr>()) return tuple(*node);
  if (const auto* node = expr.as<ComprehensionExpr>()) return comprehension(*node);
  if (const auto* node = expr.as<UnaryExpr>()) return unary(expr, *node, place);
  if (expr.as<BinaryExpr>() != nullptr) return binary(expr);
  if (const auto* node = expr.as<ConditionalExpr>()) return conditional(expr, *node);
  if (const auto* node = expr.as<CallExpr>()) return call(expr, *node);
  if (const auto* node = expr.as<IndexExpr>()) return index(expr, *node);
  if (const auto* node = expr.as<SliceExpr>()) return slice(*node);
  if (const auto* node = expr.as<MemberExpr>()) return member(*node);
  if (expr.as<TextExpr>() != nullptr) return {Tag::Text, {}, {}, nullptr};
  if (expr.as<WildcardExpr>() != nullptr) return {Tag::Wildcard, {}, {}, nullptr};
  return {};
}

Type ExpressionChecker::name(const Expr& expr, const NameExpr& node) {
  if (scope_ != nullptr) {
    const auto local = scope_->locals.find(node.name);
    if (local != scope_->locals.end()) return local->second.type;
  }
  if (const auto global = symbols_.variables.find(node.name); global != symbols_.variables.end()) {
    return type_of_global(global->first, *global->second);
  }
  if (node.name == "Machine") {
    Diagnostic d =
        diagnose(Finding::TypeMismatch, expr.span, "`Machine`", "a processor kind", "none");
    d.help = "write `Machine(GPU)`";
    report(std::move(d));
    return {};
  }
  if (symbols_.functions.contains(node.name)) {
    Diagnostic d = diagnose(Finding::TypeMismatch, expr.span, "this place", "a value",
                            fmt::format("the function `{}`", node.name));
    d.help = fmt::format("call it: `{}(...)`", node.name);
    report(std::move(d));
    return {};
  }
  report_undefined(expr, node.name);
  return {};
}

Type ExpressionChecker::tuple(const TupleExpr& node) {
  std::optional<int> length = 0;
  Type element{Tag::Never, {}, {}, nullptr};
  for (const ExprPtr& item : node.items) {
    const Type type = type_of(*item, Place::Item);
    const auto* unary = item->as<UnaryExpr>();
    if (unary == nullptr || unary->op != UnaryOperator::Unpack) {
      element = common(element, type);
      if (length) ++*length;
      continue;
    }
    // What an unpacked tuple is recorded as is the tuple itself.
    const std::optional<int> more = type.items();
    element = common(element, type.item());
    length = length && more ? std::optional(*length + *more) : std::nullopt;
    if (length > kMaxKnownLength) length.reset();
  }
  return tuple_type(length, element.is(Tag::Never) ? Type{} : element);
}

Type ExpressionChecker::comprehension(const ComprehensionExpr& node) {
  const Type range = type_of(*node.range);
  if (!range.unknown() && !range.tuple_like()) {
    mismatch(node.range->span, "the range of a comprehension", "a tuple", range,
             range.is(Tag::Integer) ? "count with `range`: `for i in range(n)`"
                                    : "write the values out: `for i in (0, 1, 2)`");
  }
  Scope outside;
  Scope* const outer = scope_;
  if (scope_ == nullptr) scope_ = &outside;
  const auto [local, fresh] = scope_->locals.try_emplace(node.variable.value);
  const Local shadowed = std::exchange(
      local->second, Local{range.tuple_like() ? range.item() : Type{}, node.variable.span});
  if (node.condition)
    need(*node.condition, Tag::Boolean, "the filter of a comprehension", "a truth value");
  const Type body = type_of(*node.body);
  if (fresh) {
    scope_->locals.erase(local);
  } else {
    local->second = shadowed;
  }
  scope_ = outer;
  return tuple_type(node.condition || !range.tuple_like() ? std::nullopt : range.items(), body);
}

Type ExpressionChecker::unary(const Expr& expr, const UnaryExpr& node, Place place) {
  if (node.op == UnaryOperator::Unpack && place == Place::Value) {
    Diagnostic d = diagnose(Finding::BadUnpack, expr.span);
    d.help = fmt::format("`*` binds to `{}` alone; to unpack a whole expression write `*(...)`",
                         print(*node.operand));
    if (d.help.size() > 160) d.help = "to unpack a whole expression write `*(...)` inside brackets";
    report(std::move(d));
    type_of(*node.operand);
    return {};
  }
  const Type type = type_of(*node.operand);
  if (type.unknown()) return type;
  switch (node.op) {
    case UnaryOperator::Unpack:
      if (!type.tuple_like()) return mismatch(expr.span, "unpacking `*`", "a tuple", type);
      return type;
    case UnaryOperator::Not:
      if (!type.is(Tag::Boolean)) mismatch(expr.span, "`!`", "a truth value", type);
      return boolean_type();
    case UnaryOperator::Negate:
      if (!type.is(Tag::Integer) && !type.tuple_like()) {
        return mismatch(expr.span, "`-`", "an integer or a tuple", type);
      }
      return type.is(Tag::Integer) ? type : tuple_type(type.items(), integer_type());
  }
  return {};
}

/// Along the left operands, so that long chains cost no stack.
Type ExpressionChecker::binary(const Expr& expr) {
  const LeftSpine spine(expr);
  Type type = type_of(spine.first_operand());
  for (std::size_t i = spine.size(); i-- > 0;) {
    type = operation(spine.expr(i), spine[i], type, type_of(*spine[i].right));
    if (i > 0) record(spine.expr(i), type);
  }
  return type;
}

Type ExpressionChecker::operation(const Expr& expr, const BinaryExpr& node, const Type& left,
                                  const Type& right) {
  const auto wrong = [&] {
    Diagnostic d = diagnose(Finding::WrongOperands, expr.span, to_string(node.op), describe(left),
                            describe(right));
    if (left.is(Tag::Machine) || right.is(Tag::Machine))
      d.help = "the sizes of a machine are `machine.size`";
    if (is_order(node.op) && left.is(Tag::Boolean) && node.left->as<BinaryExpr>() != nullptr)
      d.help = "comparisons do not chain: write `low <= x && x < high`";
    report(std::move(d));
  };
  const auto numbers = [](const Type& type) {
    if (type.tuple_like()) return type.item().unknown() || type.item().is(Tag::Integer);
    return type.unknown() || type.is(Tag::Integer);
  };
  const auto lengths_agree = [&] {
    if (!left.tuple_like() || !right.tuple_like()) return true;
    if (!left.items() || !right.items() || *left.items() == *right.items()) return true;
    Diagnostic d = diagnose(Finding::TupleLengths, expr.span, to_string(node.op), *left.items(),
                            *right.items());
    d.help = length_help(expr, static_cast<std::size_t>(*left.items()),
                         static_cast<std::size_t>(*right.items()));
    report(std::move(d));
    return false;
  };
  switch (node.op) {
    case BinaryOperator::Or:
    case BinaryOperator::And:
      if ((!left.unknown() && !left.is(Tag::Boolean)) ||
          (!right.unknown() && !right.is(Tag::Boolean)))
        wrong();
      return boolean_type();
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual: {
      const bool simple = left.tag == right.tag &&
                          (left.is(Tag::Integer) || left.is(Tag::Boolean) || left.is(Tag::Text) ||
                           left.is(Tag::Processor) || left.is(Tag::Memory));
      const bool known = !left.unknown() && !right.unknown();
      if (known && !left.tuple_like() && !right.tuple_like() && !simple) wrong();
      return boolean_type();
    }
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      if (!numbers(left) || !numbers(right)) {
        wrong();
      } else {
        lengths_agree();
      }
      return boolean_type();
    default:
      break;
  }
  if (!numbers(left) || !numbers(right)) {
    wrong();
    return {};
  }
  if (!lengths_agree()) return {};
  if (left.tuple_like() || right.tuple_like()) {
    const std::optional<int> length = left.tuple_like() && left.items() ? left.items()
                                      : right.tuple_like()              ? right.items()
                                                                        : std::nullopt;
    return tuple_type(length, integer_type());
  }
  if (left.is(Tag::Never) || right.is(Tag::Never)) return {Tag::Never, {}, {}, nullptr};
  return left.unknown() || right.unknown() ? Type{} : integer_type();
}

Type ExpressionChecker::conditional(const Expr& expr, const ConditionalExpr& node) {
  need(*node.condition, Tag::Boolean, "the condition of `?`", "a truth value");
  const Type yes = type_of(*node.yes);
  const Type no = type_of(*node.no);
  const auto place = [](const Type& t) { return t.is(Tag::Point) || t.is(Tag::Set); };
  const auto index = [](const Type& t) { return t.is(Tag::Integer) || t.is(Tag::Wildcard); };
  const bool alike = yes.unknown() || no.unknown() || yes.tag == no.tag ||
                     (yes.tuple_like() && no.tuple_like()) || (place(yes) && place(no)) ||
                     (index(yes) && index(no));
  if (!alike) {
    Diagnostic d = diagnose(Finding::BranchTypes, expr.span, describe(yes), describe(no));
    d.help = "make both values of one type";
    report(std::move(d));
  }
  return common(yes, no);
}

Type ExpressionChecker::index(const Expr& expr, const IndexExpr& node) {
  const Type object = type_of(*node.object);
  if (object.is(Tag::Machine)) return index_machine(expr, node, object);
  const std::vector<Type> types = items(node.indices, Place::Item);
  if (object.unknown()) return {};
  if (object.is(Tag::Task)) {
    return mismatch(node.object->span, "`[...]`", "a tuple or a machine", object,
                    "index `task.ipoint`");
  }
  if (!object.tuple_like())
    return mismatch(node.object->span, "`[...]`", "a tuple or a machine", object);
  if (types.size() != 1) {
    return mismatch(expr.span, "the index of a tuple", "one integer", tuple_type(std::nullopt),
                    "only machines have several indices; write `t[0]`");
  }
  if (types.front().is(Tag::Wildcard)) {
    report(diagnose(Finding::BadWildcard, node.indices.front()->span));
    return {};
  }
  if (!types.front().unknown() && !types.front().is(Tag::Integer)) {
    mismatch(node.indices.front()->span, "the index of a tuple", "an integer", types.front());
  }
  const auto position = literal(*node.indices.front());
  const std::optional<int> length = object.items();
  if (position && length && (*position >= *length || *position < -*length)) {
    report(diagnose(Finding::IndexOutsideTuple, expr.span, *position,
                    counted(static_cast<std::size_t>(*length), "element")));
  }
  return object.item();
}

/// `*a % b`, where `*` unpacks `a` alone and so cannot stand.
bool begins_with_unpack(const Expr& expr) {
  if (expr.as<BinaryExpr>() == nullptr) return false;
  const auto* unary = LeftSpine(expr).first_operand().as<UnaryExpr>();
  return unary != nullptr && unary->op == UnaryOperator::Unpack;
}

Type ExpressionChecker::index_machine(const Expr& expr, const IndexExpr& node,
                                      const Type& machine) {
  const std::vector<Type> types = items(node.indices, Place::Item);
  bool set = false;
  bool sure = true;  // that no index is a wildcard
  std::optional<int> count = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto* unary = node.indices[i]->as<UnaryExpr>();
    const bool unpacked = unary != nullptr && unary->op == UnaryOperator::Unpack;
    const Type index = unpacked ? types[i].item() : types[i];
    const bool misplaced = !unpacked && begins_with_unpack(*node.indices[i]);  // reported already
    const std::optional<int> more = unpacked    ? types[i].items()
                                    : misplaced ? std::nullopt
                                                : std::optional(1);
    count = count && more ? std::optional(*count + *more) : std::nullopt;
    set = set || index.is(Tag::Wildcard);
    sure = sure && index.is(Tag::Integer);
    if (misplaced || index.unknown() || index.is(Tag::Integer) || index.is(Tag::Wildcard)) continue;
    std::string help;
    if (index.tuple_like()) help = fmt::format("unpack it: `*{}`", print(*node.indices[i]));
    if (node.indices[i]->as<BinaryExpr>() != nullptr) help = "unpack it: `*(...)`";
    mismatch(node.indices[i]->span, "a machine's index", "an integer", index, help);
    return point_type(machine.kind);
  }
  if (machine.length && count && *count != *machine.length) {
    Diagnostic d = diagnose(Finding::WrongIndexCount, expr.span,
                            counted(static_cast<std::size_t>(*machine.length), "dimension"),
                            counted(static_cast<std::size_t>(*count), "index value"));
    d.help = *machine.length == 2 ? "write `machine[node, processor]`, both in one pair of brackets"
                                  : "give one index per dimension, all in one pair of brackets";
    report(std::move(d));
    return {};
  }
  if (set) return {Tag::Set, machine.kind, {}, nullptr};
  if (!sure) return {Tag::Unknown, machine.kind, {}, nullptr};  // a point or a set
  return point_type(machine.kind);
}

Type ExpressionChecker::slice(const SliceExpr& node) {
  const Type object = type_of(*node.object);
  if (node.low) need(*node.low, Tag::Integer, "the bound of a slice", "an integer");
  if (node.high) need(*node.high, Tag::Integer, "the bound of a slice", "an integer");
  if (node.high && literal(*node.high) == 0) {
    const bool whole = symbols_.profile.slice_zero_is_end;
    Diagnostic d =
        diagnose(runtime_finding(whole ? Finding::SliceToZeroIsWhole : Finding::SliceToZero),
                 node.high->span);
    d.help = "leave the end out for the whole tuple: `[0:]`";
    report(std::move(d));
  }
  if (!object.unknown() && !object.tuple_like() && !object.is(Tag::Machine)) {
    mismatch(node.object->span, "a slice", "a tuple or a machine", object);
  }
  const Type element = object.is(Tag::Machine) ? integer_type() : object.item();
  const bool maybe_whole =
      symbols_.profile.slice_zero_is_end && node.high && literal(*node.high).value_or(0) == 0;
  if (maybe_whole) return tuple_type(std::nullopt, element);
  return tuple_type(sliced_length(node, object.is(Tag::Machine) ? object.length : object.items()),
                    element);
}

}  // namespace castra::lang::detail
