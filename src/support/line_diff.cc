#include "support/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/text.h"

namespace castra {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kMaxCells = std::size_t{4} << 20;  ///< of the table of common lengths

/// Lines with what ends them said: a last line without a newline differs from one with it.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (lines.back().empty()) {
    lines.pop_back();
  } else {
    lines.back() += "\n\\ No newline at end of file";
  }
  return lines;
}

enum class Edit : std::uint8_t { Keep, Remove, Add };

/// Turns `before` into `after`, by the longest common subsequence.
std::vector<Edit> edits(const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  std::size_t head = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const std::size_t n = before.size() - head - tail;
  const std::size_t m = after.size() - head - tail;
  std::vector<Edit> result(head, Edit::Keep);
  if (n * m > kMaxCells) {
    result.insert(result.end(), n, Edit::Remove);
    result.insert(result.end(), m, Edit::Add);
  } else {
    // common[i][j]: length of the longest common subsequence of the last n-i and m-j lines.
    std::vector<std::uint32_t> common((n + 1) * (m + 1), 0);
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
      return common[i * (m + 1) + j];
    };
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t j = m; j-- > 0;) {
        at(i, j) = before[head + i] == after[head + j] ? at(i + 1, j + 1) + 1
                                                       : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
    for (std::size_t i = 0, j = 0; i < n || j < m;) {
      if (i < n && j < m && before[head + i] == after[head + j]) {
        result.push_back(Edit::Keep);
        ++i, ++j;
      } else if (i < n && (j == m || at(i + 1, j) >= at(i, j + 1))) {
        result.push_back(Edit::Remove);
        ++i;
      } else {
        result.push_back(Edit::Add);
        ++j;
      }
    }
  }
  result.insert(result.end(), tail, Edit::Keep);
  return result;
}

/// "12,3", "12" for one line, and the line before for none, as diff writes ranges.
std::string range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& before_name, const std::string& after_name) {
  if (before == after) return "";
  const auto old_lines = lines_of(before);
  const auto new_lines = lines_of(after);
  const std::vector<Edit> script = edits(old_lines, new_lines);
  std::string out = fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  std::size_t i = 0;  // of old_lines
  std::size_t j = 0;  // of new_lines
  for (std::size_t k = 0; k < script.size();) {
    if (script[k] == Edit::Keep) {
      ++i, ++j, ++k;
      continue;
    }
    // A hunk: from kContext lines before this change to kContext after the last near one.
    const std::size_t lead = std::min({kContext, i, j});
    std::size_t end = k;
    for (std::size_t kept = 0, e = k; e < script.size() && kept <= 2 * kContext; ++e) {
      kept = script[e] == Edit::Keep ? kept + 1 : 0;
      if (kept == 0) end = e + 1;
    }
    end = std::min(end + kContext, script.size());
    std::string body;
    const std::size_t old_first = i - lead;
    const std::size_t new_first = j - lead;
    for (std::size_t c = 0; c < lead; ++c) body += " " + old_lines[old_first + c] + "\n";
    for (; k < end; ++k) {
      if (script[k] == Edit::Add) {
        body += "+" + new_lines[j++] + "\n";
        continue;
      }
      body += (script[k] == Edit::Keep ? " " : "-") + old_lines[i++] + "\n";
      if (script[k] == Edit::Keep) ++j;
    }
    out += fmt::format("@@ -{} +{} @@\n{}", range(old_first, i - old_first),
                       range(new_first, j - new_first), body);
  }
  return out;
}

}  // namespace castra
