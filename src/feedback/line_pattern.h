#pragma once

#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace castra {

using Captures = std::map<std::string, std::string>;

/// An ECMAScript regular expression, case-insensitive, with `(?<name>...)` groups, which std::regex
/// lacks. Matched against one line at a time, so that its recursion is bounded by a line's length.
class LinePattern {
 public:
  /// The Error says what is wrong with `expression`, which it quotes.
  static Result<LinePattern> compile(const std::string& expression);

  /// The named groups if the expression occurs in `line`.
  std::optional<Captures> search(std::string_view line) const;
  /// One name per named group, in order.
  std::vector<std::string> names() const;

 private:
  std::regex regex_;
  std::vector<std::pair<std::size_t, std::string>> groups_;  ///< group number, name
};

}  // namespace castra
