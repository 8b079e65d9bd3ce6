#include <fmt/format.h>

#include <algorithm>

#include "lang/builtins.h"
#include "lang/printer.h"
#include "lang/range_analysis_impl.h"

/// Calls, machine transforms and machine indexing on ranges.
namespace castra::lang::detail {
namespace {

/// Of a machine nobody named: what a machine file may have, and a run could.
constexpr std::int64_t kMaxNodes = 65536;
constexpr std::int64_t kMaxPerNode = 65536;
constexpr std::size_t kMaxShown = 60;
/// Below these, auto_split never has too many factorizations to compare (kMaxFactorizations), and
/// the extents' least common multiple fits.
constexpr std::int64_t kMaxSplit = 65536;
constexpr std::size_t kMaxParts = 6;
constexpr std::int64_t kMaxExtents = std::int64_t{1} << 62;

bool is_numbers(const AbstractTuple* tuple) {
  return tuple != nullptr && std::ranges::all_of(*tuple, [](const AbstractValue& item) {
           return item.as<Number>() != nullptr;
         });
}

/// Whether every value found is certainly of the type.
bool fits(ParameterType type, const AbstractValue& value) {
  switch (type) {
    case ParameterType::Untyped:
      return true;
    case ParameterType::Int:
      return value.as<Number>() != nullptr;
    case ParameterType::Bool:
      return value.as<Truth>() != nullptr;
    case ParameterType::MSpace:
      return value.space() != nullptr;
    case ParameterType::Task:
      return value.as<AbstractTask>() != nullptr;
    default:
      return is_numbers(value.tuple());
  }
}

std::optional<std::int64_t> known(const Number& number) {
  if (!number.range.single()) return std::nullopt;
  return number.range.low;
}

std::optional<std::vector<std::int64_t>> all_known(const AbstractTuple& indices) {
  std::vector<std::int64_t> values;
  for (const AbstractValue& index : indices) {
    const auto* number = index.as<Number>();
    if (number == nullptr || !number->range.single()) return std::nullopt;
    values.push_back(number->range.low);
  }
  return values;
}

}  // namespace

AbstractValue AbstractEvaluator::call(const Expr& expr, const CallExpr& node) {
  if (const auto* member = node.callee->as<MemberExpr>())
    return call_member(expr, *member, node.arguments);
  const auto* callee = node.callee->as<NameExpr>();
  if (callee == nullptr) return give_up();
  AbstractTuple arguments;
  bool failed = false;
  if (!items(node.arguments, arguments, failed))
    return failed ? AbstractValue(NoValue{}) : give_up();
  if (callee->name == "Machine") return call_machine(arguments);
  const auto found = symbols_.functions.find(callee->name);
  if (found != symbols_.functions.end()) return call_function(*found->second, std::move(arguments));
  return call_builtin(expr, callee->name, arguments);
}

AbstractValue AbstractEvaluator::call_function(const FunctionDef& function,
                                               AbstractTuple arguments) {
  if (arguments.size() != function.parameters.size() || calls_ >= kMaxCalls) return give_up();
  Scope scope;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    // Evaluation may refuse what is not of the declared type.
    if (!fits(function.parameters[i].type, arguments[i])) return give_up();
    scope.emplace_back(function.parameters[i].name.value, std::move(arguments[i]));
  }
  Scope* const outer = std::exchange(scope_, &scope);
  const FunctionDef* const caller = std::exchange(function_, &function);
  ++calls_;
  AbstractValue result = run_body(function);
  --calls_;
  function_ = caller;
  scope_ = outer;
  return result;
}

