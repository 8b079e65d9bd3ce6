#include "server/document.h"

#include <algorithm>

#include "lang/check_against.h"
#include "lang/parser.h"

namespace castra::server {
namespace {

std::unique_ptr<const Analysis> analyse(const std::string& uri, const std::string& text,
                                        const Setting& setting) {
  auto analysis = std::make_unique<Analysis>();
  analysis->source = std::make_shared<const SourceFile>(uri, text);
  DiagnosticSink sink;
  analysis->policy = lang::compile(analysis->source, sink, {setting.profile});
  if (analysis->policy) {
    lang::check_against(*analysis->policy, setting.program ? &*setting.program : nullptr,
                        setting.machine ? &*setting.machine : nullptr, sink);
  }
  analysis->diagnostics = sink.diagnostics();
  analysis->suppressed = sink.suppressed();
  std::stable_sort(
      analysis->diagnostics.begin(), analysis->diagnostics.end(),
      [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
  if (text.size() > lang::kMaxSourceBytes) return analysis;
  DiagnosticSink reported;
  analysis->tokens = lang::lex(*analysis->source, reported);
  analysis->ast = lang::parse(*analysis->source, reported, setting.profile);
  analysis->parses = !reported.has_errors();
  analysis->occurrences = find_occurrences(analysis->ast);
  return analysis;
}

}  // namespace

const Machine* Setting::evaluation_machine() const {
  if (machine) return &*machine;
  return program ? &program->machine : nullptr;
}

const lang::ProgramTypes* Analysis::types() const {
  if (!policy) return nullptr;
  if (!inferred) inferred = lang::infer_types(policy->program());
  return &*inferred;
}

const lang::Token* Analysis::token_at(std::uint32_t offset) const {
  const lang::Token* touching = nullptr;
  for (const lang::Token& token : tokens) {
    if (token.span.begin > offset || token.kind == lang::TokenKind::End) break;
    if (offset < token.span.end) return &token;
    if (offset == token.span.end) touching = &token;
  }
  return touching;
}

void Document::edit(std::optional<Range> range, std::string_view replacement) {
  if (range) {
    text_.replace(*range, replacement);
  } else {
    text_ = Text(std::string(replacement));
  }
  analysis_.reset();
}

const Analysis& Document::analysis(const Setting& setting) {
  if (!analysis_) analysis_ = analyse(uri_, text_.bytes(), setting);
  return *analysis_;
}

}  // namespace castra::server
