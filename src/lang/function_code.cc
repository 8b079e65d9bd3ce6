#include "lang/function_code.h"

#include <variant>

#include "lang/printer.h"
#include "lang/used_code.h"
#include "support/check.h"

namespace castra::lang {
namespace {

UsedCode code_of(const CheckedProgram& program, std::string_view function) {
  const auto found = program.symbols.functions.find(function);
  CASTRA_CHECK(found != program.symbols.functions.end(), "the function is defined");
  return used_code(program.symbols, *found->second);
}

/// Of a definition; empty for other statements.
std::string_view defined_name(const Statement& statement) {
  if (const auto* function = std::get_if<FunctionDef>(&statement.node)) return function->name.value;
  if (const auto* variable = std::get_if<AssignStmt>(&statement.node)) return variable->name.value;
  return {};
}

}  // namespace

std::string function_text(const CheckedProgram& program, std::string_view function) {
  const UsedCode used = code_of(program, function);
  std::set<std::string_view> names = {function};
  for (const Expr* expr : used.expressions) {
    if (const auto* name = expr->as<NameExpr>()) names.insert(name->name);
  }
  std::string text;
  for (const Statement& statement : program.ast.statements) {
    if (names.contains(defined_name(statement))) text += print(statement);
  }
  return text;
}

TaskQuestions task_questions(const CheckedProgram& program, std::string_view function) {
  const UsedCode used = code_of(program, function);
  TaskQuestions questions;
  for (const Expr* expr : used.expressions) {
    if (const auto* text = expr->as<TextExpr>()) questions.texts.insert(text->value);
    const auto* member = expr->as<MemberExpr>();
    if (member == nullptr) continue;
    const std::string& word = member->member.value;
    questions.run = questions.run || word == "processor" || word == "parent";
  }
  return questions;
}

}  // namespace castra::lang
