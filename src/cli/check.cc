#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/mapping_file.h"
#include "lang/check_against.h"
#include "lang/policy.h"
#include "program/json.h"
#include "support/file.h"

namespace castra::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> constants;
  std::string program;
  std::string machine;
  lang::Profile profile;
  bool json = false;
};

Status check_against_files(const Options& options, const lang::Policy& policy,
                           DiagnosticSink& sink) {
  std::optional<Program> program;
  std::optional<Machine> machine;
  if (!options.program.empty()) {
    auto parsed = load_program(options.program);
    if (!parsed) return tl::unexpected(parsed.error());
    program = std::move(*parsed);
  }
  if (!options.machine.empty()) {
    auto loaded = load_machine(options.machine, share_directory());
    if (!loaded) return tl::unexpected(loaded.error());
    machine = std::move(*loaded);
  }
  lang::check_against(policy, program ? &*program : nullptr, machine ? &*machine : nullptr, sink);
  return {};
}

void print_json(const SourceFile& source, const DiagnosticSink& sink) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : sink.diagnostics())
    findings.push_back(to_json(source, diagnostic));
  const nlohmann::ordered_json result = {{"file", source.name()},
                                         {"ok", !sink.has_errors()},
                                         {"errors", sink.error_count()},
                                         {"suppressed", sink.suppressed()},
                                         {"diagnostics", std::move(findings)}};
  fmt::print("{}\n", result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int run_check(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Checks a mapping program without running anything. Findings go to standard error; the exit "
      "code\n"
      "is 1 if there are errors, 0 if there are only warnings and notes.",
      "castra check");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  app.add_option(
      "--program", options.program,
      "compare task and region names with this recorded program, and try every index launch");
  app.add_option(
      "--machine", options.machine,
      "compare with this machine: a built-in name or a .machine.toml; with --program too, "
      "whatever cannot run there is an error");
  add_compat_option(app, options.profile);
  app.add_flag("--json", options.json, "findings as JSON on standard output");
  add_constants_option(app, options.constants);
  if (const auto code = parse(app, arguments)) return *code;

  const auto file = read_mapping(options.file);
  if (!file) return fail(file.error(), kEnvironment);
  const auto source = define_constants(*file, options.constants);
  if (!source) return fail(source.error(), kUsage);
  DiagnosticSink sink;
  const auto policy = lang::compile(*source, sink, {options.profile});
  if (policy) {
    const Status status = check_against_files(options, *policy, sink);
    if (!status) return fail(status.error(), kEnvironment);
  }
  if (options.json) {
    print_json(**source, sink);
  } else {
    fmt::print(stderr, "{}", render_all(**source, sink));
    if (!sink.has_errors()) fmt::print("{}: ok\n", (*source)->name());
  }
  return sink.has_errors() ? kWrongProgram : kOk;
}

}  // namespace castra::cli
