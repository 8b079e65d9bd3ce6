#pragma once

#include <string>
#include <variant>
#include <vector>

#include "support/result.h"

namespace castra::search::llm {

struct CommandSpec {
  std::vector<std::string> argv;
};
struct MailboxSpec {
  std::string directory;
};
struct UrlSpec {
  std::string base;   ///< without a trailing slash
  std::string model;  ///< after '#'; may be empty
};
using ProviderSpec = std::variant<CommandSpec, MailboxSpec, UrlSpec>;

Result<ProviderSpec> parse_provider_spec(const std::string& spec);

/// Words of a command line: blanks separate, single and double quotes group, a backslash takes the
/// next character as it is (not within single quotes). No variables, no wildcards.
Result<std::vector<std::string>> split_command(const std::string& line);

}  // namespace castra::search::llm
