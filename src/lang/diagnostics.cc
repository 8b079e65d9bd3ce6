#include "lang/diagnostics.h"

#include <algorithm>

#include "support/text.h"

namespace castra::lang {

namespace {

using Row = const FindingInfo*;

constexpr auto kByCode = [] {
  std::array<Row, kFindingTable.size()> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = &kFindingTable[i];
  std::sort(rows.begin(), rows.end(), [](Row a, Row b) { return a->code < b->code; });
  return rows;
}();

}  // namespace

const FindingInfo* find_code(std::string_view code) {
  const auto found = std::lower_bound(kByCode.begin(), kByCode.end(), code,
                                      [](Row row, std::string_view c) { return row->code < c; });
  return found == kByCode.end() || (*found)->code != code ? nullptr : *found;
}

std::string_view launch_help(Finding finding) {
  if (finding == Finding::NotInIndexLaunch)
    return "use `task.ipoint` and `task.ispace`, or bind the function with SingleTaskMap";
  if (finding == Finding::NotInSingleTask)
    return "use `task.parent` and `task.processor`, or bind the function with IndexTaskMap";
  return {};
}

std::string old_wording(const Diagnostic& diagnostic, int line) {
  const FindingInfo* row = find_code(diagnostic.code);
  if (row == nullptr) return {};
  std::vector<DiagnosticArgument> arguments = diagnostic.arguments;
  arguments.push_back({"line", std::int64_t{line}});
  std::string_view rest = row->old_wording;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view form = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    bool applies = true;
    if (form.starts_with('[')) {
      const std::string_view word = form.substr(1, form.find(']') - 1);
      form.remove_prefix(word.size() + 2);
      applies = std::any_of(diagnostic.arguments.begin(), diagnostic.arguments.end(),
                            [&](const DiagnosticArgument& argument) {
                              return castra::to_string(argument.value).starts_with(word);
                            });
    }
    if (applies) return fill_message(form, arguments);
  }
  return {};
}

std::string quoted_excerpt(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= limit) return out + "...";
    add_printable(out, text);
  }
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace castra::lang
