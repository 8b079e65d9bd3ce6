#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/result.h"

namespace castra::search::llm {

/// Longest reply looked at; what is beyond is cut off.
inline constexpr std::size_t kReplyBudget = std::size_t{256} << 10;

struct Prompt {
  std::string system;  ///< what stays the same over a study: role, language, reply format
  std::string user;
  /// Both parts in order, for providers that have no roles.
  std::string text() const { return system + "\n" + user; }
};

struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
};

struct Reply {
  std::string text;  ///< arbitrary bytes, at most kReplyBudget of them
  bool truncated = false;
  std::optional<Usage> usage;  ///< if the provider counts tokens
  double seconds = 0;          ///< waited, retries included
  int attempts = 1;
};

/// Something that answers prompts. Blocking; an Error means that it cannot be reached or refused,
/// after its own bounded retries. Secrets never appear in an Error.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual Result<Reply> complete(const Prompt& prompt) = 0;
  /// "command: ./model --fast", "mailbox: replies/", "http://localhost:8080/v1, model llama".
  virtual std::string describe() const = 0;
};

/// What a command did. Given by the caller, since search/ launches no processes itself.
struct CommandOutput {
  std::string out;     ///< standard output, at most the limit
  std::string reason;  ///< how it failed, one line; empty: exit code 0
  bool truncated = false;
  bool interrupted = false;
};
/// Runs argv with `input` on standard input. An Error: it could not be started.
using CommandRunner = std::function<Result<CommandOutput>(
    const std::vector<std::string>& argv, const std::string& input, double timeout_s,
    std::size_t output_limit)>;

struct ProviderOptions {
  std::string spec;   ///< "command:...", "mailbox:DIR", "http(s)://host/v1[#model]"
  std::string model;  ///< over the one in the URL and in $CASTRA_MODEL
  double timeout_s =
      0;  ///< per attempt; 0: 600 s for commands, 300 s for URLs, 3600 s for mailboxes
  std::uint64_t seed = 0;   ///< of the jitter between retries
  int attempts = 4;         ///< of commands and URLs
  double first_wait_s = 1;  ///< before the first retry; doubles each time
  CommandRunner run_command;
  std::function<void(const std::string&)> notice;  ///< one line for a person; may be empty
  const std::atomic<bool>* cancel = nullptr;       ///< once true, complete() ends within a second
  /// Environment, for keys and model; std::getenv if empty.
  std::function<std::optional<std::string>(const char* name)> environment;
};

/// Refuses an unknown kind, a missing model, a folder that cannot be made, a URL that is not one,
/// with what to write instead. Does not contact anything.
Result<std::unique_ptr<Provider>> make_provider(const ProviderOptions& options);

}  // namespace castra::search::llm
