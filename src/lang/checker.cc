#include "lang/checker.h"

#include <algorithm>

#include "lang/checker_impl.h"
#include "lang/reachable_kinds.h"

namespace castra::lang {

Symbols collect_symbols(const Ast& ast, const Profile& profile) {
  Symbols symbols;
  symbols.profile = profile;
  symbols.broken.insert(ast.broken.begin(), ast.broken.end());
  for (const Statement& statement : ast.statements) {
    if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
      symbols.functions.try_emplace(function->name.value, function);
      for (const FunctionStmt& inner : function->body) {
        if (std::holds_alternative<PrintStmt>(inner.node)) symbols.functions_print = true;
      }
    } else if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      symbols.variables.try_emplace(assign->name.value, assign);
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      symbols.prints.push_back(print);
    }
  }
  return symbols;
}

namespace {

/// Following what one function reaches costs up to the whole program: functions that may be
/// followed, in a program of one function.
constexpr std::size_t kMaxFollowed = 500'000;

std::map<std::string, std::set<ProcessorKind>, std::less<>> kinds_of_maps(const Symbols& symbols,
                                                                          const Uses& uses) {
  std::map<std::string, std::set<ProcessorKind>, std::less<>> kinds;
  const std::size_t most = std::max<std::size_t>(64, kMaxFollowed / (1 + symbols.functions.size()));
  for (const auto& [name, function] : symbols.functions) {
    if (kinds.size() == most) break;
    if (uses.named_by_rules(name)) kinds.emplace(name, reachable_kinds(symbols, *function));
  }
  return kinds;
}

}  // namespace

CheckedProgram check_program(Ast ast, const SourceFile& /*source*/, DiagnosticSink& sink,
                             const Profile& profile) {
  const bool whole = !sink.has_errors();
  CheckedProgram program;
  program.ast = std::move(ast);
  program.symbols = collect_symbols(program.ast, profile);
  const Uses uses(program);
  program.kinds = kinds_of_maps(program.symbols, uses);
  detail::check_definitions(program.ast, program.symbols, sink);
  detail::ExpressionChecker expressions(program, sink);
  expressions.check_all();
  detail::check_rules(program, expressions, whole, sink);
  // In a program with errors much seems unused that is only misspelt.
  if (sink.has_errors()) return program;
  detail::check_circles(program.symbols, sink);
  if (sink.has_errors()) return program;
  detail::check_uses(program, uses, sink);
  detail::check_constants(program, sink);
  return program;
}

namespace detail {
namespace {

/// Global variables are checked where they are first used, which nests; past this depth they wait
/// for their own turn.
constexpr int kMaxNesting = 500;
/// Expressions visited to find what calls yield, however often functions call each other.
constexpr std::int64_t kMaxInferenceWork = 500000;

}  // namespace

void check_definitions(const Ast& ast, const Symbols& symbols, DiagnosticSink& sink) {
  std::map<std::string, SourceSpan, std::less<>> first;
  const auto define = [&](const Identifier& name, std::string_view what) {
    if (name.value == "Machine") {
      Diagnostic d = diagnose(Finding::ReservedName, name.span, name.value);
      d.help = "choose another name, for example `machine`";
      return sink.report(std::move(d));
    }
    const auto [entry, fresh] = first.try_emplace(name.value, name.span);
    if (fresh) return;
    const bool ignored = symbols.profile.first_rule_wins && what == "function";
    Diagnostic d =
        diagnose(runtime_finding(ignored ? Finding::IgnoredDefinition : Finding::Redefinition),
                 name.span, name.value);
    d.labels.push_back({entry->second, "first defined here"});
    d.help = fmt::format("give this {} another name, or remove one of the two", what);
    sink.report(std::move(d));
  };
  for (const Statement& statement : ast.statements) {
    if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
      define(function->name, "function");
    } else if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      define(assign->name, "variable");
    }
  }
}

ExpressionChecker::ExpressionChecker(const CheckedProgram& program, DiagnosticSink& sink)
    : ast_(program.ast), symbols_(program.symbols), sink_(sink), work_left_(kMaxInferenceWork) {}

