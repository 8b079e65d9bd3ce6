#include "lang/columns_trace.h"

#include <algorithm>

#include "lang/builtins.h"

namespace castra::lang::columns {

bool understands(const Profile& profile) {
  return !profile.eager_logic && profile.rebinding && !profile.slice_zero_is_end &&
         !profile.minus_one_is_wildcard && !profile.indices_may_alias && !profile.wrapping_int32;
}

bool is_wildcard(const Sym& sym) { return sym.value.as<Wildcard>() != nullptr; }

Sym Sym::of(const Int& integer) {
  Sym sym;
  sym.tag = Tag::Integer;
  sym.integer = integer;
  return sym;
}

Sym Sym::of(const Bool& truth) {
  Sym sym;
  sym.tag = Tag::Truth;
  sym.truth = truth;
  return sym;
}

Sym Sym::of(Value value) {
  if (const auto* integer = value.as<std::int64_t>()) return of(Builder::constant(*integer));
  if (const auto* truth = value.as<bool>()) return of(Bool{-1, *truth});
  Sym sym;
  sym.tag = Tag::Same;
  sym.value = std::move(value);
  return sym;
}

Sym Sym::of(std::vector<Sym> items) {
  return of(std::make_shared<const std::vector<Sym>>(std::move(items)));
}

Sym Sym::of(std::shared_ptr<const std::vector<Sym>> items) {
  Sym sym;
  sym.tag = Tag::Tuple;
  sym.items = std::move(items);
  return sym;
}

std::shared_ptr<const std::vector<Sym>> elements(const Sym& sym) {
  const auto pair = [](const Int& node, const Int& index) {
    return std::make_shared<const std::vector<Sym>>(std::vector{Sym::of(node), Sym::of(index)});
  };
  if (sym.is(Sym::Tag::Tuple)) return sym.items;
  if (sym.is(Sym::Tag::Point)) return pair(sym.integer, sym.index);
  if (!sym.is(Sym::Tag::Same)) return nullptr;
  if (const Tuple* tuple = sym.value.tuple()) {
    std::vector<Sym> items;
    items.reserve(tuple->size());
    for (const Value& item : *tuple) items.push_back(Sym::of(item));
    return std::make_shared<const std::vector<Sym>>(std::move(items));
  }
  if (const auto* point = sym.value.as<MachinePoint>()) {
    return pair(Builder::constant(point->processor.node),
                Builder::constant(point->processor.index));
  }
  return nullptr;
}

bool tuple_like(const Sym& sym) {
  if (sym.is(Sym::Tag::Tuple) || sym.is(Sym::Tag::Point)) return true;
  return sym.value.tuple() != nullptr || sym.value.as<MachinePoint>() != nullptr;
}

std::optional<Value> same_value(const Sym& sym) {
  switch (sym.tag) {
    case Sym::Tag::Same:
      return sym.value;
    case Sym::Tag::Integer:
      if (!sym.integer.constant()) return std::nullopt;
      return Value::integer(sym.integer.low);
    case Sym::Tag::Truth:
      if (!sym.truth.constant()) return std::nullopt;
      return Value(sym.truth.value);
    case Sym::Tag::Tuple: {
      Tuple tuple;
      for (const Sym& item : *sym.items) {
        auto value = same_value(item);
        if (!value) return std::nullopt;
        tuple.push_back(std::move(*value));
      }
      return Value::tuple(std::move(tuple));
    }
    default:
      return std::nullopt;
  }
}

bool fits(ParameterType type, const Sym& sym) {
  const auto integers = [&] {
    const auto items = elements(sym);
    return items && std::all_of(items->begin(), items->end(),
                                [](const Sym& item) { return item.is(Sym::Tag::Integer); });
  };
  switch (type) {
    case ParameterType::Untyped:
      return true;
    case ParameterType::Int:
      return sym.is(Sym::Tag::Integer);
    case ParameterType::Bool:
      return sym.is(Sym::Tag::Truth);
    case ParameterType::Tuple:
      return tuple_like(sym);
    case ParameterType::IPoint:
    case ParameterType::ISpace:
      return integers();
    case ParameterType::MSpace:
      return sym.value.machine() != nullptr;
    case ParameterType::Task:
      return sym.is(Sym::Tag::Task);
  }
  return false;
}

Tracer::Tracer(const Symbols& symbols, const Rect& domain, const MachineShape& machine,
               const EvaluationBudget& budget, LaunchPoint launch)
    : symbols_(symbols),
      domain_(domain),
      machine_(machine),
      budget_(budget),
      launch_(std::move(launch)),
      evaluator_(symbols, machine, budget),
      builder_(domain) {}

std::optional<Compiled> Tracer::compile(const FunctionDef& function) {
  Sym task;
  task.tag = Sym::Tag::Task;
  const Sym result = body(function, {task});
  const auto codes = code(result);
  if (!codes || builder_.hopeless()) return std::nullopt;
  Compiled compiled;
  compiled.program = std::move(builder_).finish(*codes);
  const auto* point = result.value.as<MachinePoint>();
  const MachineSet* set = result.value.set();
  compiled.kind = point != nullptr ? point->kind : set != nullptr ? set->kind : result.kind;
  compiled.sets.resize(sets_.size());
  for (const auto& [owner, number] : sets_)
    compiled.sets[static_cast<std::size_t>(-1 - number)] = owner;
  compiled.steps = steps_;
  compiled.saw_empty_machine = evaluator_.saw_empty_machine();
  return compiled;
}

Sym Tracer::give_up() {
  builder_.fail(where_);
  return {};
}

bool Tracer::spend(std::int64_t steps) {
  steps_ += steps;
  if (steps_ > kMaxSteps || steps_ > budget_.steps_per_call) builder_.fail(kAlways);
  return !builder_.hopeless();
}

const FunctionUses& Tracer::uses_of(const FunctionDef& function) {
  auto& entry = uses_[&function];
  if (entry == nullptr) entry = std::make_unique<const FunctionUses>(function);
  return *entry;
}

Sym Tracer::body(const FunctionDef& function, std::vector<Sym> arguments) {
  Scope scope{&function, &uses_of(function), {}};
  for (std::size_t i = 0; i < arguments.size(); ++i)
    scope.names.emplace_back(function.parameters[i].name.value, std::move(arguments[i]));
  Scope* const outer = std::exchange(scope_, &scope);
  Sym result;
  bool returned = false;
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      Sym value = trace(*assign->value);
      scope.names.emplace_back(assign->name.value, std::move(value));
    } else if (const auto* answer = std::get_if<ReturnStmt>(&statement.node)) {
      result = trace(*answer->value);
      returned = true;
    } else {
      result = give_up();
      returned = true;
    }
    if (returned || builder_.hopeless()) break;
  }
  scope_ = outer;
  return returned ? result : give_up();
}

