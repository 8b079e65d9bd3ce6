#include "search/llm/command_provider.h"

#include <fmt/format.h>

#include "support/text.h"

namespace castra::search::llm {
namespace {
constexpr double kDefaultTimeout = 600;
}

CommandProvider::CommandProvider(CommandSpec spec, const ProviderOptions& options)
    : spec_(std::move(spec)),
      run_(options.run_command),
      timeout_s_(options.timeout_s > 0 ? options.timeout_s : kDefaultTimeout),
      policy_{options.attempts, options.first_wait_s},
      rng_(options.seed),
      sleep_(cancellable_sleep(options.cancel)) {}

std::string CommandProvider::describe() const { return "command: " + join(spec_.argv, " "); }

Result<Reply> CommandProvider::complete(const Prompt& prompt) {
  const std::string input = prompt.text();
  return with_retries(policy_, rng_, sleep_, [&] { return attempt(input); });
}

Attempt CommandProvider::attempt(const std::string& input) {
  auto output = run_(spec_.argv, input, timeout_s_, kReplyBudget);
  if (!output) return tl::unexpected(AttemptError{output.error(), false, std::nullopt});
  if (output->interrupted) {
    return tl::unexpected(
        AttemptError{Error{"interrupted while waiting for the model", ""}, false, {}});
  }
  if (!output->reason.empty() && !output->truncated) {
    const Error error{
        fmt::format("the model's command '{}' failed: {}", spec_.argv.front(), output->reason),
        "run it by hand with a prompt file on its standard input"};
    return tl::unexpected(AttemptError{error, true, std::nullopt});
  }
  Reply reply;
  reply.truncated = output->truncated || output->out.size() > kReplyBudget;
  reply.text = std::move(output->out);
  if (reply.text.size() > kReplyBudget) reply.text.resize(kReplyBudget);
  return reply;
}

}  // namespace castra::search::llm
