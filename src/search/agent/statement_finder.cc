#include "search/agent/statement_finder.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "lang/characters.h"
#include "search/agent/decision_blocks.h"
#include "support/text.h"

namespace castra::search::agent {
namespace {

constexpr std::array<std::string_view, 8> kKeywords = {
    "Task",          "Region",       "Layout",        "InstanceLimit",
    "CollectMemory", "IndexTaskMap", "SingleTaskMap", "ControlReplicate"};
constexpr std::array<std::string_view, 16> kValues = {
    "GPU",   "CPU", "OMP", "IO",      "FBMEM",   "ZCMEM",   "SYSMEM",  "SOCKMEM",
    "RDMEM", "SOA", "AOS", "C_order", "F_order", "VIRTUAL", "Compact", "Exact"};

std::size_t word_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && lang::is_word(text[end])) ++end;
  return end;
}

/// Bullets, numbers of a list, quotes and backticks before the text proper.
std::string_view without_decoration(std::string_view line) {
  line = trim(line);
  while (!line.empty() && (line.front() == '-' || line.front() == '*' || line.front() == '`' ||
                           line.front() == '>' || line.front() == ' ')) {
    line.remove_prefix(1);
  }
  std::size_t digits = 0;
  while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits])) != 0)
    ++digits;
  if (digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')')) {
    return without_decoration(line.substr(digits + 1));
  }
  return line;
}

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

bool begins_assignment(std::string_view line) {
  const std::size_t length = word_length(line);
  const std::string_view rest = trim(line.substr(length));
  return length > 0 && rest.size() > 1 && rest[0] == '=' && rest[1] != '=';
}

/// "Task a GPU": few words, one of which only the language has.
bool looks_unfinished(std::string_view line) {
  int words = 0;
  bool value = false;
  while (!line.empty()) {
    const std::size_t length = word_length(line);
    if (length == 0) {
      line.remove_prefix(1);
      continue;
    }
    ++words;
    value =
        value || std::find(kValues.begin(), kValues.end(), line.substr(0, length)) != kValues.end();
    line.remove_prefix(length);
  }
  return value && words >= 2 && words <= 7;
}

/// A statement may be followed by others on its line.
void add_line(std::string_view line, std::string& out) {
  for (;;) {
    line = without_decoration(line);
    const std::string_view word = line.substr(0, word_length(line));
    if (!is_keyword(word) && !begins_assignment(line)) return;
    const std::size_t end = line.find(';');
    if (end == std::string_view::npos) {
      if (!is_keyword(word) || !looks_unfinished(line)) return;
      out += line.substr(0, line.find_last_not_of(" .`*") + 1);
      out += ";\n";
      return;
    }
    out += line.substr(0, end + 1);
    out += '\n';
    line.remove_prefix(end + 1);
  }
}

}  // namespace

std::string find_statements(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    const std::string_view line = without_decoration(text.substr(0, line_end));
    if (line.starts_with("def ") && line.find('(') != std::string_view::npos) {
      const std::string_view rest =
          text.substr(static_cast<std::size_t>(line.data() - text.data()));
      const std::size_t budget = std::min(rest.size(), std::size_t{16} << 10);
      const auto statements = split_statements(rest.substr(0, budget));
      out += statements.front().text + "\n";
      text = rest.substr(std::max<std::size_t>(1, statements.front().text.size()));
      continue;
    }
    add_line(line, out);
    text.remove_prefix(std::min(text.size(), line_end + 1));
  }
  return out;
}

}  // namespace castra::search::agent