/// Functions that need no definition; those not known here give up.
AbstractValue AbstractEvaluator::call_builtin(const Expr& expr, std::string_view name,
                                              const AbstractTuple& arguments) {
  const bool of_tuple = arguments.size() == 1 && arguments.front().tuple() != nullptr;
  if (name == "len" && of_tuple)
    return bounds_.constant(static_cast<std::int64_t>(arguments.front().tuple()->size()));
  std::vector<Number> numbers;
  for (const AbstractValue& argument : of_tuple ? *arguments.front().tuple() : arguments) {
    const auto* number = argument.as<Number>();
    if (number == nullptr) return give_up();
    numbers.push_back(*number);
  }
  if (name == "min" || name == "max") {
    if (numbers.empty() || (arguments.size() == 1 && !of_tuple)) return give_up();
    Number result = numbers.front();
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      result =
          name == "min" ? bounds_.minimum(result, numbers[i]) : bounds_.maximum(result, numbers[i]);
    }
    return result;
  }
  if (name == "abs" && numbers.size() == 1 && !of_tuple) {
    const AbstractValue negated =
        combine(expr, BinaryOperator::Subtract, bounds_.constant(0), numbers.front(), name);
    const auto* other = negated.as<Number>();
    if (other == nullptr) return mistyped(negated);
    return bounds_.maximum(numbers.front(), *other);
  }
  if (name == "sum" && of_tuple) {
    AbstractValue all = bounds_.constant(0);
    for (const Number& number : numbers) {
      const auto* before = all.as<Number>();
      if (before == nullptr) return all;
      all = combine(expr, BinaryOperator::Add, *before, number, name);
    }
    return all;
  }
  if (name == "ceil_div" && numbers.size() == 2 && !of_tuple)
    return ceil_div(expr, numbers[0], numbers[1]);
  if (name == "range" && numbers.size() == 1 && !of_tuple) {
    const auto end = known(numbers.front());
    if (!end || *end > static_cast<std::int64_t>(kMaxItems)) return give_up();
    AbstractTuple items;
    for (std::int64_t i = 0; i < *end; ++i) items.emplace_back(bounds_.constant(i));
    return AbstractValue::tuple(std::move(items));
  }
  return give_up();
}

/// (a + b - 1) / b, where neither can be negative or too large for the sum.
AbstractValue AbstractEvaluator::ceil_div(const Expr& expr, const Number& a, const Number& b) {
  constexpr std::int64_t kMost = std::int64_t{1} << 61;
  if (a.range.low < 0 || b.range.low < 0 || a.range.high > kMost || b.range.high > kMost)
    return give_up();
  const auto total = bounds_.add(a, b).value;
  const auto less = total ? bounds_.subtract(*total, bounds_.constant(1)).value : std::nullopt;
  if (!less) return give_up();
  return combine(expr, BinaryOperator::Divide, *less, b);
}

AbstractValue AbstractEvaluator::call_machine(const AbstractTuple& arguments) {
  const auto* kind = arguments.size() == 1 ? arguments.front().as<ProcessorKind>() : nullptr;
  if (kind == nullptr) return give_up();
  auto& space = machines_[*kind];
  if (space) return space;
  AbstractSpace base;
  base.kind = *kind;
  if (machine_) {
    if (machine_->nodes <= 0 || machine_->count(*kind) <= 0) {
      report_.inactive = true;
      return give_up();
    }
    base.exact = MachineSpace::base(*kind, machine_->nodes, machine_->count(*kind));
    base.sizes = {bounds_.constant(machine_->nodes), bounds_.constant(machine_->count(*kind))};
  } else {
    if (!nodes_) nodes_ = bounds_.unknown(Interval::between(1, kMaxNodes));
    base.sizes = {*nodes_, bounds_.unknown(Interval::between(1, kMaxPerNode))};
  }
  space = std::make_shared<const AbstractSpace>(std::move(base));
  return space;
}

