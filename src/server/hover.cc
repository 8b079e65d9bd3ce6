#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "lang/characters.h"
#include "lang/diagnostics.h"
#include "lang/printer.h"
#include "lang/vocabulary.h"
#include "server/decisions.h"
#include "server/features.h"
#include "server/inferred.h"

namespace castra::server {
namespace {

using lang::WordClass;
using lang::WordInfo;

std::string block(std::string_view text) { return fmt::format("```castra\n{}\n```\n", text); }

/// The line of the text on which a span begins.
std::string line_of(const SourceFile& source, SourceSpan span) {
  return std::string(source.line_text(source.locate(span.begin).line));
}

const lang::FunctionDef* find_function(const Analysis& analysis, SourceSpan name) {
  for (const lang::Statement& statement : analysis.ast.statements) {
    const auto* function = std::get_if<lang::FunctionDef>(&statement.node);
    if (function != nullptr && function->name.span == name) return function;
  }
  return nullptr;
}

std::string explain_definition(const Analysis& analysis, const Setting& setting,
                               const Occurrence& occurrence) {
  const SourceFile& source = *analysis.source;
  if (!occurrence.definition) return {};
  const int line = source.locate(occurrence.definition->begin).line;
  switch (occurrence.role) {
    case Role::Function: {
      const lang::FunctionDef* function = find_function(analysis, *occurrence.definition);
      if (function == nullptr) return {};
      std::string out = block(source.slice(function->header));
      const std::string result = result_type(analysis, *function);
      if (!result.empty()) out += fmt::format("returns: {}\n\n", result);
      for (const Occurrence& use : analysis.occurrences) {
        const bool rule =
            use.statement != nullptr && std::holds_alternative<lang::MapStmt>(use.statement->node);
        if (!rule || use.role != Role::Function || use.name != occurrence.name) continue;
        out += fmt::format("bound in line {}: {}\n\n", source.locate(use.span.begin).line,
                           code(lang::print(*use.statement)));
      }
      if (analysis.policy) out += explain_function(*analysis.policy, setting, occurrence.name);
      return out;
    }
    case Role::Variable:
    case Role::Parameter: {
      const std::string type = type_of(analysis, occurrence);
      return block(line_of(source, *occurrence.definition)) +
             fmt::format("{}{}{}, line {}\n",
                         occurrence.role == Role::Variable ? "variable" : "parameter",
                         type.empty() ? "" : ", ", type, line);
    }
    case Role::LoopVariable:
      return fmt::format("{} takes every element of the tuple in turn, line {}\n",
                         code(occurrence.name), line);
    case Role::Task:
    case Role::Region:
      return {};
  }
  return {};
}

/// The task names of the rule around an occurrence.
std::vector<std::string> tasks_beside(const Analysis& analysis, const Occurrence& region) {
  std::vector<std::string> tasks;
  for (const Occurrence& other : analysis.occurrences) {
    if (other.statement == region.statement && other.role == Role::Task)
      tasks.push_back(other.name);
  }
  return tasks;
}

bool is_argument(const Requirement& requirement, const std::string& region) {
  return region == "*" || region == std::to_string(requirement.index) ||
         std::find(requirement.names.begin(), requirement.names.end(), region) !=
             requirement.names.end();
}

/// The arguments of recorded launches that a rule's region operand means.
std::string explain_region(const Analysis& analysis, const Setting& setting,
                           const Occurrence& region) {
  std::string out = region.name == "*" ? std::string("**every argument**\n\n")
                                       : fmt::format("**region** {}\n\n", code(region.name));
  if (!setting.program) return out;
  const std::vector<std::string> tasks = tasks_beside(analysis, region);
  const bool any_task = std::find(tasks.begin(), tasks.end(), "*") != tasks.end();
  constexpr std::size_t kMaxShown = 12;
  std::vector<std::string> lines;
  for (const Launch& launch : setting.program->launches) {
    if (!any_task && std::find(tasks.begin(), tasks.end(), launch.task) == tasks.end()) continue;
    for (const Requirement& requirement : launch.requirements) {
      if (!is_argument(requirement, region.name)) continue;
      lines.push_back(fmt::format("- argument {} of {}: {}, {} over the launch\n",
                                  requirement.index, code(launch.task),
                                  to_string(requirement.privilege), to_string(requirement.bytes)));
    }
  }
  if (lines.empty()) return out + "No recorded launch has such an argument.\n";
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  for (std::size_t i = 0; i < std::min(lines.size(), kMaxShown); ++i) out += lines[i];
  if (lines.size() > kMaxShown) out += fmt::format("- and {} more\n", lines.size() - kMaxShown);
  return out;
}

std::string explain_occurrence(const Analysis& analysis, const Setting& setting,
                               const Occurrence& occurrence) {
  switch (occurrence.role) {
    case Role::Task:
      if (!analysis.policy)
        return fmt::format("**task** {}\n\nThe program has errors: nothing is decided.\n",
                           code(occurrence.name));
      return explain_task(*analysis.policy, setting, occurrence.name);
    case Role::Region:
      return explain_region(analysis, setting, occurrence);
    default:
      return explain_definition(analysis, setting, occurrence);
  }
}

bool is_member(WordClass word_class) {
  return word_class == WordClass::TaskMember || word_class == WordClass::MachineMember ||
         word_class == WordClass::Transform || word_class == WordClass::TupleMember;
}

/// The words of the language spelt like the token that can stand where it stands.
std::string explain_word(const Analysis& analysis, const lang::Token& token) {
  const std::string_view spelling = analysis.source->slice(token.span);
  const auto index = static_cast<std::size_t>(&token - analysis.tokens.data());
  const auto kind_before = [&](std::size_t distance) {
    return index < distance ? lang::TokenKind::End : analysis.tokens[index - distance].kind;
  };
  const bool after_dot = kind_before(1) == lang::TokenKind::Dot;
  const bool typed = analysis.tokens[index + 1].kind == lang::TokenKind::Word;  // End comes last
  const bool parameter = typed && (kind_before(1) == lang::TokenKind::LeftParen ||
                                   kind_before(1) == lang::TokenKind::Comma);
  std::string out;
  for (const WordInfo& word : lang::vocabulary()) {
    if (word.word != spelling || is_member(word.word_class) != after_dot) continue;
    const bool ambiguous = spelling == "Task" || spelling == "tuple";
    if (ambiguous && (word.word_class == WordClass::ParameterType) != parameter) continue;
    out += block(word.form) + std::string(word.help) + "\n\n";
  }
  const std::string type = out.empty() ? "" : type_at(analysis, token.span);
  if (!type.empty()) out += fmt::format("here: {}\n\n", type);
  return out;
}

std::string explain_code(std::string_view word) {
  for (const lang::FindingInfo& finding : lang::finding_table()) {
    if (finding.code == word)
      return fmt::format("**{}** ({}) {}\n", finding.code, to_string(finding.severity),
                         finding.why);
  }
  return {};
}

/// The letters and digits around an offset, in comments too.
SourceSpan word_around(const std::string& text, std::uint32_t offset) {
  const auto in_word = [&](std::uint32_t at) { return lang::is_word(text[at]); };
  SourceSpan span{offset, offset};
  while (span.begin > 0 && in_word(span.begin - 1)) --span.begin;
  while (span.end < text.size() && in_word(span.end)) ++span.end;
  return span;
}

}  // namespace

Json hover(const Document& document, const Analysis& analysis, const Setting& setting,
           Position position) {
  const std::uint32_t offset = document.text().offset(position);
  SourceSpan span = word_around(document.text().bytes(), offset);
  std::string out = explain_code(analysis.source->slice(span));
  const Occurrence* occurrence = occurrence_at(analysis.occurrences, offset);
  const lang::Token* token = analysis.token_at(offset);
  if (out.empty() && occurrence != nullptr) {
    span = occurrence->span;
    out = explain_occurrence(analysis, setting, *occurrence);
  } else if (out.empty() && token != nullptr && token->kind == lang::TokenKind::Word) {
    span = token->span;
    out = explain_word(analysis, *token);
  }
  std::vector<std::string> explained;
  for (const Diagnostic& diagnostic : analysis.diagnostics) {
    if (offset < diagnostic.span.begin || offset > diagnostic.span.end) continue;
    const std::string text = explain_code(diagnostic.code);
    if (std::find(explained.begin(), explained.end(), text) != explained.end()) continue;
    explained.push_back(text);
    if (!out.empty()) out += "\n---\n\n";
    out += text;
  }
  if (out.empty()) return nullptr;
  return {{"contents", markdown(out)}, {"range", to_json(document.text().range(span))}};
}

}  // namespace castra::server