const Sym* Tracer::find(std::string_view name) const {
  for (auto entry = scope_->names.rbegin(); entry != scope_->names.rend(); ++entry) {
    if (entry->first == name) return &entry->second;
  }
  return nullptr;
}

Sym Tracer::under(const Bool& condition, const Expr& expr) {
  const Bool outer = std::exchange(where_, builder_.both(where_, condition));
  Sym result = trace(expr);
  where_ = outer;
  return result;
}

/// The value of an expression that is the same at every point; nothing if it may differ.
std::optional<Sym> Tracer::evaluated(const Expr& expr) {
  const std::optional<NamesUsed> used = scope_->uses->find(expr);
  if (!used || used->unknown) return std::nullopt;
  Evaluator::Names names;
  for (const std::string_view name : used->any) {
    const Sym* sym = find(name);
    if (sym == nullptr) continue;  // a global variable
    auto value = same_value(*sym);
    if (!value) return std::nullopt;
    names.emplace_back(name, std::move(*value));
  }
  for (const std::string_view name : used->of_launch) {
    const Sym* sym = find(name);
    if (sym == nullptr) continue;
    auto value = sym->is(Sym::Tag::Task) ? Value(&launch_) : same_value(*sym);
    if (!value) return std::nullopt;
    names.emplace_back(name, std::move(*value));
  }
  const Value value = evaluator_.evaluate(*scope_->function, std::move(names), expr, depth_);
  if (!spend(evaluator_.steps_spent()) || evaluator_.error()) return give_up();
  return Sym::of(value);
}

Sym Tracer::trace(const Expr& expr) {
  if (builder_.hopeless() || !spend(1)) return {};
  if (depth_ >= kMaxDepth) return give_up();
  ++depth_;
  Sym result = node(expr);
  --depth_;
  return result;
}

Sym Tracer::node(const Expr& expr) {
  if (const auto* integer = expr.as<IntegerExpr>())
    return Sym::of(Builder::constant(integer->value));
  if (const auto* name = expr.as<NameExpr>()) {
    if (const Sym* sym = find(name->name)) return *sym;
  }
  if (auto same = evaluated(expr)) return *same;
  if (const auto* it = expr.as<BinaryExpr>()) return binary(*it);
  if (const auto* it = expr.as<MemberExpr>()) return member(*it);
  if (const auto* it = expr.as<IndexExpr>()) return index(*it);
  if (const auto* it = expr.as<CallExpr>()) return call(*it);
  if (const auto* it = expr.as<SliceExpr>()) return slice(*it);
  if (const auto* it = expr.as<UnaryExpr>()) return unary(*it);
  if (const auto* it = expr.as<TupleExpr>()) {
    std::vector<Sym> values;
    if (!items(it->items, values)) return {};
    const bool wild = std::any_of(values.begin(), values.end(), is_wildcard);
    return wild ? give_up() : Sym::of(std::move(values));
  }
  if (const auto* it = expr.as<ConditionalExpr>()) return conditional(*it);
  if (const auto* it = expr.as<ComprehensionExpr>()) return comprehension(*it);
  return give_up();
}

