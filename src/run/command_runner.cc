#include "run/command_runner.h"

#include <fmt/format.h>

#include "run/process.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::run {
namespace {

using search::llm::CommandOutput;

/// The last line that says something, for an error message.
std::string last_line(const std::string& text) {
  std::string last;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) last = trim(line).substr(0, 200);
  }
  return last;
}

std::string reason_of(const ProcessResult& result) {
  if (result.succeeded()) return "";
  const std::string said = last_line(result.err.text());
  return said.empty() ? describe_end(result) : fmt::format("{}: {}", describe_end(result), said);
}

Result<CommandOutput> run_command(const std::vector<std::string>& argv, const std::string& input,
                                  double timeout_s, std::size_t output_limit,
                                  const std::atomic<bool>* cancel) {
  const auto program = find_program(argv.front());
  if (!program) return tl::unexpected(program.error());
  const auto folder = TemporaryDirectory::create();
  if (!folder) return tl::unexpected(folder.error());
  const std::string prompt = folder->path() + "/prompt";
  if (auto written = write_file(prompt, input); !written) return tl::unexpected(written.error());
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", "exec \"$@\" < \"$0\"", prompt, *program};
  spec.argv.insert(spec.argv.end(), argv.begin() + 1, argv.end());
  spec.timeout_s = timeout_s;
  spec.capture = {output_limit, 4096};
  spec.output_limit = output_limit * 2;
  spec.cancel = cancel;
  const auto result = run_process(spec);
  if (!result) return tl::unexpected(result.error());
  CommandOutput output;
  output.out = result->out.text().substr(0, output_limit);
  output.truncated = result->output_exceeded || result->out.total() > output_limit;
  output.interrupted = result->interrupted;
  output.reason = reason_of(*result);
  return output;
}

}  // namespace

search::llm::CommandRunner command_runner(const std::atomic<bool>* cancel) {
  return [cancel](const std::vector<std::string>& argv, const std::string& input, double timeout_s,
                  std::size_t output_limit) {
    return run_command(argv, input, timeout_s, output_limit, cancel);
  };
}

}  // namespace castra::run