AbstractValue AbstractEvaluator::call_member(const Expr& expr, const MemberExpr& member,
                                             const std::vector<ExprPtr>& argument_list) {
  const AbstractValue object = evaluate(*member.object);
  if (object.none()) return object;
  AbstractTuple arguments;
  bool failed = false;
  if (!items(argument_list, arguments, failed))
    return failed ? AbstractValue(NoValue{}) : give_up();
  const std::string& word = member.member.value;
  if (word == "processor" && object.as<AbstractTask>() != nullptr) return task_member(member);
  const AbstractSpace* space = object.space();
  const auto* point = object.as<AbstractPoint>();
  if (word == "has" && arguments.size() == 1) {
    const auto* memory = arguments.front().as<MemoryKind>();
    const auto kind = space != nullptr                      ? std::optional(space->kind)
                      : point != nullptr && !point->several ? point->kind
                                                            : std::nullopt;
    if (memory == nullptr || !kind) return give_up();
    const bool has = kind_has(*kind, *memory);
    return Truth{has, !has, {}, {}};
  }
  const TransformInfo* info = find_transform(word);
  if (space == nullptr || info == nullptr ||
      arguments.size() != static_cast<std::size_t>(info->arguments))
    return give_up();
  std::vector<Number> numbers;
  std::size_t extents = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const AbstractValue argument = as_tuple(arguments[i]);
    if (!info->tuple_last || i + 1 < arguments.size()) {
      const auto* number = argument.as<Number>();
      if (number == nullptr) return give_up();
      numbers.push_back(*number);
      continue;
    }
    const AbstractTuple* tuple = argument.tuple();
    if (tuple == nullptr) return give_up();
    extents = tuple->size();
    for (const AbstractValue& item : *tuple) {
      const auto* number = item.as<Number>();
      if (number == nullptr) return give_up();
      numbers.push_back(*number);
    }
  }
  return transform(expr, word, *space, numbers, extents);
}

AbstractValue AbstractEvaluator::transform(const Expr& expr, std::string_view op,
                                           const AbstractSpace& space,
                                           const std::vector<Number>& numbers,
                                           std::size_t extents) {
  if (space.transforms >= MachineSpace::kMaxTransforms) return give_up();
  const bool exact = space.exact && std::ranges::all_of(numbers, [](const Number& number) {
                       return number.range.single();
                     });
  return exact ? transform_exactly(expr, op, space, numbers)
               : transform_ranges(expr, op, space, numbers, extents);
}

AbstractValue AbstractEvaluator::transform_exactly(const Expr& expr, std::string_view op,
                                                   const AbstractSpace& space,
                                                   const std::vector<Number>& numbers) {
  std::vector<std::int64_t> n;
  for (const Number& number : numbers) n.push_back(number.range.low);
  const std::span<const std::int64_t> extents =
      std::span(n).subspan(std::min<std::size_t>(1, n.size()));
  const auto result = [&]() -> MachineSpace::Transformed {
    const MachineSpace& from = *space.exact;
    if (op == "merge") return from.merge(n[0], n[1]);
    if (op == "split") return from.split(n[0], n[1], symbols_.profile.split_drops_remainder);
    if (op == "swap") return from.swap(n[0], n[1]);
    if (op == "slice") return from.slice(n[0], n[1], n[2]);
    if (op == "reverse") return from.reverse(n[0]);
    if (op == "balance_split") return from.balance_split(n[0], n[1]);
    if (op == "greedy_split") return from.greedy_split(n[0], extents);
    return from.auto_split(n[0], extents);
  }();
  if (!result) return fail(Finding::BadTransform, expr.span, result.error().message);
  AbstractSpace after{space.kind, {}, *result, space.transforms + 1};
  for (const std::int64_t size : result->sizes()) after.sizes.push_back(bounds_.constant(size));
  return std::make_shared<const AbstractSpace>(std::move(after));
}

