#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lang/printer.h"
#include "server/features.h"

namespace castra::server {
namespace {

// SymbolKind of the protocol.
constexpr int kFunction = 12;
constexpr int kVariable = 13;
constexpr int kEvent = 24;

constexpr std::size_t kMaxSymbolName = 60;

Json location(const Document& document, SourceSpan span) {
  return {{"uri", document.uri()}, {"range", to_json(document.text().range(span))}};
}

Json symbol(const Document& document, std::string name, int kind, SourceSpan whole,
            SourceSpan chosen) {
  return {{"name", std::move(name)},
          {"kind", kind},
          {"range", to_json(document.text().range(whole))},
          {"selectionRange", to_json(document.text().range(chosen))}};
}

Json function_symbol(const Document& document, const lang::Statement& statement,
                     const lang::FunctionDef& function) {
  Json json = symbol(document, function.name.value, kFunction, statement.span, function.name.span);
  json["children"] = Json::array();
  for (const lang::Parameter& parameter : function.parameters) {
    json["children"].push_back(symbol(document, parameter.name.value, kVariable,
                                      parameter.name.span, parameter.name.span));
    json["children"].back()["detail"] = std::string(to_string(parameter.type));
  }
  for (const lang::FunctionStmt& line : function.body) {
    const auto* assign = std::get_if<lang::AssignStmt>(&line.node);
    if (assign == nullptr) continue;
    json["children"].push_back(
        symbol(document, assign->name.value, kVariable, line.span, assign->name.span));
  }
  return json;
}

/// A rule on one line, without its semicolon, cut to a length that suits a list.
std::string rule_name(const lang::Statement& statement) {
  std::string text = lang::print(statement);
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == ';' || text.back() == '\n')) text.pop_back();
  if (text.size() > kMaxSymbolName) text = text.substr(0, kMaxSymbolName) + "...";
  return text;
}

const Occurrence* defined_at(const Document& document, const Analysis& analysis,
                             Position position) {
  const Occurrence* occurrence =
      occurrence_at(analysis.occurrences, document.text().offset(position));
  return occurrence != nullptr && occurrence->definition ? occurrence : nullptr;
}

}  // namespace

Json definition(const Document& document, const Analysis& analysis, Position position) {
  const Occurrence* occurrence = defined_at(document, analysis, position);
  return occurrence == nullptr ? Json() : location(document, *occurrence->definition);
}

Json references(const Document& document, const Analysis& analysis, Position position) {
  const Occurrence* occurrence = defined_at(document, analysis, position);
  if (occurrence == nullptr) return nullptr;
  Json found = Json::array();
  for (const Occurrence& other : analysis.occurrences) {
    if (other.definition == occurrence->definition) found.push_back(location(document, other.span));
  }
  return found;
}

Json document_symbols(const Document& document, const Analysis& analysis) {
  Json symbols = Json::array();
  for (const lang::Statement& statement : analysis.ast.statements) {
    if (const auto* function = std::get_if<lang::FunctionDef>(&statement.node)) {
      symbols.push_back(function_symbol(document, statement, *function));
    } else if (const auto* assign = std::get_if<lang::AssignStmt>(&statement.node)) {
      symbols.push_back(
          symbol(document, assign->name.value, kVariable, statement.span, assign->name.span));
    } else {
      symbols.push_back(
          symbol(document, rule_name(statement), kEvent, statement.span, statement.span));
    }
  }
  return symbols;
}

}  // namespace castra::server
