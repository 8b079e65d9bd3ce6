#include "run/run_outcome.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <regex>
#include <string_view>

#include "run/output_metric.h"
#include "run/realm_log.h"
#include "support/text.h"

namespace castra::run {
namespace {

/// Most telling first.
constexpr std::array<std::string_view, 14> kTellingWords = {"failed allocation",
                                                            "MAPPER EXCEPTION",
                                                            "LEGION ERROR",
                                                            "LEGION FATAL",
                                                            "Assertion",
                                                            "what():",
                                                            "out of memory",
                                                            "Out of memory",
                                                            "error while loading",
                                                            "FATAL",
                                                            "fatal",
                                                            "ERROR",
                                                            "Error",
                                                            "error"};

/// Legion prints "... in memory 1e00... (GPU_FB_MEM) ...".
std::string memory_word(const std::string& realm_name) {
  if (realm_name.find("FB") != std::string::npos) return "FBMEM";
  if (realm_name.find("Z_COPY") != std::string::npos) return "ZCMEM";
  if (realm_name.find("SYSTEM") != std::string::npos) return "SYSMEM";
  if (realm_name.find("SOCKET") != std::string::npos) return "SOCKMEM";
  return realm_name;
}

/// The wording of Legion's DefaultMapper.
std::optional<OutOfMemory> failed_allocation(const std::string& line) {
  static const std::regex wording(
      R"(failed allocation of size (\d+) bytes for region\s+requirement (\d+) of task (.+?) \(UID \d+\) in memory \w+ \((\w+)\))");
  if (line.find("failed allocation of size") == std::string::npos) return std::nullopt;
  OutOfMemory memory;
  memory.reason = line;
  std::smatch match;
  if (std::regex_search(line, match, wording)) {
    memory.wanted = Bytes{std::strtoull(match[1].str().c_str(), nullptr, 10)};
    memory.argument = std::atoi(match[2].str().c_str());
    memory.task = match[3];
    memory.memory = memory_word(match[4]);
  }
  return memory;
}

}  // namespace

std::string telling_line(const std::string& output) {
  std::vector<std::string> lines = bounded_lines(output);
  std::erase_if(lines, is_realm_chatter);
  for (const std::string_view words : kTellingWords) {
    for (const std::string& line : lines) {
      if (line.find(words) != std::string::npos) return std::string(trim(line));
    }
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!trim(*line).empty()) return std::string(trim(*line));
  }
  return "";
}

std::optional<OutcomeVariant> failure_of(const ProcessResult& run, const std::string& output,
                                         const std::optional<OverlayStatus>& status, double limit_s,
                                         bool cutoff) {
  if (status && status->failure) return outcome_of(*status->failure);
  if (run.timed_out) return TimedOut{limit_s, cutoff};
  if (run.succeeded()) return std::nullopt;
  const std::string line = telling_line(output);
  if (auto memory = failed_allocation(line)) return *std::move(memory);
  RunFailed failed;
  failed.exit_code = run.exit_code;
  failed.signal = run.signal;
  failed.reason = describe_end(run) + (line.empty() ? ", nothing printed" : ": " + line);
  return failed;
}

}  // namespace castra::run
