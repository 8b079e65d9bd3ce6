#include "lang/import.h"

#include <algorithm>
#include <utility>

#include "lang/diagnostics.h"
#include "lang/format.h"
#include "lang/import_impl.h"
#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/token.h"
#include "support/text.h"

namespace castra::lang {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kD0Statements[] = {"task"sv, "taskdefault"sv, "region"sv,
                                              "regiondefault"sv};

bool starts_statement(const SourceFile& source, const std::vector<Token>& tokens, std::size_t at) {
  if (at == 0) return true;
  const Token& before = tokens[at - 1];
  return before.kind == TokenKind::Semicolon || before.kind == TokenKind::RightBrace ||
         source.locate(before.span.end).line < source.locate(tokens[at].span.begin).line;
}

/// Operands up to the semicolon, lists counted as one.
int operands_after(const std::vector<Token>& tokens, std::size_t keyword) {
  int operands = 0;
  bool in_list = false;
  for (std::size_t i = keyword + 1; i < tokens.size(); ++i) {
    const TokenKind kind = tokens[i].kind;
    if (kind == TokenKind::Semicolon || kind == TokenKind::End) break;
    if (kind == TokenKind::Comma) {
      in_list = true;
      continue;
    }
    if (!in_list) ++operands;
    in_list = false;
  }
  return operands;
}

std::string_view title(Dialect dialect) {
  return dialect == Dialect::D0 ? "April 2022" : "August 2022";
}

std::string head_comment(const SourceFile& source, Dialect dialect,
                         const std::vector<std::string>& remarks) {
  std::string name = quoted_excerpt(source.name());
  std::string text = fmt::format(
      "# Converted by castra import from {}, written in the form of {}.\n", name, title(dialect));
  for (const std::string& remark : remarks) text += "# " + remark + "\n";
  return text;
}

/// What was produced must be a program; a failure here is reported where it can be understood.
std::optional<std::string> canonical(const SourceFile& original, const std::string& text,
                                     DiagnosticSink& sink) {
  const auto produced = std::make_shared<const SourceFile>(original.name(), text);
  DiagnosticSink found;
  if (compile(produced, found) != nullptr) {
    DiagnosticSink again;
    return format(parse(*produced, again), *produced);
  }
  for (const Diagnostic& d : found.diagnostics()) {
    if (d.severity != Severity::Error) continue;
    const auto line = produced->line_text(produced->locate(d.span.begin).line);
    Diagnostic wrapped = diagnose(Finding::ImportFailed, {0, 0}, quoted_excerpt(line), d.message);
    wrapped.help = d.help;
    sink.report(std::move(wrapped));
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Dialect dialect) { return dialect == Dialect::D0 ? "d0" : "d1"; }

std::optional<Dialect> detect_dialect(const SourceFile& source) {
  if (source.text().size() > kMaxSourceBytes) return std::nullopt;
  DiagnosticSink ignored;
  const std::vector<Token> tokens = lex(source, ignored);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::Word || !starts_statement(source, tokens, i)) continue;
    const std::string_view word = source.slice(tokens[i].span);
    const bool operand = tokens[i + 1].kind == TokenKind::Word ||
                         tokens[i + 1].kind == TokenKind::Star ||
                         tokens[i + 1].kind == TokenKind::String;
    if (operand && std::ranges::find(kD0Statements, word) != std::end(kD0Statements))
      return Dialect::D0;
    if (word == "IndexTaskMap" && operands_after(tokens, i) == 3) return Dialect::D1;
    if (word == "InstanceLimit" && operands_after(tokens, i) == 3) return Dialect::D1;
  }
  return std::nullopt;
}

std::optional<ImportedProgram> import_program(const SourceFile& source,
                                              std::optional<Dialect> dialect,
                                              DiagnosticSink& sink) {
  if (source.text().size() > kMaxSourceBytes) {
    sink.report(diagnose(Finding::SourceTooLarge, {0, 0}, source.text().size(), kMaxSourceBytes));
    return std::nullopt;
  }
  if (!dialect) dialect = detect_dialect(source);
  if (!dialect) {
    Diagnostic d = diagnose(Finding::NoOldForm, {0, 0});
    d.help = "use it as it is, or name the form: --dialect d0 or --dialect d1";
    sink.report(std::move(d));
    return std::nullopt;
  }
  const std::size_t errors_before = sink.error_count();
  auto conversion =
      *dialect == Dialect::D0 ? detail::import_d0(source, sink) : detail::import_d1(source, sink);
  if (!conversion || sink.error_count() != errors_before) return std::nullopt;
  const auto text = canonical(source, conversion->text, sink);
  if (!text) return std::nullopt;
  return ImportedProgram{*dialect, head_comment(source, *dialect, conversion->remarks) + *text};
}

namespace detail {

std::string apply_edits(std::string_view text, std::vector<FixIt> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const FixIt& a, const FixIt& b) { return a.span.begin < b.span.begin; });
  std::string result;
  std::uint32_t done = 0;
  for (const FixIt& edit : edits) {
    if (edit.span.begin < done) continue;
    result += text.substr(done, edit.span.begin - done);
    result += edit.replacement;
    done = edit.span.end;
  }
  result += text.substr(done);
  return result;
}

bool FirstRules::keep(const std::string& key, SourceSpan span, const std::string& what) {
  const auto [entry, fresh] = first_.try_emplace(key, span);
  if (fresh) return true;
  Diagnostic d = diagnose(Finding::DroppedRule, span, what);
  d.labels.push_back({entry->second, "the rule that was obeyed"});
  d.help = "remove one of the two";
  sink_.report(std::move(d));
  return false;
}

}  // namespace detail
}  // namespace castra::lang
