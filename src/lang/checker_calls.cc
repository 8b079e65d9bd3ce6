#include "lang/builtins.h"
#include "lang/checker_impl.h"
#include "support/slip.h"
#include "support/text.h"

/// Calls of functions, of Machine and of transforms.
namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

}  // namespace

Type ExpressionChecker::call(const Expr& expr, const CallExpr& node) {
  if (const auto* member = node.callee->as<MemberExpr>()) return call_member(node, *member);
  const auto* callee = node.callee->as<NameExpr>();
  if (callee == nullptr) {
    type_of(*node.callee);
    items(node.arguments, Place::Item);
    report(diagnose(Finding::NotCallable, node.callee->span, "this value"));
    return {};
  }
  if (callee->name == "Machine") return call_machine(expr, node);
  if (const auto function = symbols_.functions.find(callee->name);
      function != symbols_.functions.end()) {
    return call_function(expr, node, *function->second);
  }
  if (const BuiltinInfo* builtin = find_builtin(callee->name))
    return call_builtin(expr, node, *builtin);
  if (callee->name == "machine" || callee->name == "MACHINE") {
    report_unknown_function(node, callee->name);
    return call_machine(expr, node);
  }
  items(node.arguments, Place::Item);
  report_unknown_function(node, callee->name);
  return {};
}

void ExpressionChecker::report_unknown_function(const CallExpr& node, const std::string& name) {
  if (quiet()) return;
  const bool variable =
      symbols_.variables.contains(name) || (scope_ != nullptr && scope_->locals.contains(name));
  if (variable) {
    Diagnostic d =
        diagnose(Finding::NotCallable, node.callee->span, fmt::format("the variable `{}`", name));
    d.help = fmt::format("index with brackets: `{}[...]`", name);
    return report(std::move(d));
  }
  if (symbols_.broken.contains(name)) return;
  Diagnostic d = diagnose(Finding::UndefinedFunction, node.callee->span, name);
  if (sink_.suppressed() > 0) return report(std::move(d));
  std::vector<std::string> candidates = {"Machine"};
  for (const auto& [function, definition] : symbols_.functions) candidates.push_back(function);
  for (const BuiltinInfo& builtin : builtins()) candidates.emplace_back(builtin.name);
  if (name == "size" || name == "volume") {
    d.help = fmt::format("it is a member: write `x.{}`", name);
  } else if (name == "int" || name == "floor") {
    d.help = "division of integers is integer already; leave it out";
  } else if (find_transform(name) != nullptr) {
    d.help = fmt::format("it is a transform of a machine: write `machine.{}(...)`", name);
  } else if (const auto nearest = did_you_mean(name, candidates)) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({node.callee->span, *nearest});
    d.fix_is_certain = !symbols_.functions.contains(*nearest) || is_certain_slip(name, *nearest);
  } else {
    d.help = fmt::format("define it: `def {}(...) {{ return ...; }}`", name);
  }
  report(std::move(d));
}

Type ExpressionChecker::call_machine(const Expr& expr, const CallExpr& node) {
  if (node.arguments.size() == 1) {
    const auto* word = node.arguments.front()->as<NameExpr>();
    const bool named =
        word != nullptr && (symbols_.variables.contains(word->name) ||
                            (scope_ != nullptr && scope_->locals.contains(word->name)));
    if (word != nullptr && !named) {
      if (quiet()) return machine_type({}, 2);
      Diagnostic d = diagnose(Finding::UnknownProcessor, node.arguments.front()->span, word->name);
      std::vector<std::string> kinds;
      for (const ProcessorKind kind : kAllProcessorKinds) kinds.emplace_back(to_string(kind));
      const auto nearest = did_you_mean(word->name, kinds);
      d.help = nearest ? fmt::format("did you mean `{}`?", *nearest) : "write `Machine(GPU)`";
      if (nearest) d.fixes.push_back({node.arguments.front()->span, *nearest});
      report(std::move(d));
      return machine_type({}, 2);
    }
  }
  const std::vector<Type> types = items(node.arguments, Place::Item);
  if (has_unpack(node.arguments)) return machine_type({}, 2);
  const Type found = types.size() == 1 ? types.front() : Type{};
  if (types.size() == 1 && (found.unknown() || found.is(Tag::Processor)))
    return machine_type(found.kind, 2);
  Diagnostic d = diagnose(Finding::TypeMismatch, expr.span, "`Machine`", "one processor kind",
                          types.size() == 1 ? describe(found) : counted(types.size(), "argument"));
  d.help = "write `Machine(GPU)`";
  report(std::move(d));
  return machine_type({}, 2);
}

