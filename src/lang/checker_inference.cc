#include <algorithm>

#include "lang/checker_impl.h"

/// What functions return for what they are given, and what is known of the whole program's types.
namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

/// Beyond these, a function is taken as declared: the price of precision is bounded.
constexpr std::size_t kMaxInstances = 32;
constexpr int kMaxRounds = 4;
constexpr int kMaxNesting = 500;

/// An argument's type where it says more than the declaration.
Type refined(const Type& declared, const Type& argument) {
  if (argument.unknown()) return declared;
  if (declared.unknown()) return argument;
  if (declared.is(Tag::Machine) && argument.is(Tag::Machine)) return argument;
  if (declared.is(Tag::Tuple) && argument.tuple_like())
    return tuple_type(argument.items(),
                      argument.item().unknown() ? declared.item() : argument.item());
  return declared;
}

}  // namespace

std::vector<Type> ExpressionChecker::declared(const FunctionDef& function) {
  std::vector<Type> types;
  types.reserve(function.parameters.size());
  for (const Parameter& parameter : function.parameters)
    types.push_back(lang::type_of(parameter.type));
  return types;
}

Type ExpressionChecker::result_of(const FunctionDef& function) {
  return instantiate(function, declared(function));
}

Type ExpressionChecker::instantiate(const FunctionDef& function, std::vector<Type> parameters) {
  if (depth_ > kMaxNesting || work_left_ <= 0) return {};
  std::vector<Type> wanted = declared(function);
  for (std::size_t i = 0; i < wanted.size() && i < parameters.size(); ++i)
    wanted[i] = refined(wanted[i], parameters[i]);
  auto& known = instances_[&function];
  if (known.size() >= kMaxInstances) wanted = declared(function);
  for (const auto& instance : known) {
    if (instance->parameters != wanted) continue;
    instance->consulted = instance->consulted || instance->running;
    return instance->result;
  }
  known.push_back(std::make_unique<Instance>());
  Instance& instance = *known.back();
  instance.parameters = std::move(wanted);
  instance_log_.push_back(&function);
  const std::size_t mark = instance_log_.size();
  for (int round = 0; round < kMaxRounds; ++round) {
    instance.consulted = false;
    const Type type = body_type(function, instance.parameters);
    const bool settled = !instance.consulted || type == instance.result;
    instance.result = type;
    if (settled) break;
    if (round + 1 == kMaxRounds) instance.result = {};
    forget_instances(mark);  // they were made under the old assumption
  }
  instance.running = false;
  return instance.result;
}

void ExpressionChecker::forget_instances(std::size_t from) {
  while (instance_log_.size() > from) {
    instances_[instance_log_.back()].pop_back();
    instance_log_.pop_back();
  }
}

template <typename AtResult>
void ExpressionChecker::go_through(const FunctionDef& function, const std::vector<Type>& parameters,
                                   AtResult at_result) {
  Scope scope;
  scope.function = &function;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const Identifier& name = function.parameters[i].name;
    scope.locals.try_emplace(name.value, Local{parameters[i], name.span});
  }
  FunctionTypes* const info = types_ != nullptr ? &types_->functions[function.name.value] : nullptr;
  Scope* const outer = std::exchange(scope_, &scope);
  ++quiet_;
  for (const FunctionStmt& statement : function.body) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      const Type type = type_of(*assign->value);
      scope.locals.try_emplace(assign->name.value, Local{type, assign->name.span});
      if (info == nullptr) continue;
      const auto [local, fresh] = info->locals.try_emplace(assign->name.value, type);
      if (!fresh) local->second = common(local->second, type);
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      check_print(*print);
    } else if (const auto* returned = std::get_if<ReturnStmt>(&statement.node)) {
      at_result(*returned->value);
      break;
    }
  }
  --quiet_;
  scope_ = outer;
}

Type ExpressionChecker::body_type(const FunctionDef& function,
                                  const std::vector<Type>& parameters) {
  Type result{Tag::Never, {}, {}, nullptr};
  go_through(function, parameters, [&](const Expr& value) { result = type_of(value); });
  return result;
}

std::vector<std::pair<SourceSpan, Type>> ExpressionChecker::results_of(
    const FunctionDef& function) {
  std::vector<std::pair<SourceSpan, Type>> results;
  go_through(function, declared(function), [&](const Expr& value) {
    std::vector<const Expr*> left = {&value};
    while (!left.empty()) {
      const Expr& expr = *left.back();
      left.pop_back();
      if (const auto* choice = expr.as<ConditionalExpr>()) {
        left.push_back(choice->no.get());
        left.push_back(choice->yes.get());
      } else {
        results.emplace_back(expr.span, type_of(expr));
      }
    }
  });
  return results;
}

ProgramTypes ExpressionChecker::infer_all(const Uses& uses) {
  ProgramTypes types;
  types_ = &types;
  ++quiet_;
  for (const auto& [name, definition] : symbols_.variables) type_of_global(name, *definition);
  for (const PrintStmt* print : symbols_.prints) check_print(*print);
  // First what rules name and what nothing calls, so that what they call gets their arguments.
  for (const auto& [name, function] : symbols_.functions) {
    types.functions[name];
    if (uses.named_by_rules(name) || !uses.called(name)) result_of(*function);
  }
  for (const auto& [name, function] : symbols_.functions) {
    if (!instances_.contains(function)) result_of(*function);
  }
  for (const auto& [name, function] : symbols_.functions) {
    infer_function(*function, types.functions[name]);
  }
  types.expressions.settle(common);
  types_ = nullptr;
  return types;
}

void ExpressionChecker::infer_function(const FunctionDef& function, FunctionTypes& info) {
  info.parameters = declared(function);
  const auto known = instances_.find(&function);
  if (known == instances_.end() || known->second.empty()) return;
  info.result = {Tag::Never, {}, {}, nullptr};
  for (const auto& instance : known->second) {
    info.result = common(info.result, instance->result);
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
      info.parameters[i] = instance == known->second.front()
                               ? instance->parameters[i]
                               : common(info.parameters[i], instance->parameters[i]);
    }
  }
  if (info.result.is(Tag::Never)) info.result = {};
}

}  // namespace castra::lang::detail

namespace castra::lang {

ProgramTypes infer_types(const CheckedProgram& program) {
  DiagnosticSink unread;
  return detail::ExpressionChecker(program, unread).infer_all(Uses(program));
}

}  // namespace castra::lang
