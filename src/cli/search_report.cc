#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/search_events.h"
#include "cli/search_view.h"
#include "support/statistics.h"
#include "support/text.h"

namespace castra::cli {
namespace {

using search::Confirmation;
using search::History;
using search::SearchReport;
using search::Trial;

/// The samples a trial is judged by in the end.
struct Evidence {
  std::vector<double> own;
  std::vector<double> best;
  double speedup = 1;
  bool comparable = false;
};

const Confirmation* confirmation_of(const SearchReport& report, int trial) {
  for (const Confirmation& confirmation : report.confirmations) {
    if (confirmation.trial == trial && confirmation.failure.empty()) return &confirmation;
  }
  return nullptr;
}

const std::vector<double>* samples_of(const Trial* trial) {
  if (trial == nullptr || trial->outcome.measured() == nullptr) return nullptr;
  return &trial->outcome.measured()->samples;
}

/// The trial to show as the best: the winner, else the best that is not the own mapper.
const Trial* shown_best(const SearchReport& report, const History& history) {
  if (report.winner) return &history.trials()[static_cast<std::size_t>(*report.winner)];
  const Trial* best = nullptr;
  for (const Trial& trial : history.trials()) {
    const Measured* measured = trial.outcome.measured();
    if (measured == nullptr || trial.duplicate_of || trial.proposal.mapping.empty()) continue;
    if (best == nullptr ||
        history.metric().better(measured->value, best->outcome.measured()->value))
      best = &trial;
  }
  return best;
}

Evidence evidence(const SearchReport& report, const History& history, const Trial* best) {
  Evidence e;
  if (const auto* samples = samples_of(history.own_mapper())) e.own = *samples;
  if (const auto* samples = samples_of(best)) e.best = *samples;
  const Confirmation* confirmation =
      best != nullptr ? confirmation_of(report, best->number) : nullptr;
  if (confirmation != nullptr && !confirmation->own.empty()) {
    e = {confirmation->own, confirmation->candidate, confirmation->speedup, true};
  } else if (!e.own.empty() && !e.best.empty()) {
    e.speedup = history.metric().speedup(median(e.best), median(e.own));
    e.comparable = true;
  }
  return e;
}

std::vector<std::string> row(const std::string& name, const std::vector<double>& samples,
                             const std::string& speedup, const Metric& metric) {
  if (samples.empty()) return {name, "no result", "", "", ""};
  const auto [low, high] = std::ranges::minmax(samples);
  return {name,
          fmt::format("{:.4g}{}{}", median(samples), metric.unit.empty() ? "" : " ", metric.unit),
          fmt::format("{:.4g} .. {:.4g}", low, high), std::to_string(samples.size()), speedup};
}

/// "17 measured, 2 out-of-memory, 3 repeated".
std::string counts(const History& history) {
  std::map<std::string, int> by_word;
  int repeated = 0;
  for (const Trial& trial : history.trials()) {
    if (trial.duplicate_of) {
      ++repeated;
    } else {
      ++by_word[std::string(outcome_word(trial.outcome))];
    }
  }
  std::vector<std::string> parts;
  if (by_word.contains("measured"))
    parts.push_back(fmt::format("{} measured", by_word["measured"]));
  for (const auto& [word, count] : by_word) {
    if (word != "measured") parts.push_back(fmt::format("{} {}", count, word));
  }
  if (repeated > 0) parts.push_back(fmt::format("{} repeated", repeated));
  return join(parts, ", ");
}

/// As a path that holds where the user is.
std::string out_path(const FinalReport& final) {
  if (final.folder.empty()) return final.out;
  return (std::filesystem::path(final.folder) / final.out).string();
}

std::string use_command(const FinalReport& final) {
  std::string text;
  if (!final.folder.empty()) text = "cd " + shell_command({final.folder}) + " && ";
  text += "castra run --mapping " + shell_command({final.out});
  if (!final.virtual_machine.empty())
    text += " --virtual " + shell_command({final.virtual_machine});
  return text + " -- " + shell_command(final.command);
}

/// What the shown mapping is to the own mapper.
const char* name_of(const SearchReport& report, const Evidence& e) {
  if (report.winner) return "best";
  return e.comparable && e.speedup > 1 ? "not proven" : "closest";
}

template <typename T>
nlohmann::ordered_json value_if(bool known, T value) {
  return known ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

void print_json(const FinalReport& final) {
  const SearchReport& report = final.report;
  const Trial* best = shown_best(report, final.history);
  const Evidence e = evidence(report, final.history, best);
  nlohmann::ordered_json event;
  event["event"] = "result";
  event["finish"] = to_string(report.finish);
  event["trials"] = final.history.trials().size();
  event["seconds"] = final.seconds;
  event["metric"] = final.history.metric().name;
  event["own"] = value_if(!e.own.empty(), e.own.empty() ? 0 : median(e.own));
  event["own_samples"] = e.own;
  event["best"] = value_if(!e.best.empty(), e.best.empty() ? 0 : median(e.best));
  event["best_samples"] = e.best;
  event["best_trial"] = value_if(best != nullptr, best != nullptr ? best->number : 0);
  event["speedup"] = value_if(e.comparable, e.speedup);
  event["winner"] = value_if(report.winner.has_value(), report.winner.value_or(0));
  event["confirmed"] = report.confirmed;
  event["mapping_file"] = final.out.empty() ? "" : out_path(final);
  event["command"] = final.out.empty() ? "" : use_command(final);
  if (report.error) event["error"] = report.error->what;
  fmt::print("{}\n", one_line(event));
}

void print_verdict(const FinalReport& final) {
  const SearchReport& report = final.report;
  const bool own_works = samples_of(final.history.own_mapper()) != nullptr;
  if (report.winner && !report.confirmed && own_works) {
    fmt::print(
        "The best was not measured again beside the own mapper; its samples are all better.\n");
  }
  if (!report.winner && own_works) {
    fmt::print(
        "Nothing was better than the program's own mapper beyond noise{}.\n",
        final.out.empty() ? "" : fmt::format("; {} leaves everything to it", out_path(final)));
  }
  if (!report.winner && !own_works)
    fmt::print("No mapping worked, nor did the program's own mapper.\n");
  if (!final.out.empty())
    fmt::print("{}; use it with\n  {}\n", out_path(final), use_command(final));
}

}  // namespace

std::string shell_command(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) {
    const bool plain =
        !word.empty() &&
        word.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%") ==
            std::string::npos;
    std::string text = plain ? word : "'";
    for (const char c : plain ? std::string() : word)
      text += c == '\'' ? "'\\''" : std::string(1, c);
    quoted.push_back(plain ? text : text + "'");
  }
  return join(quoted, " ");
}

void print_report(const FinalReport& final) {
  if (final.json) return print_json(final);
  const Metric& metric = final.history.metric();
  const Trial* best = shown_best(final.report, final.history);
  const Evidence e = evidence(final.report, final.history, best);
  std::vector<std::vector<std::string>> rows = {
      row("own mapper", e.own, e.own.empty() ? "" : "1.00x", metric)};
  if (best != nullptr) {
    rows.push_back(row(fmt::format("{} (trial {})", name_of(final.report, e), best->number), e.best,
                       e.comparable ? fmt::format("{:.2f}x", e.speedup) : "", metric));
  }
  const std::string name = metric.pattern.empty() ? "wall time" : "metric";
  fmt::print("\n{}\n", render_table({"", name, "spread", "runs", "speed-up"}, rows));
  fmt::print("{} trials in {:.0f} s: {}; {}.\n", final.history.trials().size(), final.seconds,
             counts(final.history), to_string(final.report.finish));
  print_verdict(final);
}

std::string mapping_file_text(const SearchReport& report, const History& history,
                              const std::vector<std::string>& command) {
  std::string line = shell_command(command);
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  std::string text = "# castra optimize -- " + line + "\n";
  if (!report.winner) {
    return text +
           "# Nothing tried was better than the program's own mapper: this decides nothing.\n";
  }
  const Trial& winner = history.trials()[static_cast<std::size_t>(*report.winner)];
  const Evidence e = evidence(report, history, &winner);
  if (e.comparable) {
    text += fmt::format("# {:.2f}x over the program's own mapper ({} run{} of each{}).\n",
                        e.speedup, e.best.size(), e.best.size() == 1 ? "" : "s",
                        report.confirmed ? ", side by side" : ", not side by side");
  }
  return text + winner.proposal.mapping + (winner.proposal.mapping.ends_with('\n') ? "" : "\n");
}

}  // namespace castra::cli
