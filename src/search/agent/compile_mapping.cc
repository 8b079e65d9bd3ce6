#include <algorithm>
#include <memory>

#include "lang/policy.h"
#include "search/agent/candidate.h"
#include "support/source.h"

namespace castra::search::agent {
namespace {

constexpr std::size_t kDiagnosticsBudget = 3000;

struct Compiled {
  bool ok = false;
  std::string diagnostics;
  std::vector<FixIt> fixes;  ///< of errors
};

Compiled compile_once(const std::string& mapping, const lang::Profile& profile) {
  const auto source = std::make_shared<const SourceFile>("mapping", mapping);
  DiagnosticSink sink;
  Compiled compiled;
  compiled.ok = lang::compile(source, sink, {profile}) != nullptr;
  if (compiled.ok) return compiled;
  for (const Diagnostic& diagnostic : sink.diagnostics()) {
    if (diagnostic.severity != Severity::Error) continue;
    if (compiled.diagnostics.size() < kDiagnosticsBudget)
      compiled.diagnostics += render(*source, diagnostic);
    compiled.fixes.insert(compiled.fixes.end(), diagnostic.fixes.begin(), diagnostic.fixes.end());
  }
  return compiled;
}

/// Applies fixes from the last to the first; of overlapping ones only the last.
std::string apply(std::string text, std::vector<FixIt> fixes) {
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const FixIt& a, const FixIt& b) { return a.span.begin > b.span.begin; });
  std::size_t untouched = text.size() + 1;
  for (const FixIt& fix : fixes) {
    if (fix.span.end > text.size() || fix.span.end < fix.span.begin || fix.span.end >= untouched)
      continue;
    text.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
    untouched = fix.span.begin;
  }
  return text;
}

}  // namespace

CompileReport compile_mapping(const std::string& mapping, const lang::Profile& profile) {
  Compiled first = compile_once(mapping, profile);
  if (first.ok) return {true, mapping, ""};
  if (!first.fixes.empty()) {
    const std::string mended = apply(mapping, std::move(first.fixes));
    if (compile_once(mended, profile).ok) return {true, mended, first.diagnostics};
  }
  return {false, mapping, first.diagnostics};
}

}  // namespace castra::search::agent
