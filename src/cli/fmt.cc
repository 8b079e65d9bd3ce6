#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/mapping_file.h"
#include "lang/format.h"
#include "lang/parser.h"
#include "support/file.h"
#include "support/line_diff.h"

namespace castra::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  bool check = false;
  bool diff = false;
  bool to_stdout = false;
  bool json = false;
  lang::Profile profile;
};

/// What happened to one file.
struct Formatted {
  std::string file;
  bool changed = false;  ///< its text was not in canonical form
  int code = kOk;
  std::string text;  ///< in canonical form, if it was asked for
  nlohmann::ordered_json diagnostics = nlohmann::ordered_json::array();
};

/// Parses, or reports why not: syntax errors are shown, notes and warnings are for `check`.
std::optional<std::string> canonical_text(const SourceFile& source, const Options& options,
                                          Formatted& result) {
  DiagnosticSink sink;
  const lang::Ast ast = lang::parse(source, sink, options.profile);
  if (!sink.has_errors()) return lang::format(ast, source);
  result.code = kWrongProgram;
  for (const Diagnostic& diagnostic : sink.diagnostics()) {
    if (diagnostic.severity != Severity::Error) continue;
    if (options.json) {
      result.diagnostics.push_back(to_json(source, diagnostic));
    } else {
      fmt::print(stderr, "{}", render(source, diagnostic));
    }
  }
  return std::nullopt;
}

Formatted format_file(const std::string& file, const Options& options) {
  Formatted result;
  result.file = file;
  const auto source = read_mapping(file);
  if (!source) {
    result.code = fail(source.error(), kEnvironment);
    return result;
  }
  const auto text = canonical_text(**source, options, result);
  if (!text) return result;
  if (!lang::same_program(**source, SourceFile(file, *text), options.profile)) {
    result.code = fail({fmt::format("formatting '{}' would change its meaning", file),
                        "left as it is; this is a mistake in castra, please report the file"},
                       kEnvironment);
    return result;
  }
  const std::string& before = (*source)->text();
  result.changed = *text != before;
  if (options.diff) fmt::print("{}", unified_diff(before, *text, file, file + " (formatted)"));
  if (options.check || options.diff) {
    if (!result.changed) return result;
    if (!options.json && !options.diff) fmt::print("{}\n", file);
    result.code = kWrongProgram;
    return result;
  }
  if (options.to_stdout || file == "-") {
    result.text = *text;
    if (!options.json) fmt::print("{}", *text);
    return result;
  }
  if (!result.changed) return result;
  const Status written = replace_file(file, before, *text);
  if (!written) result.code = fail(written.error(), kEnvironment);
  return result;
}

}  // namespace

int run_fmt(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Rewrites mapping programs in canonical form, in place; standard input goes to standard\n"
      "output. Comments stay with their statements, and the meaning never changes. A file with\n"
      "syntax errors is left alone and reported.",
      "castra fmt");
  Options options;
  app.add_option("FILES", options.files, "mapping programs; - is standard input")->required();
  auto* check = app.add_flag("--check", options.check,
                             "change nothing; list files not in canonical form, exit 1 if any");
  auto* diff = app.add_flag("--diff", options.diff,
                            "change nothing; show what would change, exit 1 if anything would");
  auto* in_place = app.add_flag("-i,--in-place")->description("rewrite the files; the default");
  app.add_flag("--stdout", options.to_stdout, "print the result, change no file")
      ->excludes(check)
      ->excludes(diff)
      ->excludes(in_place);
  in_place->excludes(check)->excludes(diff);
  app.add_flag("--json", options.json, "what was done, as JSON on standard output")->excludes(diff);
  add_compat_option(app, options.profile);
  if (const auto code = parse(app, arguments)) return *code;

  int worst = kOk;
  nlohmann::ordered_json report = nlohmann::ordered_json::array();
  for (const std::string& file : options.files) {
    const Formatted result = format_file(file, options);
    worst = std::max(worst, result.code);
    const bool failed = result.code != kOk && !result.changed;
    report.push_back({{"file", file},
                      {"changed", result.changed},
                      {"ok", !failed},
                      {"diagnostics", result.diagnostics}});
    const bool printed = (options.to_stdout || file == "-") && !options.check;
    if (printed && !failed) report.back()["text"] = result.text;
  }
  if (options.json) {
    const nlohmann::ordered_json result = {{"ok", worst == kOk}, {"files", std::move(report)}};
    fmt::print("{}\n", result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return worst;
}

}  // namespace castra::cli