AbstractValue AbstractEvaluator::transform_ranges(const Expr& expr, std::string_view op,
                                                  const AbstractSpace& space,
                                                  const std::vector<Number>& numbers,
                                                  std::size_t extents) {
  const auto dimensions = static_cast<std::int64_t>(space.sizes.size());
  const auto at = known(numbers.front());
  if (!at) return give_up();
  const auto outside = [&](std::int64_t d) {
    return fail(Finding::BadTransform, expr.span,
                fmt::format("`{}` of dimension {}: the machine has dimensions 0..{}", op, d,
                            dimensions - 1));
  };
  if (*at < 0 || *at >= dimensions) return outside(*at);
  const auto d = static_cast<std::size_t>(*at);
  AbstractSpace after{space.kind, space.sizes, std::nullopt, space.transforms + 1};
  const auto split_into = [&](std::vector<Number> parts) -> AbstractValue {
    if (after.sizes.size() - 1 + parts.size() > MachineSpace::kMaxDimensions) return give_up();
    after.sizes.erase(after.sizes.begin() + *at);
    after.sizes.insert(after.sizes.begin() + *at, parts.begin(), parts.end());
    return std::make_shared<const AbstractSpace>(std::move(after));
  };
  const Number size = space.sizes[d];
  if (op == "merge" || op == "swap") {
    const auto other = known(numbers[1]);
    if (!other) return give_up();
    if (*other < 0 || *other >= dimensions) return outside(*other);
    if (*other == *at)
      return fail(Finding::BadTransform, expr.span,
                  fmt::format("`{}` of dimension {} with itself", op, *at));
    const auto e = static_cast<std::size_t>(*other);
    if (op == "swap") {
      std::swap(after.sizes[d], after.sizes[e]);
    } else {
      const auto merged = bounds_.multiply(size, space.sizes[e]).value;
      if (!merged) return give_up();
      after.sizes[d] = *merged;
      after.sizes.erase(after.sizes.begin() + *other);
    }
    return std::make_shared<const AbstractSpace>(std::move(after));
  }
  if (op == "reverse") return std::make_shared<const AbstractSpace>(std::move(after));
  if (op == "split") {
    const Number& factor = numbers[1];
    if (factor.range.high < 1)
      return fail(
          Finding::BadTransform, expr.span,
          fmt::format("`split` by {}: the factor must be positive", to_string(factor.range)));
    const auto rest =
        bounds_.nonzero(factor) ? bounds_.remainder(size, factor).value : std::nullopt;
    const auto part = bounds_.divide(size, factor).value;
    const bool even = rest && rest->range.low == 0 && rest->range.high == 0;
    const bool drops = symbols_.profile.split_drops_remainder && bounds_.less(factor, size);
    if (factor.range.low < 1 || (!even && !drops))
      may_fail(Finding::BadTransform, expr.span,
               fmt::format("`split` by {} of a size that need not be divisible ({})",
                           to_string(factor.range), to_string(size.range)));
    if (!part) return give_up();
    return split_into({factor, *part});
  }
  if (op == "slice") {
    const Number& low = numbers[1];
    const Number& high = numbers[2];
    if (!bounds_.not_greater(bounds_.constant(0), low) || !bounds_.not_greater(low, high) ||
        !bounds_.less(high, size))
      may_fail(Finding::BadTransform, expr.span,
               fmt::format("`slice` {}..{} of a dimension of size {}", to_string(low.range),
                           to_string(high.range), to_string(size.range)));
    const auto length = bounds_.subtract(high, low).value;
    const auto count = length ? bounds_.add(*length, bounds_.constant(1)).value : std::nullopt;
    if (!count) return give_up();
    after.sizes[d] = *count;
    return std::make_shared<const AbstractSpace>(std::move(after));
  }
  // balance_split, auto_split, greedy_split, decompose: factors whose product is the size.
  std::size_t parts = extents;
  if (op == "balance_split") {
    const auto count = known(numbers[1]);
    if (!count || *count < 1 || *count > MachineSpace::kMaxDimensions) return give_up();
    parts = static_cast<std::size_t>(*count);
  }
  if (parts == 0 || parts > kMaxParts || size.range.high > kMaxSplit) return give_up();
  if (!bounds_.less(bounds_.constant(0), size))
    may_fail(Finding::BadTransform, expr.span, fmt::format("`{}` of a dimension of size 0", op));
  if (extents > 0) {
    Number volume = bounds_.constant(1);
    for (std::size_t i = 0; i < extents; ++i) {
      const Number& extent = numbers[1 + i];
      if (!bounds_.not_greater(bounds_.constant(0), extent))
        may_fail(Finding::BadTransform, expr.span,
                 fmt::format("`{}` over an extent that can be negative ({})", op,
                             to_string(extent.range)));
      const auto product = bounds_.multiply(volume, bounds_.maximum(extent, bounds_.constant(1)));
      if (!product.value || product.may_fail || product.value->range.high > kMaxExtents)
        return give_up();
      volume = *product.value;
    }
  }
  std::vector<Number> factors;
  for (std::size_t i = 0; i < parts; ++i)
    factors.push_back(
        bounds_.unknown(Interval::between(1, std::max<std::int64_t>(1, size.range.high))));
  return split_into(std::move(factors));
}

