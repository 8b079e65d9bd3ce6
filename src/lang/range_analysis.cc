#include "lang/range_analysis.h"

#include <fmt/format.h>

#include <algorithm>

#include "lang/placement.h"
#include "lang/range_analysis_impl.h"

namespace castra::lang {

bool RangeReport::safe() const {
  const auto* point = value.as<AbstractPoint>();
  return complete && !inactive && failures.empty() && point != nullptr && point->kind &&
         point->on_one_node;
}

namespace detail {
RangeReport AbstractEvaluator::run(const FunctionDef& function, AbstractTuple ipoint,
                                   AbstractTuple ispace) {
  ipoint_ = std::make_shared<const AbstractTuple>(std::move(ipoint));
  ispace_ = std::make_shared<const AbstractTuple>(std::move(ispace));
  return run(function);
}

RangeReport AbstractEvaluator::run(const FunctionDef& function) {
  report_.value = call_function(function, {AbstractValue(AbstractTask{})});
  report_.steps = steps_;
  return std::move(report_);
}

void AbstractEvaluator::may_fail(Finding finding, SourceSpan span, std::string text) {
  const bool known = std::ranges::any_of(report_.failures, [&](const RangeFailure& failure) {
    return failure.finding == finding && failure.span == span;
  });
  if (known) return;
  report_.failures.push_back(
      {finding, span, std::move(text), function_ != nullptr ? function_->name.value : ""});
}

AbstractValue AbstractEvaluator::fail(Finding finding, SourceSpan span, std::string text) {
  may_fail(finding, span, std::move(text));
  return NoValue{};
}

AbstractValue AbstractEvaluator::mistyped(const AbstractValue& value) {
  if (value.none()) return NoValue{};
  return give_up();
}

AbstractValue AbstractEvaluator::run_body(const FunctionDef& function) {
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      AbstractValue value = evaluate(*assign->value);
      if (value.none()) return value;
      const auto same = [&](const auto& entry) { return entry.first == assign->name.value; };
      if (symbols_.profile.rebinding || std::ranges::none_of(*scope_, same))
        scope_->emplace_back(assign->name.value, std::move(value));
    } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
      return evaluate(*result->value);
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      for (const ExprPtr& argument : print->arguments) {
        if (evaluate(*argument).none()) report_.complete = false;
      }
    } else {
      return give_up();
    }
  }
  return give_up();
}

AbstractValue AbstractEvaluator::evaluate(const Expr& expr) {
  if (++steps_ > kMaxSteps || depth_ >= kMaxDepth) return give_up();
  ++depth_;
  AbstractValue value = evaluate_node(expr);
  --depth_;
  return value;
}

AbstractValue AbstractEvaluator::evaluate_node(const Expr& expr) {
  if (const auto* node = expr.as<IntegerExpr>()) return wrapped(bounds_.constant(node->value));
  if (const auto* node = expr.as<BoolExpr>()) return Truth{node->value, !node->value, {}, {}};
  if (const auto* node = expr.as<NameExpr>()) return name(*node);
  if (const auto* node = expr.as<ProcessorExpr>()) return node->kind;
  if (const auto* node = expr.as<MemoryExpr>()) return node->kind;
  if (expr.as<WildcardExpr>() != nullptr) return AbstractWildcard{};
  if (const auto* node = expr.as<UnaryExpr>()) return unary(expr, *node);
  if (const auto* node = expr.as<BinaryExpr>()) return binary(expr, *node);
  if (const auto* node = expr.as<ConditionalExpr>()) return conditional(*node);
  if (const auto* node = expr.as<ComprehensionExpr>()) return comprehension(*node);
  if (const auto* node = expr.as<CallExpr>()) return call(expr, *node);
  if (const auto* node = expr.as<IndexExpr>()) return index(expr, *node);
  if (const auto* node = expr.as<SliceExpr>()) return slice(*node);
  if (const auto* node = expr.as<MemberExpr>()) return member(expr, *node);
  if (const auto* node = expr.as<TupleExpr>()) {
    AbstractTuple values;
    bool failed = false;
    if (!items(node->items, values, failed)) return failed ? AbstractValue(NoValue{}) : give_up();
    return AbstractValue::tuple(std::move(values));
  }
  return give_up();
}