void ExpressionChecker::check_all() {
  for (const Statement& statement : ast_.statements) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      const auto known = symbols_.variables.find(assign->name.value);
      if (known->second == assign) {
        type_of_global(known->first, *assign);
      } else {
        type_of(*assign->value);
      }
    } else if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
      check_function(*function);
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      check_print(*print);
    }
  }
}

void ExpressionChecker::check_parameters(const FunctionDef& function, Scope& scope) {
  for (const Parameter& parameter : function.parameters) {
    const Local local{lang::type_of(parameter.type), parameter.name.span};
    const auto [known, fresh] = scope.locals.try_emplace(parameter.name.value, local);
    if (fresh) continue;
    Diagnostic d = diagnose(Finding::Redefinition, parameter.name.span, parameter.name.value);
    d.labels.push_back({known->second.span, "first defined here"});
    d.help = "give every parameter its own name";
    report(std::move(d));
  }
}

void ExpressionChecker::check_function(const FunctionDef& function) {
  Scope scope;
  scope.function = &function;
  Scope* const outer = std::exchange(scope_, &scope);
  check_parameters(function, scope);
  bool returned = false;
  bool dead_reported = false;
  for (const FunctionStmt& statement : function.body) {
    if (returned && !dead_reported) {
      Diagnostic d = diagnose(Finding::AfterReturn, statement.span);
      d.help = "remove them";
      report(std::move(d));
      dead_reported = true;
    }
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
      const Type type = type_of(*assign->value);
      const auto [known, fresh] =
          scope.locals.try_emplace(assign->name.value, Local{type, assign->name.span});
      if (!fresh) {
        Diagnostic d =
            diagnose(runtime_finding(symbols_.profile.rebinding ? Finding::Redefinition
                                                                : Finding::IgnoredAssignment),
                     assign->name.span, assign->name.value);
        d.labels.push_back({known->second.span, "first defined here"});
        d.help = fmt::format("variables are assigned once: use a new name, for example `{}2`",
                             assign->name.value);
        report(std::move(d));
      }
    } else if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) {
      type_of(*result->value);
      returned = true;
    } else if (const auto* print = std::get_if<PrintStmt>(&statement.node)) {
      check_print(*print);
    }
  }
  scope_ = outer;
  if (returned || !function.complete) return;
  Diagnostic d = diagnose(Finding::NoReturn, function.name.span, function.name.value);
  d.help = "end it with `return machine[node, processor];`";
  report(std::move(d));
}

void ExpressionChecker::check_print(const PrintStmt& print) {
  std::size_t places = 0;
  for (std::size_t at = print.format.value.find("{}"); at != std::string::npos;
       at = print.format.value.find("{}", at + 2)) {
    ++places;
  }
  const std::vector<Type> types = items(print.arguments, Place::Item);
  if (has_unpack(print.arguments) || types.size() == places) return;
  Diagnostic d = diagnose(Finding::WrongArity, print.format.span, "print",
                          counted(places, "value") + " by its text",
                          fmt::format("{} {}", types.size(), types.size() == 1 ? "is" : "are"));
  d.help = "write one `{}` in the text for every value";
  report(std::move(d));
}

Type ExpressionChecker::type_of_global(const std::string& name, const AssignStmt& definition) {
  const auto [entry, fresh] = globals_.try_emplace(name);
  if (!fresh) {
    if (!entry->second.done) {
      Diagnostic d = diagnose(Finding::CyclicVariable, definition.name.span, name);
      d.help = "compute it from other values";
      report(std::move(d));
      entry->second.done = true;
    }
    return entry->second.type;
  }
  if (depth_ > kMaxNesting) {
    globals_.erase(entry);
    return {};
  }
  // What is found inside is reported once, whoever asked first.
  Scope* const outer = std::exchange(scope_, nullptr);
  const int quiet = std::exchange(quiet_, types_ != nullptr ? quiet_ : 0);
  const Type type = type_of(*definition.value);
  quiet_ = quiet;
  scope_ = outer;
  entry->second = {true, type};
  if (types_ != nullptr) types_->variables[name] = type;
  return type;
}

}  // namespace detail
}  // namespace castra::lang
