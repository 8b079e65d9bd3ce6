#include "feedback/feedback.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "feedback/rules.h"
#include "support/file.h"

namespace castra::cli {
namespace {

constexpr std::size_t kLogBudget = std::size_t{64} << 20;

/// The log's tail; standard input is bounded like a file.
Result<std::string> read_log(const std::string& path) {
  if (path != "-") return read_file(path, kLogBudget);
  std::string text;
  char buffer[1 << 16];
  while (std::cin.read(buffer, sizeof buffer) || std::cin.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kLogBudget) return failure("standard input is longer than 64 MiB");
  }
  return text;
}

nlohmann::ordered_json to_json(const Feedback& feedback, FeedbackLevel level) {
  nlohmann::ordered_json json = {{"system", feedback.system}, {"rules", feedback.rules}};
  if (level >= FeedbackLevel::Explain) json["explanations"] = feedback.explanations;
  if (level >= FeedbackLevel::Suggest) json["suggestions"] = feedback.suggestions;
  return json;
}

}  // namespace

int run_feedback(const std::vector<std::string>& arguments) {
  CLI::App app("Says what the output of a run means, why it happened and what to try.",
               "castra feedback");
  std::string path;
  std::string level_word = "suggest";
  bool json = false;
  app.add_option("LOG", path, "a file with a run's raw output; - reads standard input")->required();
  app.add_option("--level", level_word, "how much to say: system, explain or suggest (default)")
      ->check(CLI::IsMember({"system", "explain", "suggest"}));
  app.add_flag("--json", json, "machine-readable output");
  if (const auto code = parse(app, arguments)) return *code;
  const auto rules = FeedbackRules::load(share_directory());
  if (!rules) return fail(rules.error(), kEnvironment);
  const auto log = read_log(path);
  if (!log) return fail(log.error(), kEnvironment);
  const FeedbackLevel level = parse_feedback_level(level_word).value_or(FeedbackLevel::Suggest);
  const Feedback feedback = feedback_from_log(*log, *rules);
  if (json) {
    fmt::print("{}\n", to_json(feedback, level)
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}", feedback.to_text(level));
  }
  return kOk;
}

}  // namespace castra::cli
