#include "lang/diagnostics.h"

#include <algorithm>

#include "support/text.h"

namespace castra::lang {

const FindingInfo* find_code(std::string_view code) {
  const auto found = std::find_if(kFindingTable.begin(), kFindingTable.end(),
                                  [&](const FindingInfo& row) { return row.code == code; });
  return found == kFindingTable.end() ? nullptr : &*found;
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
