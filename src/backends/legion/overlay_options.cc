#include "backends/legion/overlay_options.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "run/overlay_contract.h"
#include "support/file.h"

namespace castra::legion {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Creates the file to say that it is taken; a name taken already gets the process id added.
std::string claim(const std::string& path) {
  if (path.empty()) return path;
  const int descriptor = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor >= 0) {
    close(descriptor);
    return path;
  }
  return errno == EEXIST ? path + "." + std::to_string(getpid()) : path;
}

std::vector<std::string> parse_command(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  std::vector<std::string> words;
  if (!json.is_array()) return words;
  for (const auto& word : json) {
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  return words;
}

}  // namespace

OverlayOptions read_overlay_options() {
  namespace contract = run::contract;
  OverlayOptions options;
  options.mapping_file = variable(contract::kMapping);
  // The launcher sets a name of this version or none.
  options.profile = lang::profile_named(variable(contract::kCompat)).value_or(lang::Profile{});
  options.strict = variable(contract::kStrict) == "1";
  options.program_file = claim(variable(contract::kProgram));
  options.trace_file = claim(variable(contract::kTrace));
  options.status_file = claim(variable(contract::kStatus));
  options.command = parse_command(variable(contract::kCommand));
  return options;
}

Result<std::shared_ptr<const lang::Policy>> load_policy(const std::string& path,
                                                        const lang::Profile& profile) {
  auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  const auto source = std::make_shared<const SourceFile>(path, std::move(*text));
  DiagnosticSink sink;
  auto policy = lang::compile(source, sink, {profile});
  if (!policy) return failure("the mapping is wrong:\n" + render_all(*source, sink));
  return policy;
}

}  // namespace castra::legion