AbstractValue AbstractEvaluator::name(const NameExpr& node) {
  if (scope_ != nullptr) {
    for (auto entry = scope_->rbegin(); entry != scope_->rend(); ++entry) {
      if (entry->first == node.name) return entry->second;
    }
  }
  const auto found = symbols_.variables.find(node.name);
  if (found == symbols_.variables.end()) return give_up();
  const AssignStmt* definition = found->second;
  const auto [entry, is_new] = globals_.try_emplace(definition, AnyValue{});
  if (!is_new) return entry->second;
  // What holds here need not hold where the variable is used next.
  const Facts facts = std::exchange(bounds_.facts(), {});
  Scope* const outer = std::exchange(scope_, nullptr);
  AbstractValue value = evaluate(*definition->value);
  scope_ = outer;
  bounds_.facts() = facts;
  return globals_[definition] = std::move(value);
}

bool AbstractEvaluator::items(const std::vector<ExprPtr>& list, AbstractTuple& out, bool& failed) {
  for (const ExprPtr& item : list) {
    const auto* unpack = item->as<UnaryExpr>();
    if (unpack == nullptr || unpack->op != UnaryOperator::Unpack) {
      out.push_back(evaluate(*item));
      if (out.back().none()) failed = true;
    } else {
      const AbstractValue value = as_tuple(evaluate(*unpack->operand));
      if (value.none()) failed = true;
      const AbstractTuple* tuple = value.tuple();
      if (tuple == nullptr) return false;
      out.insert(out.end(), tuple->begin(), tuple->end());
    }
    if (failed || out.size() > kMaxItems) return false;
  }
  return true;
}

AbstractValue AbstractEvaluator::as_tuple(const AbstractValue& value) {
  const auto* point = value.as<AbstractPoint>();
  if (point == nullptr || point->several) return value;
  return AbstractValue::tuple({bounds_.unknown(Interval::between(0, Interval::kMost)),
                               bounds_.unknown(Interval::between(0, Interval::kMost))});
}

AbstractValue AbstractEvaluator::conditional(const ConditionalExpr& node) {
  const AbstractValue condition = evaluate(*node.condition);
  const auto* truth_value = condition.as<Truth>();
  if (truth_value == nullptr) return mistyped(condition);
  const Truth truth = *truth_value;
  if (!truth.may_fail) return evaluate(*node.yes);
  if (!truth.may_hold) return evaluate(*node.no);
  const std::size_t before = bounds_.facts().size();
  const auto under = [&](const Expr& branch, const Facts& facts) {
    bounds_.facts().insert(bounds_.facts().end(), facts.begin(), facts.end());
    AbstractValue value = evaluate(branch);
    bounds_.facts().resize(before);
    return value;
  };
  const AbstractValue yes = under(*node.yes, truth.if_true);
  const AbstractValue no = under(*node.no, truth.if_false);
  return joined(yes, no, truth.if_true, truth.if_false);
}

AbstractValue AbstractEvaluator::joined(const AbstractValue& a, const AbstractValue& b,
                                        const Facts& if_a, const Facts& if_b) {
  if (a.none()) return b;
  if (b.none()) return a;
  if (const auto *x = a.as<Number>(), *y = b.as<Number>(); x != nullptr && y != nullptr)
    return bounds_.either(*x, *y, if_a, if_b);
  if (const auto *x = a.as<Truth>(), *y = b.as<Truth>(); x != nullptr && y != nullptr)
    return Truth{x->may_hold || y->may_hold, x->may_fail || y->may_fail, {}, {}};
  if (const auto *x = a.as<AbstractPoint>(), *y = b.as<AbstractPoint>();
      x != nullptr && y != nullptr) {
    AbstractPoint point;
    if (x->kind == y->kind) {
      point.kind = x->kind;
    } else {
      report_.complete = false;  // evaluation refuses points of two kinds
    }
    point.several = x->several || y->several;
    point.on_one_node = x->on_one_node && y->on_one_node;
    return point;
  }
  if (const AbstractTuple *x = a.tuple(), *y = b.tuple();
      x != nullptr && y != nullptr && x->size() == y->size()) {
    AbstractTuple items;
    for (std::size_t i = 0; i < x->size(); ++i)
      items.push_back(joined((*x)[i], (*y)[i], if_a, if_b));
    return AbstractValue::tuple(std::move(items));
  }
  if (a.space() != nullptr && a.space() == b.space()) return a;
  if (a.as<AbstractTask>() != nullptr && b.as<AbstractTask>() != nullptr) return a;
  if (const auto *x = a.as<ProcessorKind>(), *y = b.as<ProcessorKind>();
      x != nullptr && y != nullptr && *x == *y)
    return a;
  return give_up();
}

