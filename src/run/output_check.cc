#include "run/output_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "run/output_metric.h"
#include "run/realm_log.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::run {
namespace {

constexpr double kTolerance = 1e-4;
/// What a shell exits with when it cannot execute a command, or does not find it.
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

const std::regex& speed_words() {
  static const std::regex words(
      R"(time|elapsed|\bseconds?\b|\bsecs?\b|\b[mun]?s\b|flops|bandwidth|[kmg]i?b/s|throughput)",
      std::regex::icase | std::regex::optimize);
  return words;
}

bool number_starts(const std::string& text, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  if (digit(at)) return true;
  return at < text.size() && (text[at] == '-' || text[at] == '.') && digit(at + 1);
}

/// Same but for small differences in numbers with a fraction.
bool lines_agree(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!number_starts(a, i) || !number_starts(b, j)) {
      if (a[i++] != b[j++]) return false;
      continue;
    }
    char* end_a = nullptr;
    char* end_b = nullptr;
    const double x = std::strtod(a.c_str() + i, &end_a);
    const double y = std::strtod(b.c_str() + j, &end_b);
    const std::string word_a(a.c_str() + i, static_cast<const char*>(end_a));
    const std::string word_b(b.c_str() + j, static_cast<const char*>(end_b));
    const bool fraction = (word_a + word_b).find_first_of(".eE") != std::string::npos;
    const bool near = std::abs(x - y) <= kTolerance * std::max(std::abs(x), std::abs(y));
    if (word_a != word_b && !(fraction && near)) return false;
    i += word_a.size();
    j += word_b.size();
  }
  return i == a.size() && j == b.size();
}

std::optional<std::string> first_difference(const std::vector<std::string>& expected,
                                            const std::vector<std::string>& actual) {
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (i >= actual.size()) return fmt::format("the output lacks the line '{}'", expected[i]);
    if (i >= expected.size()) return fmt::format("the output has one line more: '{}'", actual[i]);
    if (!lines_agree(expected[i], actual[i])) {
      return fmt::format("the output says '{}' instead of '{}'", actual[i], expected[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<CheckSpec> parse_check(const std::string& text) {
  if (text.empty() || text == "none") return CheckSpec{};
  if (text == "same-output") return CheckSpec{CheckKind::SameOutput, ""};
  CheckSpec spec{CheckKind::Pattern, text};
  if (text.starts_with("cmd:")) {
    spec = {CheckKind::Command, text.substr(4)};
  } else if (text.starts_with("regex:")) {
    spec.text = text.substr(6);
  } else if (find_program(text.substr(0, text.find(' ')))) {
    spec.kind = CheckKind::Command;
  }
  if (spec.text.empty()) return failure(fmt::format("the check '{}' says nothing", text));
  if (spec.kind == CheckKind::Command) return spec;
  try {
    const std::regex probe(spec.text);
  } catch (const std::regex_error& error) {
    return failure(
        fmt::format("the check '{}' is no regular expression: {}", spec.text, error.what()),
        "write --check cmd:COMMAND if you meant a command");
  }
  return spec;
}

std::string comparable_output(const std::string& out, const Metric& metric) {
  const MetricReader reader(metric);
  std::string kept;
  for (const std::string& line : bounded_lines(out)) {
    if (realm_log_level(line) || reader.matches_line(line)) continue;
    if (!std::regex_search(line, speed_words())) kept += line + "\n";
  }
  return kept;
}

std::string last_words(const ProcessResult& run) {
  for (const CapturedText* stream : {&run.out, &run.err}) {
    const std::vector<std::string> lines = bounded_lines(stream->text(), 200);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      const std::string_view words = trim(*line);
      if (!words.empty() && !realm_log_level(*line))
        return fmt::format("; the last line is '{}'", words);
    }
  }
  return "; the output is empty";
}

std::optional<std::string> difference(const std::string& expected, const std::string& actual) {
  std::vector<std::string> a = bounded_lines(expected);
  std::vector<std::string> b = bounded_lines(actual);
  const auto in_order = first_difference(a, b);
  if (!in_order) return std::nullopt;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return first_difference(a, b) ? in_order : std::nullopt;
}

OutputCheck::OutputCheck(CheckSpec spec, Metric metric, std::string reference, std::string scratch)
    : spec_(std::move(spec)),
      metric_(std::move(metric)),
      reference_(std::move(reference)),
      scratch_(std::move(scratch)) {
  if (spec_.kind == CheckKind::Pattern) pattern_.emplace(spec_.text);
}

Result<std::optional<std::string>> OutputCheck::judge(const ProcessResult& run,
                                                      const std::string& log, double timeout_s,
                                                      const std::atomic<bool>* cancel) const {
  switch (spec_.kind) {
    case CheckKind::ExitCode:
      return std::nullopt;
    case CheckKind::SameOutput:
      return difference(reference_, comparable_output(run.out.text(), metric_));
    case CheckKind::Command:
      return judge_by_command(run, timeout_s, cancel);
    case CheckKind::Pattern:
      break;
  }
  for (const std::string& text : {run.out.text(), run.err.text(), log}) {
    for (const std::string& line : bounded_lines(text)) {
      if (std::regex_search(line, *pattern_)) return std::nullopt;
    }
  }
  return fmt::format("no line of the output matches '{}'{}", spec_.text, last_words(run));
}

Result<std::optional<std::string>> OutputCheck::judge_by_command(
    const ProcessResult& run, double timeout_s, const std::atomic<bool>* cancel) const {
  const std::string input = scratch_ + "/checked-output.txt";
  if (auto written = write_file(input, run.out.text()); !written)
    return tl::unexpected(written.error());
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", "exec < \"$CASTRA_STDOUT\"\n" + spec_.text};
  spec.environment = {{"CASTRA_STDOUT", input}};
  spec.timeout_s = timeout_s;
  spec.cancel = cancel;
  const auto result = run_process(spec);
  if (!result) return tl::unexpected(result.error());
  if (result->succeeded()) return std::nullopt;
  const std::string said = result->out.text() + result->err.text();
  const std::string first(trim(std::string_view(said).substr(0, said.find('\n'))));
  if (result->exit_code == kNotFound || result->exit_code == kNotExecutable) {
    return failure(fmt::format("the check `{}` cannot be run{}", spec_.text,
                               first.empty() ? "" : ": " + first),
                   "give --check a command that exists and is executable; exit codes 126 and 127 "
                   "are taken for this");
  }
  return fmt::format("the check `{}` failed ({}){}", spec_.text, describe_end(*result),
                     first.empty() ? "" : ": " + first);
}

}  // namespace castra::run
