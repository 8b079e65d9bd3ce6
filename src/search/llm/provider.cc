#include "search/llm/provider.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "search/llm/command_provider.h"
#include "search/llm/http_provider.h"
#include "search/llm/mailbox_provider.h"

namespace castra::search::llm {
namespace {

using Made = Result<std::unique_ptr<Provider>>;

std::string variable(const ProviderOptions& options, const char* name) {
  if (options.environment) return options.environment(name).value_or("");
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Made make(CommandSpec spec, const ProviderOptions& options) {
  if (!options.run_command) return failure("commands cannot be run here");
  return std::make_unique<CommandProvider>(std::move(spec), options);
}

Made make(MailboxSpec spec, const ProviderOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(spec.directory, error);
  if (!std::filesystem::is_directory(spec.directory, error)) {
    return failure(
        fmt::format("the mailbox '{}' is not a folder and cannot be made one", spec.directory),
        "name a folder that you may write to");
  }
  return std::make_unique<MailboxProvider>(std::move(spec), options);
}

Made make(UrlSpec spec, const ProviderOptions& options) {
  HttpProvider::Server server;
  server.base = spec.base;
  server.model = !options.model.empty() ? options.model
                 : !spec.model.empty()  ? spec.model
                                        : variable(options, "CASTRA_MODEL");
  if (server.model.empty()) {
    return failure(fmt::format("no model is named for '{}'", spec.base),
                   "append #MODEL to the URL, give --model, or set CASTRA_MODEL");
  }
  server.key = variable(options, "CASTRA_API_KEY");
  if (server.key.empty()) server.key = variable(options, "OPENAI_API_KEY");
  if (server.key.find_first_of("\r\n") != std::string::npos) {
    return failure("the API key holds a line break", "set CASTRA_API_KEY to the key alone");
  }
  if (!server.key.empty() && !may_carry_key(server.base)) {
    return failure(
        fmt::format("an API key is set, but '{}' would send it unencrypted", server.base),
        "use https, or unset CASTRA_API_KEY and OPENAI_API_KEY");
  }
  return std::make_unique<HttpProvider>(std::move(server), options);
}

}  // namespace

Made make_provider(const ProviderOptions& options) {
  auto spec = parse_provider_spec(options.spec);
  if (!spec) return tl::unexpected(spec.error());
  return std::visit([&](auto& one) { return make(std::move(one), options); }, *spec);
}

}  // namespace castra::search::llm
