#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "server/features.h"

namespace castra::server {
namespace {

int severity_number(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return 1;
    case Severity::Warning:
      return 2;
    case Severity::Note:
      return 3;
  }
  return 1;
}

bool touch(SourceSpan a, SourceSpan b) { return a.begin <= b.end && b.begin <= a.end; }

Json edits_of(const Document& document, const std::vector<FixIt>& fixes) {
  Json edits = Json::array();
  for (const FixIt& fix : fixes)
    edits.push_back(
        {{"range", to_json(document.text().range(fix.span))}, {"newText", fix.replacement}});
  return edits;
}

Json workspace_edit(const Document& document, Json edits) {
  return {{"changes", {{document.uri(), std::move(edits)}}}};
}

/// The certain fix-its of all findings that do not touch one another: of two that do, the first.
std::vector<FixIt> compatible_fixes(const Analysis& analysis) {
  std::vector<FixIt> kept;
  for (const Diagnostic& diagnostic : analysis.diagnostics) {
    bool free = diagnostic.fix_is_certain;
    for (const FixIt& fix : diagnostic.fixes) {
      for (const FixIt& other : kept) free = free && !touch(fix.span, other.span);
    }
    if (free) kept.insert(kept.end(), diagnostic.fixes.begin(), diagnostic.fixes.end());
  }
  return kept;
}

std::string title_of(const Diagnostic& diagnostic) {
  if (!diagnostic.help.empty()) return diagnostic.help;
  return fmt::format("fix: {}", diagnostic.message);
}

}  // namespace

Json to_json(const Document& document, const Diagnostic& diagnostic) {
  std::string message = diagnostic.message;
  if (!diagnostic.help.empty()) message += "\n" + diagnostic.help;
  Json json = {{"range", to_json(document.text().range(diagnostic.span))},
               {"severity", severity_number(diagnostic.severity)},
               {"code", diagnostic.code},
               {"source", "castra"},
               {"message", std::move(message)}};
  if (diagnostic.labels.empty()) return json;
  json["relatedInformation"] = Json::array();
  for (const Label& label : diagnostic.labels) {
    const Json location = {{"uri", document.uri()},
                           {"range", to_json(document.text().range(label.span))}};
    json["relatedInformation"].push_back({{"location", location}, {"message", label.text}});
  }
  return json;
}

Json diagnostics_of(const Document& document, const Analysis& analysis) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : analysis.diagnostics)
    list.push_back(to_json(document, diagnostic));
  return {
      {"uri", document.uri()}, {"version", document.version()}, {"diagnostics", std::move(list)}};
}

Json code_actions(const Document& document, const Analysis& analysis, Range range) {
  const SourceSpan span = document.text().span(range);
  Json actions = Json::array();
  for (const Diagnostic& diagnostic : analysis.diagnostics) {
    if (diagnostic.fixes.empty() || !touch(diagnostic.span, span)) continue;
    actions.push_back({{"title", title_of(diagnostic)},
                       {"kind", "quickfix"},
                       {"isPreferred", diagnostic.fix_is_certain},
                       {"diagnostics", Json::array({to_json(document, diagnostic)})},
                       {"edit", workspace_edit(document, edits_of(document, diagnostic.fixes))}});
  }
  const std::vector<FixIt> all = compatible_fixes(analysis);
  if (!all.empty()) {
    actions.push_back({{"title", "apply every fix of this file"},
                       {"kind", "source.fixAll.castra"},
                       {"edit", workspace_edit(document, edits_of(document, all))}});
  }
  return actions;
}

}  // namespace castra::server