AbstractValue AbstractEvaluator::comprehension(const ComprehensionExpr& node) {
  const AbstractValue range = as_tuple(evaluate(*node.range));
  if (range.none()) return range;
  const AbstractTuple* elements = range.tuple();
  if (elements == nullptr || elements->size() > kMaxItems || node.condition != nullptr)
    return give_up();
  Scope global_scope;
  Scope* const outer = scope_;
  if (scope_ == nullptr) scope_ = &global_scope;
  AbstractTuple values;
  for (const AbstractValue& element : *elements) {
    scope_->emplace_back(node.variable.value, element);
    values.push_back(evaluate(*node.body));
    scope_->pop_back();
    if (values.back().none()) break;
  }
  scope_ = outer;
  if (!values.empty() && values.back().none()) return NoValue{};
  return AbstractValue::tuple(std::move(values));
}

AbstractValue AbstractEvaluator::index(const Expr& expr, const IndexExpr& node) {
  const AbstractValue object = as_tuple(evaluate(*node.object));
  if (object.none()) return object;
  AbstractTuple indices;
  bool failed = false;
  if (!items(node.indices, indices, failed)) return failed ? AbstractValue(NoValue{}) : give_up();
  if (const AbstractSpace* space = object.space())
    return index_machine(expr, node, *space, indices);
  if (const AbstractTuple* tuple = object.tuple()) return index_tuple(expr, *tuple, indices);
  return give_up();
}

AbstractValue AbstractEvaluator::index_tuple(const Expr& expr, const AbstractTuple& tuple,
                                             const AbstractTuple& indices) {
  const Number* position = indices.size() == 1 ? indices.front().as<Number>() : nullptr;
  if (position == nullptr) return give_up();
  const auto size = static_cast<std::int64_t>(tuple.size());
  std::optional<AbstractValue> all;
  for (std::int64_t at = -size; at < size; ++at) {
    if (!position->range.contains(at)) continue;
    const AbstractValue& item = tuple[static_cast<std::size_t>(at < 0 ? at + size : at)];
    all = all ? joined(*all, item, {}, {}) : item;
  }
  const std::string text =
      fmt::format("index {} is outside a tuple of {}", to_string(position->range),
                  counted(tuple.size(), "element"));
  if (!all) return fail(Finding::IndexOutsideTuple, expr.span, text);
  if (!bounds_.less(*position, bounds_.constant(size)) ||
      !bounds_.not_greater(bounds_.constant(-size), *position))
    may_fail(Finding::IndexOutsideTuple, expr.span, text);
  return *all;
}

AbstractValue AbstractEvaluator::slice(const SliceExpr& node) {
  AbstractValue object = as_tuple(evaluate(*node.object));
  if (object.none()) return object;
  if (const AbstractSpace* space = object.space())
    object = AbstractValue::tuple(AbstractTuple(space->sizes.begin(), space->sizes.end()));
  const AbstractTuple* tuple = object.tuple();
  if (tuple == nullptr) return give_up();
  const auto size = static_cast<std::int64_t>(tuple->size());
  const auto bound = [&](const ExprPtr& expr, std::int64_t missing) -> std::optional<std::int64_t> {
    if (!expr) return missing;
    const AbstractValue value = evaluate(*expr);
    const auto* number = value.as<Number>();
    if (number == nullptr || !number->range.single()) return std::nullopt;
    const std::int64_t at = number->range.low;
    if (at == 0 && symbols_.profile.slice_zero_is_end) return missing;
    return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
  };
  const auto low = bound(node.low, 0);
  const auto high = bound(node.high, size);
  if (!low || !high) return give_up();
  if (*low >= *high) return AbstractValue::tuple({});
  return AbstractValue::tuple(AbstractTuple(tuple->begin() + *low, tuple->begin() + *high));
}

