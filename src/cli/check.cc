#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/check_fix.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/mapping_file.h"
#include "lang/check_against.h"
#include "lang/diagnostics.h"
#include "lang/policy.h"
#include "lang/repair.h"
#include "program/json.h"
#include "support/file.h"

namespace castra::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> constants;
  std::string program;
  std::string machine;
  std::string explain;
  lang::Profile profile;
  bool json = false;
  bool fix = false;
  bool dry_run = false;
  bool old_wording = false;
};

/// What a mapping is compared with, as far as the user named it.
struct Surroundings {
  std::optional<Program> program;
  std::optional<Machine> machine;
};

Result<Surroundings> load(const Options& options) {
  Surroundings surroundings;
  if (!options.program.empty()) {
    auto parsed = load_program(options.program);
    if (!parsed) return tl::unexpected(parsed.error());
    surroundings.program = std::move(*parsed);
  }
  if (!options.machine.empty()) {
    auto loaded = load_machine(options.machine, share_directory());
    if (!loaded) return tl::unexpected(loaded.error());
    surroundings.machine = std::move(*loaded);
  }
  return surroundings;
}

void examine(std::shared_ptr<const SourceFile> source, const Options& options,
             const Surroundings& with, DiagnosticSink& sink) {
  const auto policy = lang::compile(std::move(source), sink, {options.profile});
  if (!policy) return;
  lang::check_against(*policy, with.program ? &*with.program : nullptr,
                      with.machine ? &*with.machine : nullptr, sink);
}

/// One line for each finding: in the words of the public compiler where it has any.
void print_old_wording(const SourceFile& source, const DiagnosticSink& sink) {
  for (const Diagnostic& d : sink.diagnostics()) {
    const LineColumn at = source.locate(d.span.begin);
    const std::string old = lang::old_wording(d, at.line);
    fmt::print(stderr, "{}\n",
               old.empty() ? fmt::format("{}:{}:{}: {}[{}]: {}", source.name(), at.line, at.column,
                                         to_string(d.severity), d.code, d.message)
                           : old);
  }
}

/// `sink` may hold findings already.
int check(const Options& options, const std::shared_ptr<const SourceFile>& source,
          const Surroundings& with, DiagnosticSink sink) {
  examine(source, options, with, sink);
  if (options.json) {
    print_json(findings_json(*source, sink));
  } else if (options.old_wording) {
    print_old_wording(*source, sink);
  } else {
    fmt::print(stderr, "{}", render_all(*source, sink));
    if (!sink.has_errors()) fmt::print("{}: ok\n", source->name());
  }
  return sink.has_errors() ? kWrongProgram : kOk;
}

int check_and_fix(const Options& options, const std::shared_ptr<const SourceFile>& source,
                  const Surroundings& with) {
  const lang::Repair repair =
      lang::repair(source, [&](std::shared_ptr<const SourceFile> text, DiagnosticSink& sink) {
        examine(std::move(text), options, with, sink);
      });
  const bool standard_input = options.file == "-";
  if (!standard_input && !options.dry_run) {
    const Status written = write_repaired(options.file, *source, repair);
    if (!written) return fail(written.error(), kEnvironment);
  }
  if (options.json) {
    nlohmann::ordered_json json = findings_json(*repair.source, repair.remaining);
    json["fixed"] = fixed_json(repair);
    json["text"] = repair.text;
    print_json(json);
  } else {
    print_repair(*source, repair,
                 standard_input && !options.dry_run ? Show::Text
                 : options.dry_run                  ? Show::Difference
                                                    : Show::Nothing);
    fmt::print(stderr, "{}", render_all(*repair.source, repair.remaining));
  }
  return repair.remaining.has_errors() ? kWrongProgram : kOk;
}

}  // namespace

int run_check(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Checks a mapping program without running anything. Findings go to standard error; the exit "
      "code\n"
      "is 1 if there are errors, 0 if there are only warnings and notes.",
      "castra check");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input");
  app.add_option(
      "--program", options.program,
      "compare task and region names with this recorded program, and try every index launch");
  app.add_option(
      "--machine", options.machine,
      "compare with this machine: a built-in name or a .machine.toml; with --program too, "
      "whatever cannot run there is an error");
  add_compat_option(app, options.profile);
  add_constants_option(app, options.constants);
  app.add_flag("--json", options.json,
               "findings as JSON on standard output (share/castra/schema/check.v1.schema.json)");
  auto* fix = app.add_flag("--fix", options.fix,
                           "repair what is certain and say what was done; with -, the repaired "
                           "program goes to standard output");
  app.add_flag("--dry-run", options.dry_run, "with --fix: show the changed lines, write nothing")
      ->needs(fix);
  app.add_flag("--old-wording", options.old_wording,
               "findings in the words of the public DSLMapper compiler, for tools that match them")
      ->excludes(fix);
  app.add_option("--explain", options.explain, "explain a code such as E0104, with an example");
  if (const auto code = parse(app, arguments)) return *code;
  if (!options.explain.empty()) return explain_code(options.explain);
  if (options.file.empty()) {
    return fail({"no mapping program is named", "castra check FILE; - reads standard input"},
                kUsage);
  }
  if (options.fix && !options.constants.empty()) {
    return fail({"--fix cannot be used with -D, which changes the program that is examined",
                 "write the constants into the program"},
                kUsage);
  }
  const auto file = read_mapping(options.file);
  if (!file) return fail(file.error(), kEnvironment);
  DiagnosticSink warnings;
  const auto source = define_constants(*file, options.constants, &warnings);
  if (!source) return source.error();
  const auto with = load(options);
  if (!with) return fail(with.error(), kEnvironment);
  return options.fix ? check_and_fix(options, *source, *with)
                     : check(options, *source, *with, std::move(warnings));
}

}  // namespace castra::cli