Type ExpressionChecker::call_builtin(const Expr& expr, const CallExpr& node,
                                     const BuiltinInfo& builtin) {
  const std::vector<Type> types = items(node.arguments, Place::Item);
  if (has_unpack(node.arguments)) {
    const bool truth = builtin.builtin == Builtin::All || builtin.builtin == Builtin::Any;
    return truth ? boolean_type() : Type{};
  }
  const int count = static_cast<int>(types.size());
  if (count < builtin.least || (builtin.most >= 0 && count > builtin.most)) {
    const std::string takes = builtin.most < 0 || builtin.most == builtin.least
                                  ? counted(static_cast<std::size_t>(builtin.least), "argument") +
                                        (builtin.most < 0 ? " or more" : "")
                                  : fmt::format("{} to {} arguments", builtin.least, builtin.most);
    Diagnostic d =
        diagnose(Finding::WrongArity, expr.span, builtin.name, takes, given(types.size()));
    d.help = fmt::format("write `{}`", builtin.form);
    report(std::move(d));
    return {};
  }
  const std::string user = fmt::format("`{}`", builtin.name);
  const auto require = [&](std::size_t i, bool fits, std::string_view needed) {
    if (!fits && !types[i].unknown()) mismatch(node.arguments[i]->span, user, needed, types[i]);
  };
  const Type& first = types.front();
  switch (builtin.builtin) {
    case Builtin::Min:
    case Builtin::Max:
      if (count == 1) {
        require(0, first.tuple_like(), "several values or a tuple");
        return first.tuple_like() ? first.item() : Type{};
      }
      [[fallthrough]];
    case Builtin::Abs:
    case Builtin::CeilDiv: {
      Type result = integer_type();
      for (std::size_t i = 0; i < types.size(); ++i) {
        require(i, types[i].is(Tag::Integer) || types[i].tuple_like(),
                "integers and tuples of integers");
        if (types[i].tuple_like()) result = tuple_type(types[i].items(), integer_type());
        if (types[i].unknown() && !result.is(Tag::Tuple)) result = {};
      }
      return result;
    }
    case Builtin::Range: {
      for (std::size_t i = 0; i < types.size(); ++i)
        require(i, types[i].is(Tag::Integer), "integers");
      const auto end = count == 1 ? literal(*node.arguments.front()) : std::nullopt;
      const bool short_one = end && *end >= 0 && *end <= kMaxKnownLength;
      return tuple_type(short_one ? std::optional(static_cast<int>(*end)) : std::nullopt,
                        integer_type());
    }
    case Builtin::Len:
      require(0, first.tuple_like() || first.is(Tag::Machine), "a tuple or a machine");
      return integer_type();
    case Builtin::Sum:
      require(0, first.tuple_like(), "a tuple of integers");
      return integer_type();
    case Builtin::All:
    case Builtin::Any:
      require(0, first.is(Tag::Tuple), "a tuple of truth values");
      return boolean_type();
  }
  return {};
}

Type ExpressionChecker::call_function(const Expr& expr, const CallExpr& node,
                                      const FunctionDef& function) {
  const std::vector<Type> types = items(node.arguments, Place::Item);
  if (!has_unpack(node.arguments)) {
    if (types.size() != function.parameters.size()) {
      Diagnostic d = diagnose(Finding::WrongArity, expr.span, function.name.value,
                              counted(function.parameters.size(), "argument"), given(types.size()));
      d.labels.push_back({function.header, "defined here"});
      d.help = "give one argument for every parameter";
      report(std::move(d));
      return result_of(function);
    }
    for (std::size_t i = 0; i < types.size(); ++i) {
      const Type wanted = lang::type_of(function.parameters[i].type);
      const bool fits = wanted.unknown() || types[i].unknown() || wanted.tag == types[i].tag ||
                        (wanted.is(Tag::Tuple) && types[i].tuple_like());
      const Type item = types[i].tuple_like() ? types[i].item() : Type{};
      const bool mixed = wanted.item().is(Tag::Integer) && !item.unknown() &&
                         !item.is(Tag::Integer) && types[i].items() != 0;
      if (fits && mixed) {
        Diagnostic d = diagnose(Finding::TypeMismatch, node.arguments[i]->span,
                                fmt::format("parameter `{}`", function.parameters[i].name.value),
                                "a tuple of integers", "one with " + describe(item));
        d.help = "declare the parameter as `tuple`";
        report(std::move(d));
      }
      if (fits) continue;
      mismatch(node.arguments[i]->span,
               fmt::format("parameter `{}`", function.parameters[i].name.value), describe(wanted),
               types[i]);
    }
  }
  return has_unpack(node.arguments) ? result_of(function) : instantiate(function, types);
}

Type ExpressionChecker::call_transform(const CallExpr& node, const MemberExpr& member,
                                       const Type& machine) {
  const TransformInfo& info = *find_transform(member.member.value);
  const std::vector<Type> types = items(node.arguments, Place::Item);
  Type result = machine_type(machine.kind, std::nullopt);
  if (has_unpack(node.arguments)) return result;
  if (types.size() != static_cast<std::size_t>(info.arguments)) {
    Diagnostic d = diagnose(Finding::WrongArity, member.member.span, info.name,
                            counted(static_cast<std::size_t>(info.arguments), "argument"),
                            given(types.size()));
    d.help = fmt::format("write `{}`", info.form);
    report(std::move(d));
    return result;
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    const bool wants_tuple = info.tuple_last && i + 1 == types.size();
    const bool fits =
        types[i].unknown() || (wants_tuple ? types[i].tuple_like() : types[i].is(Tag::Integer));
    if (!fits) {
      mismatch(node.arguments[i]->span, fmt::format("`{}`", info.name),
               wants_tuple ? "a tuple of extents here" : "an integer here", types[i]);
    }
  }
  const auto* extents = info.tuple_last ? node.arguments.back()->as<TupleExpr>() : nullptr;
  for (std::size_t i = 0; extents != nullptr && i < extents->items.size(); ++i) {
    if (literal(*extents->items[i]) != 0) continue;
    Diagnostic d = diagnose(Finding::ZeroExtent, extents->items[i]->span, info.name);
    d.help = "write the extent of the launch in this dimension, or 1";
    report(std::move(d));
  }
  if (!machine.length) return result;
  if (info.name == "merge") result.length = *machine.length - 1;
  if (info.name == "split") result.length = *machine.length + 1;
  if (info.name == "swap" || info.name == "slice" || info.name == "reverse")
    result.length = machine.length;
  if (info.name == "balance_split") {
    const auto parts = literal(*node.arguments[1]);
    if (parts && *parts >= 1 && *parts <= 32)
      result.length = *machine.length + static_cast<int>(*parts) - 1;
  }
  if (info.tuple_last && types[1].tuple_like() && types[1].items())
    result.length = *machine.length + *types[1].items() - 1;
  return result;
}

}  // namespace castra::lang::detail
