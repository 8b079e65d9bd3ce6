#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "lang/manual.h"
#include "support/text.h"

namespace castra::cli {
namespace {

nlohmann::ordered_json row_json(const lang::FindingInfo& row, const lang::Samples& samples) {
  nlohmann::ordered_json arguments = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < lang::argument_count(row.message); ++i) {
    const lang::MessagePart place = lang::argument_of(row.message, i);
    arguments.push_back({{"name", place.text}, {"type", place.integer ? "integer" : "string"}});
  }
  nlohmann::ordered_json json = {{"code", row.code},
                                 {"name", row.name},
                                 {"severity", to_string(row.severity)},
                                 {"message", row.message},
                                 {"arguments", std::move(arguments)},
                                 {"explanation", row.why},
                                 {"fix", row.fix},
                                 {"old_wording", row.old_wording}};
  const lang::ExampleRun run = run_example(row, samples);
  nlohmann::ordered_json example = {{"text", row.example}};
  if (row.times > 0) {
    example["repeated"] = {{"text", row.repeated}, {"times", row.times}};
    example["ending"] = row.ending;
  }
  example["command"] = example_command(row);
  example["output"] = render_all(*run.source, run.sink);
  json["example"] = std::move(example);
  return json;
}

int print_list() {
  std::vector<std::vector<std::string>> rows;
  for (const lang::FindingInfo& row : lang::finding_table())
    rows.push_back({std::string(row.code), to_string(row.severity), row.fix ? "fix" : "",
                    std::string(row.message)});
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a[0].substr(1) < b[0].substr(1); });
  fmt::print("{}", render_table({"CODE", "SEVERITY", "FIX", "MESSAGE"}, rows));
  return kOk;
}

}  // namespace

int explain_code(const std::string& code) {
  std::string wanted;
  for (const char c : code)
    wanted += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const lang::FindingInfo* row = lang::find_code(wanted);
  if (row == nullptr) {
    return fail({fmt::format("there is no diagnostic {}", lang::quoted_excerpt(code)),
                 "castra diagnostics lists them"},
                kUsage);
  }
  const auto samples = lang::load_samples(share_directory());
  if (!samples) return fail(samples.error(), kEnvironment);
  fmt::print("{}", lang::explain(*row, *samples));
  return kOk;
}

int run_diagnostics(const std::vector<std::string>& arguments) {
  CLI::App app("Lists the diagnostics of the mapping language, or explains one.",
               "castra diagnostics");
  std::string code;
  bool json = false;
  bool manual = false;
  app.add_option("CODE", code, "explain this one, for example E0104");
  auto* as_json = app.add_flag("--json", json, "all of them as JSON, with examples");
  app.add_flag("--manual", manual, "all of them as the Markdown page docs/diagnostics.md")
      ->excludes(as_json);
  if (const auto over = parse(app, arguments)) return *over;
  if (!code.empty()) return explain_code(code);
  if (!json && !manual) return print_list();
  const auto samples = lang::load_samples(share_directory());
  if (!samples) return fail(samples.error(), kEnvironment);
  if (manual) {
    fmt::print("{}", lang::diagnostics_manual(*samples));
    return kOk;
  }
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const lang::FindingInfo& row : lang::finding_table())
    rows.push_back(row_json(row, *samples));
  const nlohmann::ordered_json all = {
      {"format", "castra-diagnostics"}, {"version", 1}, {"diagnostics", std::move(rows)}};
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return kOk;
}

}  // namespace castra::cli
