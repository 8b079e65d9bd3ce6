#include "lang/constants.h"

#include <algorithm>
#include <map>
#include <set>

#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "lang/tree_walk.h"

namespace castra::lang {
namespace {

/// The value in canonical form, if the text is one expression.
std::optional<std::string> canonical(const ConstantDefinition& definition) {
  const SourceFile line("-D", fmt::format("{} = {};", definition.name, definition.value));
  DiagnosticSink sink;
  const Ast ast = parse(line, sink);
  if (sink.has_errors() || ast.statements.size() != 1) return std::nullopt;
  const auto* assign = std::get_if<AssignStmt>(&ast.statements.front().node);
  if (assign == nullptr || assign->name.value != definition.name) return std::nullopt;
  return print(*assign->value);
}

/// Names that stand in expressions and rules of the program.
std::set<std::string, std::less<>> used_names(const Ast& ast) {
  std::set<std::string, std::less<>> names;
  const auto note = [&](const Expr& expr) {
    if (const auto* name = expr.as<NameExpr>()) names.insert(name->name);
  };
  const auto note_all = [&](const std::vector<ExprPtr>& list) {
    for (const ExprPtr& expr : list) for_each_expression({expr.get()}, note);
  };
  for (const Statement& statement : ast.statements) {
    if (const auto* assign = std::get_if<AssignStmt>(&statement.node))
      for_each_expression({assign->value.get()}, note);
    if (const auto* print = std::get_if<PrintStmt>(&statement.node)) note_all(print->arguments);
    if (const auto* map = std::get_if<MapStmt>(&statement.node)) names.insert(map->function.value);
    const auto* function = std::get_if<FunctionDef>(&statement.node);
    if (function == nullptr) continue;
    for_each_expression(*function, note);
    for (const FunctionStmt& inner : function->body) {
      if (const auto* print = std::get_if<PrintStmt>(&inner.node)) note_all(print->arguments);
    }
  }
  return names;
}

/// Whether nothing reads a constant that the program does not define: neither the program nor the
/// values of others.
bool unused(const std::string& name, const std::set<std::string, std::less<>>& used,
            const std::map<std::string, std::string>& values) {
  if (used.contains(name)) return false;
  return std::ranges::none_of(values, [&](const auto& other) {
    return other.first != name && other.second.find(name) != std::string::npos;
  });
}

void report_unused(const std::string& name, const std::string& value, DiagnosticSink& sink) {
  if (name.starts_with('_')) return;
  Diagnostic d = diagnose(Finding::UnusedName, {0, 0}, "constant", name);
  d.help = fmt::format("nothing in the program reads it: leave out `-D {}={}`", name,
                       quoted_excerpt(value));
  sink.report(std::move(d));
}

struct Replacement {
  SourceSpan span;
  std::string text;
};

}  // namespace

bool split_constant(std::string_view text, ConstantDefinition& definition) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  definition = {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  return is_identifier(definition.name) && !definition.value.empty();
}

std::shared_ptr<const SourceFile> with_constants(const std::shared_ptr<const SourceFile>& source,
                                                 const std::vector<ConstantDefinition>& definitions,
                                                 DiagnosticSink& sink) {
  if (definitions.empty()) return source;
  DiagnosticSink reported_when_compiled;
  const Ast ast = parse(*source, reported_when_compiled);
  const Symbols symbols = collect_symbols(ast);
  std::map<std::string, std::string> values;  // of one name the last
  for (const ConstantDefinition& definition : definitions) {
    const auto value = canonical(definition);
    if (!value) {
      Diagnostic d = diagnose(Finding::BadConstant, {0, 0}, quoted_excerpt(definition.name),
                              quoted_excerpt(definition.value));
      d.help = "write one value, for example -D nodes=4, -D \"grid=(2, 4)\" or -D kind=GPU";
      sink.report(std::move(d));
      continue;
    }
    if (symbols.functions.contains(definition.name)) {
      Diagnostic d = diagnose(Finding::ReservedName, {0, 0}, definition.name);
      d.help = "it is a function of the program";
      sink.report(std::move(d));
      continue;
    }
    values[definition.name] = *value;
  }
  std::vector<Replacement> replacements;
  std::string appended;
  const auto used = used_names(ast);
  const bool whole = !reported_when_compiled.has_errors();  // else a use may have been left out
  for (const auto& [name, value] : values) {
    const auto known = symbols.variables.find(name);
    if (known == symbols.variables.end() && whole && unused(name, used, values)) {
      report_unused(name, value, sink);
      continue;
    }
    if (known == symbols.variables.end()) {
      appended += fmt::format("{} = {};\n", name, value);
      continue;
    }
    const SourceSpan span = known->second->value->span;
    const std::string_view old = source->slice(span);
    const auto lines = static_cast<std::size_t>(std::count(old.begin(), old.end(), '\n'));
    replacements.push_back({span, value + std::string(lines, '\n')});
  }
  std::sort(replacements.begin(), replacements.end(),
            [](const Replacement& a, const Replacement& b) { return a.span.begin > b.span.begin; });
  std::string text(source->text());
  for (const Replacement& r : replacements)
    text.replace(r.span.begin, r.span.end - r.span.begin, r.text);
  if (!appended.empty()) text += "\n" + appended;
  return std::make_shared<const SourceFile>(source->name(), std::move(text));
}

}  // namespace castra::lang
