#include "run/realm_log.h"

#include <regex>

namespace castra::run {

std::optional<int> realm_log_level(const std::string& line) {
  static const std::regex prefix(R"(^\[[0-9]+ - [0-9a-f]+\] +[0-9.]+ \{([0-9])\}\{)",
                                 std::regex::optimize);
  std::smatch match;
  if (!line.starts_with('[') || !std::regex_search(line, match, prefix)) return std::nullopt;
  return match[1].str().front() - '0';
}

bool is_realm_chatter(const std::string& line) {
  constexpr int kError = 5;
  const auto level = realm_log_level(line);
  if (!level) return false;
  return *level < kError ||
         line.find("not able to discover the CUDA resources") != std::string::npos;
}

}  // namespace castra::run
