#include "lang/manual.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "support/text.h"

namespace castra::lang {
namespace {

/// The second and third character of a code say what it is about.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFamilies = {{
    {"01", "Text and syntax"},
    {"02", "Names and meaning"},
    {"03", "Rules that do not do what they seem to"},
    {"04", "Remarks"},
    {"05", "Evaluation of functions"},
}};

std::string_view family(const FindingInfo& row) { return row.code.substr(1, 2); }

std::vector<const FindingInfo*> by_code() {
  std::vector<const FindingInfo*> rows;
  for (const FindingInfo& row : finding_table()) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const FindingInfo* a, const FindingInfo* b) {
    return a->code.substr(1) < b->code.substr(1);
  });
  return rows;
}

/// What the tool prints for the row's example; a long line is cut.
std::string printed(const FindingInfo& row, const Samples& samples) {
  const ExampleRun run = run_example(row, samples);
  return render_all(*run.source, run.sink);
}

/// "expected `{...}`" with the types of arguments left out.
std::string shown_message(std::string_view message) {
  std::string out;
  while (!message.empty()) {
    const MessagePart part = next_part(message);
    out += part.argument ? fmt::format("{{{}}}", part.text) : std::string(part.text);
  }
  return out;
}

/// In Markdown code spans cannot hold backquotes, so headings lose them.
std::string heading(const FindingInfo& row) {
  std::string text = shown_message(row.message);
  std::erase(text, '`');
  return text;
}

std::string fenced(std::string_view text) {
  const std::string_view fence = text.find("```") == std::string_view::npos ? "```" : "````";
  return fmt::format("{0}text\n{1}{2}{0}\n", fence, text, text.ends_with('\n') ? "" : "\n");
}

/// The example's text with a long repetition left out.
std::string shown_text(const FindingInfo& row) {
  if (row.times == 0 || trim(row.repeated).empty()) return std::string(row.example);
  return fmt::format("{0}{1}{1} ...{1}{2}", row.example, row.repeated, row.ending);
}

/// What shown_text leaves out.
std::string repetition_note(const FindingInfo& row) {
  if (row.times == 0) return "";
  if (trim(row.repeated).empty()) return fmt::format(" (followed by {} blanks)", row.times);
  return fmt::format(" (`{}` {} times)", row.repeated, row.times);
}

std::string old_forms(const FindingInfo& row) {
  std::string forms;
  for (std::string_view form : split(row.old_wording, '\n')) {
    if (form.starts_with('[')) form.remove_prefix(form.find(']') + 1);
    std::string shown = shown_message(form);
    std::replace(shown.begin(), shown.end(), '\t', ' ');
    forms += fmt::format("{}`` {} ``", forms.empty() ? "" : ", ", shown);
  }
  return forms;
}

std::string entry(const FindingInfo& row, const Samples& samples) {
  std::string out = fmt::format("### {}: {}\n\n{}. {}{}\n", row.code, heading(row),
                                row.severity == Severity::Error     ? "Error"
                                : row.severity == Severity::Warning ? "Warning"
                                                                    : "Note",
                                row.why, row.fix ? " It can come with a fix-it." : "");
  out += fmt::format("\n`{}` with{}\n\n{}\nprints\n\n{}", example_command(row),
                     repetition_note(row), fenced(shown_text(row)), fenced(printed(row, samples)));
  if (!row.old_wording.empty())
    out += fmt::format("\nThe public DSLMapper compiler: {}\n", old_forms(row));
  return out;
}

}  // namespace

std::string diagnostics_manual(const Samples& samples) {
  std::string out =
      "# Diagnostics\n\n"
      "Every finding of the mapping language by its code, which never changes: E for errors, W "
      "for\n"
      "warnings, N for notes. `castra check --explain CODE` prints one entry, `castra diagnostics\n"
      "--json` all of them, and `castra check --fix` applies the fix-its that are certain. This "
      "page\n"
      "is made by `castra diagnostics --manual` from `src/lang/diagnostics.def`; a test compares "
      "the\n"
      "two and runs every example.\n";
  for (const auto& [digits, title] : kFamilies) {
    out += fmt::format("\n## {}\n", title);
    for (const FindingInfo* row : by_code()) {
      if (family(*row) == digits) out += "\n" + entry(*row, samples);
    }
  }
  return out;
}

std::string explain(const FindingInfo& row, const Samples& samples) {
  std::string out = fmt::format("{}[{}]: {}\n\n{}\n", to_string(row.severity), row.code,
                                shown_message(row.message), row.why);
  if (row.fix) out += "It can come with a fix-it that `castra check --fix` applies.\n";
  const auto indented = [](std::string_view text) {
    std::string lines;
    for (const std::string_view line : split(text, '\n'))
      lines += line.empty() ? "\n" : fmt::format("    {}\n", line);
    return lines;
  };
  std::string output = printed(row, samples);
  if (output.ends_with('\n')) output.pop_back();
  out += fmt::format("\nExample, `{}` with{}\n\n{}\nprints\n\n{}", example_command(row),
                     repetition_note(row), indented(shown_text(row)), indented(output));
  return out;
}

}  // namespace castra::lang