bool Tracer::items(const std::vector<ExprPtr>& list, std::vector<Sym>& out) {
  out.reserve(list.size());
  for (const ExprPtr& item : list) {
    const auto* unpack = item->as<UnaryExpr>();
    if (unpack == nullptr || unpack->op != UnaryOperator::Unpack) {
      out.push_back(item->as<WildcardExpr>() != nullptr ? Sym::of(Value(Wildcard{}))
                                                        : trace(*item));
      if (out.back().is(Sym::Tag::Failed)) return false;
    } else {
      const Sym value = trace(*unpack->operand);
      if (value.is(Sym::Tag::Failed)) return false;
      const auto values = elements(value);
      if (!values) return give_up(), false;
      if (!spend(static_cast<std::int64_t>(values->size()))) return false;
      out.insert(out.end(), values->begin(), values->end());
    }
    if (out.size() > budget_.tuple_items) return give_up(), false;
  }
  return true;
}

Sym Tracer::comprehension(const ComprehensionExpr& node) {
  const Sym range = trace(*node.range);
  if (range.is(Sym::Tag::Failed)) return range;
  const auto over = elements(range);
  if (!over) return give_up();
  std::vector<Sym> values;
  values.reserve(over->size());
  for (const Sym& element : *over) {
    scope_->names.emplace_back(node.variable.value, element);
    const Sym kept = node.condition ? trace(*node.condition) : Sym::of(kAlways);
    const bool known = kept.is(Sym::Tag::Truth) && kept.truth.constant();
    Sym value;
    if (known && kept.truth.value) value = trace(*node.body);
    scope_->names.pop_back();
    if (!known) return give_up();
    if (!kept.truth.value) continue;
    if (value.is(Sym::Tag::Failed)) return value;
    values.push_back(std::move(value));
  }
  return Sym::of(std::move(values));
}

Sym Tracer::call(const CallExpr& node) {
  if (const auto* member = node.callee->as<MemberExpr>())
    return call_member(*member, node.arguments);
  const auto* callee = node.callee->as<NameExpr>();
  if (callee == nullptr || callee->name == "Machine") return give_up();
  std::vector<Sym> arguments;
  if (!items(node.arguments, arguments)) return {};
  const auto found = symbols_.functions.find(callee->name);
  if (found == symbols_.functions.end()) return give_up();
  const FunctionDef& function = *found->second;
  if (arguments.size() != function.parameters.size()) return give_up();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!fits(function.parameters[i].type, arguments[i])) return give_up();
  }
  return body(function, std::move(arguments));
}

Sym Tracer::call_member(const MemberExpr& member, const std::vector<ExprPtr>& arguments) {
  if (member.member.value != "has" || arguments.size() != 1) return give_up();
  const Sym object = trace(*member.object);
  std::vector<Sym> values;
  if (object.is(Sym::Tag::Failed) || !items(arguments, values)) return {};
  const auto* memory = values.front().value.as<MemoryKind>();
  if (!object.is(Sym::Tag::Point) || memory == nullptr) return give_up();
  return Sym::of(Bool{-1, kind_has(object.kind, *memory)});
}

Sym Tracer::member(const MemberExpr& node) {
  const Sym object = trace(*node.object);
  if (object.is(Sym::Tag::Failed)) return object;
  const std::string& word = node.member.value;
  if (object.is(Sym::Tag::Task)) {
    if (word != "ipoint") return give_up();
    std::vector<Sym> point;
    point.reserve(static_cast<std::size_t>(domain_.dimensions()));
    for (int d = 0; d < domain_.dimensions(); ++d) point.push_back(Sym::of(builder_.coordinate(d)));
    return Sym::of(std::move(point));
  }
  const auto tuple = elements(object);
  if (!tuple) return give_up();
  if (word == "size") return Sym::of(tuple);
  if (word == "len") return Sym::of(Builder::constant(static_cast<std::int64_t>(tuple->size())));
  if (word != "volume") return give_up();
  Int volume = Builder::constant(1);
  for (const Sym& item : *tuple) {
    if (!item.is(Sym::Tag::Integer)) return give_up();
    volume = builder_.multiply(volume, item.integer, where_);
  }
  return Sym::of(volume);
}

}  // namespace castra::lang::columns