AbstractEvaluator::IndexFit AbstractEvaluator::fit(const AbstractValue& index, const Number& size,
                                                   bool minus_one_is_wildcard) {
  if (index.as<AbstractWildcard>() != nullptr) return {.wild = true, .may_be_wild = true};
  const Number& number = *index.as<Number>();
  const Number zero = bounds_.constant(0);
  IndexFit result;
  result.may_be_wild =
      minus_one_is_wildcard && number.range.contains(-1) && !bounds_.not_greater(zero, number);
  result.wild = result.may_be_wild && number.range.single();
  const Number least = result.may_be_wild ? bounds_.constant(-1) : zero;
  const bool below = bounds_.less(number, least);
  const bool above = !result.wild && bounds_.not_greater(size, number);
  result.inside = result.wild || (bounds_.not_greater(least, number) && bounds_.less(number, size));
  result.outside = !result.inside && (below || above);
  return result;
}

AbstractValue AbstractEvaluator::index_machine(const Expr& expr, const IndexExpr& node,
                                               const AbstractSpace& space,
                                               const AbstractTuple& indices) {
  if (indices.size() != space.sizes.size()) {
    return fail(
        Finding::WrongIndexCount, expr.span,
        fmt::format("a machine of {} is indexed with {}", counted(space.sizes.size(), "dimension"),
                    counted(indices.size(), "index value")));
  }
  std::string shown = print(*node.object);
  if (shown.size() > kMaxShown) shown = "the machine";
  AbstractPoint point;
  point.kind = space.kind;
  const bool minus_one = symbols_.profile.minus_one_is_wildcard && indices.size() > 1;
  std::vector<IndexFit> fits;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const bool wildcard = indices[i].as<AbstractWildcard>() != nullptr;
    if (!wildcard && indices[i].as<Number>() == nullptr) return give_up();
    fits.push_back(fit(indices[i], space.sizes[i], minus_one));
    if (!fits.back().may_be_wild) continue;
    point.several = true;
    const bool nodes_fixed = space.transforms == 0 && i == 1;
    const bool one_node = machine_ && machine_->nodes == 1;
    if (!nodes_fixed && !one_node) point.on_one_node = false;
  }
  const bool wild = std::ranges::any_of(fits, &IndexFit::wild);
  // Without transforms an index is that of the processor, which leaves nothing to alias.
  const bool may_alias = symbols_.profile.indices_may_alias && !wild && space.transforms > 0;
  if (may_alias && !point.several && space.exact) {
    if (const auto position = all_known(indices)) {
      if (space.exact->contains(*position) || space.exact->aliased_processor(*position))
        return point;
      return fail(Finding::AliasOutsideMachine, expr.span,
                  fmt::format("indices ({}) of `{}` lead to no processor of it",
                              fmt::join(*position, ", "), shown));
    }
  }
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (fits[i].inside) continue;
    const Number& size = space.sizes[i];
    const std::string text = fmt::format(
        "index {} of `{}` {} {}, outside {}", i, shown, fits[i].outside ? "is" : "can be",
        to_string(indices[i].as<Number>()->range),
        size.range.single() ? fmt::format("0..{}", size.range.low - 1)
                            : fmt::format("0..size - 1, with a size of {}", to_string(size.range)));
    if (fits[i].outside && !may_alias) return fail(Finding::IndexOutsideMachine, expr.span, text);
    may_fail(may_alias ? Finding::AliasOutsideMachine : Finding::IndexOutsideMachine, expr.span,
             text);
  }
  return point;
}

}  // namespace castra::lang::detail
