#include "search/llm/spec.h"

#include <fmt/format.h>

#include "support/text.h"

namespace castra::search::llm {
namespace {

constexpr const char* kForms =
    "write command:PROGRAM [ARGUMENTS], mailbox:FOLDER, or the URL of an OpenAI-compatible server "
    "such as "
    "http://localhost:8080/v1#MODEL";

Result<ProviderSpec> parse_url(const std::string& spec, std::size_t after_scheme) {
  UrlSpec url;
  const std::size_t hash = spec.find('#');
  url.base = spec.substr(0, hash);
  if (hash != std::string::npos) url.model = spec.substr(hash + 1);
  while (!url.base.empty() && url.base.back() == '/') url.base.pop_back();
  const std::string rest = url.base.size() > after_scheme ? url.base.substr(after_scheme) : "";
  const std::string authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != std::string::npos) {
    return failure("the provider's URL holds a user or key",
                   "leave it out of the URL and set CASTRA_API_KEY instead");
  }
  if (authority.empty() || url.base.find_first_of(" \t\r\n?") != std::string::npos) {
    return failure(fmt::format("'{}' is not the URL of a server", spec), kForms);
  }
  return url;
}

}  // namespace

Result<std::vector<std::string>> split_command(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      inside = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inside) words.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (quote != 0)
    return failure(fmt::format("a quote ({}) is not closed in the command: {}", quote, line));
  if (inside) words.push_back(std::move(word));
  return words;
}

Result<ProviderSpec> parse_provider_spec(const std::string& spec) {
  if (spec.starts_with("http://")) return parse_url(spec, 7);
  if (spec.starts_with("https://")) return parse_url(spec, 8);
  if (spec.starts_with("command:")) {
    auto argv = split_command(spec.substr(8));
    if (!argv) return tl::unexpected(argv.error());
    if (argv->empty()) return failure("the provider 'command:' names no program", kForms);
    return CommandSpec{std::move(*argv)};
  }
  if (spec.starts_with("mailbox:")) {
    const std::string directory{trim(std::string_view(spec).substr(8))};
    if (directory.empty()) return failure("the provider 'mailbox:' names no folder", kForms);
    return MailboxSpec{directory};
  }
  return failure(spec.empty() ? "no provider of a language model is named"
                              : fmt::format("'{}' is not a provider", spec),
                 kForms);
}

}  // namespace castra::search::llm
