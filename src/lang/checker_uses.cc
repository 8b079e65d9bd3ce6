#include "lang/checker_impl.h"

/// What is defined and never used, names that hide others, recursion without an end.
namespace castra::lang::detail {
namespace {

class UseChecker {
 public:
  UseChecker(const CheckedProgram& program, const Uses& uses, DiagnosticSink& sink)
      : program_(program), symbols_(program.symbols), uses_(uses), sink_(sink) {}

  void check() {
    for (const Statement& statement : program_.ast.statements) {
      if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
        const auto known = symbols_.functions.find(function->name.value);
        if (known->second == function) check(*function);
      } else if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) {
        if (!uses_.read(assign->name.value)) unused("variable", assign->name);
      }
    }
  }

 private:
  void check(const FunctionDef& function) {
    const std::string& name = function.name.value;
    if (uses_.endless(name)) {
      Diagnostic d = diagnose(Finding::EndlessRecursion, function.name.span, name);
      d.help = "let one case return without calling: `n == 0 ? value : f(n - 1)`";
      sink_.report(std::move(d));
    }
    if (!uses_.named_by_rules(name) && !uses_.called(name)) unused("function", function.name);
    const Use& use = uses_.of_function(name);
    for (const Parameter& parameter : function.parameters) hides(parameter.name);
    for (const FunctionStmt& statement : function.body) {
      const auto* assign = std::get_if<AssignStmt>(&statement.node);
      if (assign == nullptr) continue;
      hides(assign->name);
      if (!use.locals.contains(assign->name.value)) unused("variable", assign->name);
    }
  }

  /// A name that starts with `_` says that it is not used.
  void unused(std::string_view what, const Identifier& name) {
    if (name.value.starts_with('_')) return;
    Diagnostic d = diagnose(Finding::UnusedName, name.span, what, name.value);
    d.help =
        what == "function" ? "name it in a rule such as `IndexTaskMap`, or remove it" : "remove it";
    sink_.report(std::move(d));
  }

  void hides(const Identifier& name) {
    const auto global = symbols_.variables.find(name.value);
    if (global == symbols_.variables.end()) return;
    Diagnostic d = diagnose(Finding::HidesName, name.span, name.value);
    d.labels.push_back({global->second->name.span, "the variable outside"});
    d.help = "give it a name of its own";
    sink_.report(std::move(d));
  }

  const CheckedProgram& program_;
  const Symbols& symbols_;
  const Uses& uses_;
  DiagnosticSink& sink_;
};

}  // namespace

void check_uses(const CheckedProgram& program, const Uses& uses, DiagnosticSink& sink) {
  UseChecker(program, uses, sink).check();
}

}  // namespace castra::lang::detail
