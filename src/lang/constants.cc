#include "lang/constants.h"

#include <algorithm>
#include <map>

#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/token.h"

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
  for (const auto& [name, value] : values) {
    const auto known = symbols.variables.find(name);
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
