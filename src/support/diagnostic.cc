#include "support/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "support/check.h"
#include "support/utf8.h"

namespace castra {
namespace {

constexpr std::size_t kExcerptWidth = 160;  // bytes of a source line shown around the span

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The source line, or a window of a long one, and a caret run under the part of the span on it.
/// Tabs stay, in the padding too, so that the caret lines up however wide the terminal draws them;
/// what could drive the reader's terminal is shown as '?'.
std::string excerpt(const SourceFile& source, SourceSpan span) {
  const LineColumn at = source.locate(span.begin);
  std::string_view line = source.line_text(at.line);
  auto column = static_cast<std::size_t>(at.column - 1);
  if (line.size() > kExcerptWidth) {
    std::size_t start = std::min(column - std::min(column, kExcerptWidth / 4), line.size());
    while (start < column && start < line.size() && continues_character(line[start])) ++start;
    line = line.substr(start, kExcerptWidth);
    column -= start;
  }
  const std::size_t end = column + (span.end - span.begin);
  std::string text;
  std::string padding;
  std::size_t width = 0;  // of the caret run, in characters
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = shown_length(line.substr(i));
    const bool tab = line[i] == '\t';
    if (i < column) {
      padding += tab ? '\t' : ' ';
    } else if (i < end) {
      ++width;
    }
    text += length == 0 ? std::string(1, tab ? '\t' : '?') : std::string(line.substr(i, length));
    i += std::max<std::size_t>(length, 1);
  }
  if (column > line.size()) padding += ' ';
  const std::string gutter = std::to_string(at.line);
  return fmt::format(" {} | {}\n {} | {}{}\n", gutter, text, std::string(gutter.size(), ' '),
                     padding, '^' + std::string(std::max<std::size_t>(width, 1) - 1, '~'));
}

}  // namespace

void DiagnosticSink::report(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error) ++errors_;
  if (diagnostics_.size() >= limit_) {
    ++suppressed_;
    return;
  }
  diagnostics_.push_back(std::move(diagnostic));
}

std::string to_string(const ArgumentValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

std::string to_string(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  CASTRA_CHECK(false, "unknown severity");
}

std::string render(const SourceFile& source, const Diagnostic& diagnostic) {
  const std::string finding = fmt::format("{}[{}]: {}\n", to_string(diagnostic.severity),
                                          diagnostic.code, diagnostic.message);
  std::string out;
  if (diagnostic.span == SourceSpan{}) {
    out = fmt::format("{}: {}", source.name(), finding);
  } else {
    const LineColumn at = source.locate(diagnostic.span.begin);
    out = fmt::format("{}:{}:{}: {}", source.name(), at.line, at.column, finding);
    out += excerpt(source, diagnostic.span);
  }
  for (const Label& label : diagnostic.labels) {
    const LineColumn where = source.locate(label.span.begin);
    out += fmt::format("{}:{}:{}: note: {}\n", source.name(), where.line, where.column, label.text);
    out += excerpt(source, label.span);
  }
  if (!diagnostic.help.empty()) out += fmt::format("  help: {}\n", diagnostic.help);
  return out;
}

std::string render_all(const SourceFile& source, const DiagnosticSink& sink) {
  std::vector<const Diagnostic*> ordered;
  for (const Diagnostic& diagnostic : sink.diagnostics()) ordered.push_back(&diagnostic);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return a->span.begin < b->span.begin;
  });
  std::string out;
  for (const Diagnostic* diagnostic : ordered) out += render(source, *diagnostic);
  if (sink.suppressed() > 0) out += fmt::format("{} more findings not shown\n", sink.suppressed());
  return out;
}

}  // namespace castra
