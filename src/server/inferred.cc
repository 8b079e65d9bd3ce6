#include "server/inferred.h"

#include "lang/program_types.h"
#include "lang/tree_walk.h"

namespace castra::server {
namespace {

/// The function whose text contains the place; null if none does.
const lang::FunctionDef* function_around(const Analysis& analysis, SourceSpan place) {
  for (const lang::Statement& statement : analysis.ast.statements) {
    const bool inside = statement.span.begin <= place.begin && place.end <= statement.span.end;
    if (inside) return std::get_if<lang::FunctionDef>(&statement.node);
  }
  return nullptr;
}

std::string text_of(const lang::Type* type) {
  return type == nullptr || type->unknown() ? "" : lang::to_string(*type);
}

const lang::Type* find_type(const std::map<std::string, lang::Type, std::less<>>& types,
                            std::string_view name) {
  const auto found = types.find(name);
  return found == types.end() ? nullptr : &found->second;
}

const lang::FunctionTypes* find_function(const Analysis& analysis, std::string_view name) {
  const lang::ProgramTypes* types = analysis.types();
  if (types == nullptr) return nullptr;
  const auto found = types->functions.find(name);
  return found == types->functions.end() ? nullptr : &found->second;
}

/// The word that says what an expression is: a member's name, that of what is called.
bool named_by(const lang::Expr& expr, SourceSpan word) {
  if (const auto* member = expr.as<lang::MemberExpr>()) return member->member.span == word;
  const auto* call = expr.as<lang::CallExpr>();
  return call != nullptr && call->callee->span == word;
}

}  // namespace

std::string result_type(const Analysis& analysis, const lang::FunctionDef& function) {
  const lang::FunctionTypes* known = find_function(analysis, function.name.value);
  return known == nullptr ? "" : text_of(&known->result);
}

std::string type_of(const Analysis& analysis, const Occurrence& occurrence) {
  if (analysis.types() == nullptr || occurrence.statement == nullptr) return {};
  const auto* function = function_around(analysis, *occurrence.definition);
  if (function == nullptr) return text_of(find_type(analysis.types()->variables, occurrence.name));
  const lang::FunctionTypes* known = find_function(analysis, function->name.value);
  if (known == nullptr) return {};
  if (const lang::Type* local = find_type(known->locals, occurrence.name)) return text_of(local);
  for (std::size_t i = 0; i < function->parameters.size(); ++i) {
    if (function->parameters[i].name.value == occurrence.name && i < known->parameters.size())
      return text_of(&known->parameters[i]);
  }
  return {};
}

std::string type_at(const Analysis& analysis, SourceSpan word) {
  const lang::ProgramTypes* types = analysis.types();
  if (types == nullptr) return {};
  const lang::Type* type = nullptr;
  const auto look = [&](const lang::Expr& expr) {
    if (named_by(expr, word)) type = types->expressions.find(expr);
  };
  const lang::Symbols& symbols = analysis.policy->program().symbols;
  for (const auto& [name, function] : symbols.functions) lang::for_each_expression(*function, look);
  for (const auto& [name, variable] : symbols.variables)
    lang::for_each_expression(std::vector<const lang::Expr*>{variable->value.get()}, look);
  return text_of(type);
}

}  // namespace castra::server
