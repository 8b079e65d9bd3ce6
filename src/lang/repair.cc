#include "lang/repair.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "lang/parser.h"

namespace castra::lang {
namespace {

bool same(const FixIt& a, const FixIt& b) {
  return a.span.begin == b.span.begin && a.span.end == b.span.end && a.replacement == b.replacement;
}

/// Two edits whose order would matter.
bool clash(const FixIt& a, const FixIt& b) {
  if (a.span.begin == b.span.begin) return true;
  return a.span.begin < b.span.begin ? a.span.end > b.span.begin : b.span.end > a.span.begin;
}

bool fits(const std::vector<FixIt>& taken, const FixIt& edit) {
  return std::none_of(taken.begin(), taken.end(),
                      [&](const FixIt& other) { return clash(other, edit); });
}

bool within(const SourceFile& source, const FixIt& edit) {
  return edit.span.begin <= edit.span.end && edit.span.end <= source.text().size();
}

/// Whether a finding's edits can join those taken; an edit that is taken already needs nothing
/// more.
bool can_join(const SourceFile& source, const std::vector<FixIt>& taken, const Diagnostic& d) {
  if (d.fixes.empty() || !d.fix_is_certain) return false;
  for (std::size_t i = 0; i < d.fixes.size(); ++i) {
    if (!within(source, d.fixes[i]) || !fits(taken, d.fixes[i])) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (clash(d.fixes[j], d.fixes[i])) return false;
    }
  }
  return true;
}

bool about_syntax(const Diagnostic& d) { return d.code.starts_with("E01"); }

/// What to mend next. While statements could not be read, what is said of names and types may only
/// follow from that: it waits until the text parses.
std::vector<Diagnostic> due(const std::vector<Diagnostic>& findings) {
  const bool unread = std::any_of(findings.begin(), findings.end(), [](const Diagnostic& d) {
    return about_syntax(d) && d.fix_is_certain && !d.fixes.empty();
  });
  if (!unread) return findings;
  std::vector<Diagnostic> result;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(result),
               [](const Diagnostic& d) { return about_syntax(d) || d.code.starts_with("N01"); });
  return result;
}

}  // namespace

std::string apply_fixes(const SourceFile& source, const std::vector<Diagnostic>& findings, int pass,
                        std::vector<AppliedFix>& applied) {
  std::vector<const Diagnostic*> ordered;
  for (const Diagnostic& d : findings) ordered.push_back(&d);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::pair(-static_cast<int>(a->severity), a->span.begin) <
           std::pair(-static_cast<int>(b->severity), b->span.begin);
  });
  std::vector<FixIt> taken;
  for (const Diagnostic* d : ordered) {
    const bool known = d->fix_is_certain && d->fixes.size() == 1 &&
                       std::any_of(taken.begin(), taken.end(), [&](const FixIt& other) {
                         return same(other, d->fixes.front());
                       });
    if (!known && !can_join(source, taken, *d)) continue;
    if (!known) taken.insert(taken.end(), d->fixes.begin(), d->fixes.end());
    applied.push_back({d->code, source.locate(d->span.begin), d->message, d->help, pass});
  }
  std::sort(taken.begin(), taken.end(),
            [](const FixIt& a, const FixIt& b) { return a.span.begin > b.span.begin; });
  std::string text = source.text();
  for (const FixIt& edit : taken)
    text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
  return text;
}

Repair repair(std::shared_ptr<const SourceFile> source, const Examine& examine) {
  Repair result;
  std::set<std::string> seen;
  for (int pass = 1;; ++pass) {
    DiagnosticSink sink;
    examine(source, sink);
    seen.insert(source->text());
    std::vector<AppliedFix> applied;
    std::string text = pass > kMaxRepairPasses
                           ? source->text()
                           : apply_fixes(*source, due(sink.diagnostics()), pass, applied);
    const bool over = seen.contains(text) || text.size() > kMaxSourceBytes;
    if (over) {
      result.text = source->text();
      result.source = std::move(source);
      result.remaining = std::move(sink);
      return result;
    }
    result.applied.insert(result.applied.end(), applied.begin(), applied.end());
    source = std::make_shared<const SourceFile>(source->name(), std::move(text));
  }
}

}  // namespace castra::lang
