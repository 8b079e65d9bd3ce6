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

namespace {

/// Texts past this size are not mended finding by finding, which parses once for each.
constexpr std::size_t kCautiousBytes = std::size_t{1} << 16;

using Source = std::shared_ptr<const SourceFile>;

std::size_t syntax_errors(const SourceFile& source) {
  DiagnosticSink sink;
  parse(source, sink);
  return sink.error_count();
}

/// Passes over a text: fewer over a long one, so that the time stays that of a few readings.
int passes_for(const SourceFile& source) {
  constexpr std::size_t kBytesRead = std::size_t{2} << 20;
  const std::size_t passes = kBytesRead / std::max<std::size_t>(source.text().size(), 1);
  return static_cast<int>(std::clamp<std::size_t>(passes, 2, kMaxRepairPasses));
}

/// What one pass left behind.
struct Stage {
  Source source;
  std::size_t applied = 0;  ///< findings repaired so far
  std::size_t errors = 0;   ///< of syntax
  int pass = 1;             ///< the next one
};

/// As apply_fixes() for all findings, one after the other, without those after which there would be
/// more syntax errors.
std::string apply_harmless(const SourceFile& source, std::size_t errors,
                           const std::vector<Diagnostic>& findings, int pass,
                           std::vector<AppliedFix>& applied) {
  std::vector<Diagnostic> kept;
  std::string text = source.text();
  for (const Diagnostic& d : findings) {
    if (d.fixes.empty() || !d.fix_is_certain) continue;
    kept.push_back(d);
    std::vector<AppliedFix> trial;
    std::string candidate = apply_fixes(source, kept, pass, trial);
    const SourceFile file(source.name(), candidate);
    if (candidate.size() > kMaxSourceBytes || syntax_errors(file) > errors) {
      kept.pop_back();
      continue;
    }
    text = std::move(candidate);
    applied = std::move(trial);
  }
  return text;
}

/// Passes from `stages.back()` on until nothing changes; `result` gets what they did.
void run_passes(std::vector<Stage>& stages, bool cautious, const Examine& examine, Repair& result) {
  std::set<std::string> seen;
  for (;;) {
    const Stage at = stages.back();
    result.source = at.source;
    result.remaining = DiagnosticSink();
    examine(at.source, result.remaining);
    seen.insert(at.source->text());
    if (at.pass > passes_for(*at.source)) return;
    const std::vector<Diagnostic> findings = due(result.remaining.diagnostics());
    std::vector<AppliedFix> applied;
    std::string text = cautious ? apply_harmless(*at.source, at.errors, findings, at.pass, applied)
                                : apply_fixes(*at.source, findings, at.pass, applied);
    if (seen.contains(text) || text.size() > kMaxSourceBytes) return;
    result.applied.insert(result.applied.end(), applied.begin(), applied.end());
    const auto next = std::make_shared<const SourceFile>(at.source->name(), std::move(text));
    stages.push_back({next, result.applied.size(), syntax_errors(*next), at.pass + 1});
  }
}

/// The last stage with no more syntax errors than any before it.
std::size_t best_stage(const std::vector<Stage>& stages) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < stages.size(); ++i) {
    if (stages[i].errors <= stages[best].errors) best = i;
  }
  return best;
}

}  // namespace

Repair repair(std::shared_ptr<const SourceFile> source, const Examine& examine) {
  Repair result;
  const std::size_t errors = syntax_errors(*source);
  std::vector<Stage> stages = {{std::move(source), 0, errors, 1}};
  run_passes(stages, false, examine, result);
  // A repair may uncover errors of text that was skipped before, which later passes repair. If more
  // remain in the end than there were, some edit did damage.
  const std::size_t best = best_stage(stages);
  if (best + 1 != stages.size()) {
    stages.resize(best + 1);
    result.applied.resize(stages.back().applied);
    if (stages.back().source->text().size() > kCautiousBytes)
      stages.back().pass = kMaxRepairPasses + 1;
    run_passes(stages, true, examine, result);
  }
  result.text = result.source->text();
  return result;
}

}  // namespace castra::lang
