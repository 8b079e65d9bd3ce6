#include "feedback/line_pattern.h"

#include <fmt/format.h>

namespace castra {
namespace {

struct Translated {
  std::string expression;
  std::vector<std::pair<std::size_t, std::string>> groups;
};

/// `(?<name>` becomes `(`; counts every capturing group to know the numbers of the named ones.
Result<Translated> translate(const std::string& expression) {
  Translated out;
  std::size_t group = 0;
  bool in_class = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      out.expression += c;
      out.expression += expression[++i];
      continue;
    }
    out.expression += c;
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c != '(' || in_class) continue;
    if (expression.compare(i, 3, "(?<") == 0) {
      const std::size_t end = expression.find('>', i);
      const std::string name =
          expression.substr(i + 3, end == std::string::npos ? end : end - i - 3);
      if (end == std::string::npos || name.empty()) {
        return failure(fmt::format("'{}' has a group '(?<' without a name and '>'", expression));
      }
      out.groups.emplace_back(++group, name);
      i = end;
    } else if (expression.compare(i, 2, "(?") != 0) {
      ++group;
    }
  }
  return out;
}

}  // namespace

Result<LinePattern> LinePattern::compile(const std::string& expression) {
  auto translated = translate(expression);
  if (!translated) return tl::unexpected(translated.error());
  LinePattern pattern;
  pattern.groups_ = std::move(translated->groups);
  try {
    pattern.regex_ = std::regex(translated->expression,
                                std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  } catch (const std::regex_error& error) {
    return failure(fmt::format("'{}' is not a regular expression: {}", expression, error.what()));
  }
  return pattern;
}

std::optional<Captures> LinePattern::search(std::string_view line) const {
  std::cmatch match;
  try {
    if (!std::regex_search(line.data(), line.data() + line.size(), match, regex_))
      return std::nullopt;
  } catch (const std::regex_error&) {  // complexity limit of the library: no match
    return std::nullopt;
  }
  Captures captures;
  for (const auto& [number, name] : groups_) captures[name] = match[number].str();
  return captures;
}

std::vector<std::string> LinePattern::names() const {
  std::vector<std::string> names;
  for (const auto& [number, name] : groups_) names.push_back(name);
  return names;
}

}  // namespace castra