AbstractValue AbstractEvaluator::product_of(const Expr& expr, const std::vector<Number>& numbers) {
  Number all = bounds_.constant(1);
  for (const Number& number : numbers) {
    const Bounds::Computed computed = bounds_.multiply(all, number);
    if (computed.may_fail)
      may_fail(Finding::Overflow, expr.span, "`volume` can be more than 64 bits hold");
    if (!computed.value) return NoValue{};
    all = *computed.value;
  }
  return all;
}

AbstractValue AbstractEvaluator::task_member(const MemberExpr& node) {
  const std::string& word = node.member.value;
  const bool single = ipoint_ == nullptr;
  if (word == "ipoint" || word == "ispace") {
    if (!single) return word == "ipoint" ? ipoint_ : ispace_;
    return fail(Finding::NotInSingleTask, node.member.span,
                fmt::format("`task.{}` is not available in a single task", word));
  }
  const bool place = word == "parent" || word == "processor";
  if (place && !single) {
    return fail(Finding::NotInIndexLaunch, node.member.span,
                fmt::format("`task.{}` is not available in an index launch", word));
  }
  if (word != "parent") return give_up();
  report_.complete = false;  // the top-level task has none
  return AbstractTask{};
}

AbstractValue AbstractEvaluator::member(const Expr& expr, const MemberExpr& node) {
  const AbstractValue object = as_tuple(evaluate(*node.object));
  if (object.none()) return object;
  const std::string& word = node.member.value;
  if (object.as<AbstractTask>() != nullptr) return task_member(node);
  AbstractTuple items;
  if (const AbstractSpace* space = object.space()) {
    items.assign(space->sizes.begin(), space->sizes.end());
  } else if (const AbstractTuple* tuple = object.tuple()) {
    items = *tuple;
  } else {
    return give_up();
  }
  if (word == "size") return AbstractValue::tuple(std::move(items));
  if (word == "len") return bounds_.constant(static_cast<std::int64_t>(items.size()));
  if (word != "volume") return give_up();
  std::vector<Number> numbers;
  for (const AbstractValue& item : items) {
    const auto* number = item.as<Number>();
    if (number == nullptr) return give_up();
    numbers.push_back(*number);
  }
  return product_of(expr, numbers);
}

}  // namespace detail

RangeReport RangeAnalysis::over_launches(const Symbols& symbols, const FunctionDef& function,
                                         const std::optional<MachineShape>& machine,
                                         int dimensions) {
  detail::AbstractEvaluator evaluator(symbols, machine);
  AbstractTuple ipoint;
  AbstractTuple ispace;
  for (int d = 0; d < dimensions; ++d) {
    const Number extent = evaluator.bounds().extent(d, kMaxDomainPoints);
    ispace.emplace_back(extent);
    ipoint.emplace_back(evaluator.bounds().coordinate(d, extent));
  }
  return evaluator.run(function, std::move(ipoint), std::move(ispace));
}

RangeReport RangeAnalysis::over_single_tasks(const Symbols& symbols, const FunctionDef& function,
                                             const std::optional<MachineShape>& machine) {
  return detail::AbstractEvaluator(symbols, machine).run(function);
}

RangeReport RangeAnalysis::over_domain(const Symbols& symbols, const FunctionDef& function,
                                       const MachineShape& machine, const Rect& domain) {
  detail::AbstractEvaluator evaluator(symbols, machine);
  AbstractTuple ipoint;
  AbstractTuple ispace;
  for (int d = 0; d < domain.dimensions(); ++d) {
    std::int64_t extent = 0;
    if (__builtin_sub_overflow(domain.hi[d], domain.lo[d], &extent) || extent == Interval::kMost ||
        extent < 0) {
      RangeReport nothing;
      nothing.complete = false;
      return nothing;
    }
    ispace.emplace_back(evaluator.bounds().constant(extent + 1));
    ipoint.emplace_back(evaluator.bounds().unknown(Interval::between(domain.lo[d], domain.hi[d])));
  }
  return evaluator.run(function, std::move(ipoint), std::move(ispace));
}

}  // namespace castra::lang
