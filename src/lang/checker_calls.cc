#include "lang/builtins.h"
#include "lang/checker_impl.h"
#include "support/text.h"

/// Calls of functions, of Machine and of members.
namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

std::string given(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "is" : "are");
}

/// What to write instead of Python's range(n).
std::string range_help(const CallExpr& call) {
  const auto count = call.arguments.size() == 1 ? literal(*call.arguments.front()) : std::nullopt;
  if (!count || *count < 2 || *count > 8) return "write the values out, for example `(0, 1, 2)`";
  std::string values = "0";
  for (std::int64_t i = 1; i < *count; ++i) values += fmt::format(", {}", i);
  return fmt::format("write the values out: `({})`", values);
}

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
  items(node.arguments, Place::Item);
  report_unknown_function(node, callee->name);
  return {};
}

void ExpressionChecker::report_unknown_function(const CallExpr& node, const std::string& name) {
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
  if (name == "len" || name == "size" || name == "volume") {
    d.help = fmt::format("it is a member: write `x.{}`", name);
  } else if (name == "range") {
    d.help = range_help(node);
  } else if (name == "min" || name == "max") {
    d.help = fmt::format("write `a {} b ? a : b`", name == "min" ? "<" : ">");
  } else if (name == "abs") {
    d.help = "write `a < 0 ? -a : a`";
  } else if (name == "int" || name == "floor") {
    d.help = "division of integers is integer already; leave it out";
  } else if (find_transform(name) != nullptr) {
    d.help = fmt::format("it is a transform of a machine: write `machine.{}(...)`", name);
  } else if (const auto nearest = did_you_mean(name, candidates)) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({node.callee->span, *nearest});
  } else {
    d.help = fmt::format("define it: `def {}(...) {{ return ...; }}`", name);
  }
  report(std::move(d));
}

Type ExpressionChecker::call_machine(const Expr& expr, const CallExpr& node) {
  if (node.arguments.size() == 1) {
    if (const auto* kind = node.arguments.front()->as<ProcessorExpr>())
      return machine_type(kind->kind, 2);
    if (const auto* word = node.arguments.front()->as<NameExpr>()) {
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
  const Type found = types.size() == 1 ? types.front() : Type{};
  Diagnostic d = diagnose(Finding::TypeMismatch, expr.span, "`Machine`", "one processor kind",
                          types.size() == 1 ? describe(found) : counted(types.size(), "argument"));
  d.help = "write `Machine(GPU)`";
  report(std::move(d));
  return machine_type({}, 2);
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
      if (fits) continue;
      mismatch(node.arguments[i]->span,
               fmt::format("parameter `{}`", function.parameters[i].name.value), describe(wanted),
               types[i]);
    }
  }
  return result_of(function);
}

Type ExpressionChecker::call_member(const CallExpr& node, const MemberExpr& member) {
  const Type object = type_of(*member.object);
  const std::string& word = member.member.value;
  if (object.is(Tag::Machine) && find_transform(word) != nullptr)
    return call_transform(node, member, object);
  const std::vector<Type> types = items(node.arguments, Place::Item);
  if (object.unknown()) return {};
  if (word == "has" && (object.is(Tag::Machine) || object.is(Tag::Point))) return boolean_type();
  if (word == "processor" && object.is(Tag::Task)) {
    if (types.size() == 1 && !types.front().unknown() && !types.front().is(Tag::Machine)) {
      mismatch(node.arguments.front()->span, "`processor`", "a machine", types.front());
    }
    return tuple_type(types.size() == 1 && types.front().is(Tag::Machine) ? types.front().length
                                                                          : std::nullopt);
  }
  const bool plain = word == "size" || word == "len" || word == "volume" || word == "ipoint" ||
                     word == "ispace" || word == "parent";
  if (plain) {
    Diagnostic d =
        diagnose(Finding::NotCallable, member.member.span, fmt::format("the member `{}`", word));
    d.help = fmt::format("write `.{}` without parentheses", word);
    report(std::move(d));
    return {};
  }
  return unknown_member(member, object);
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
  if (info.tuple_last && types[1].length) result.length = *machine.length + *types[1].length - 1;
  return result;
}

}  // namespace castra::lang::detail
