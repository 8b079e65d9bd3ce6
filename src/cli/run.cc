#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/number_options.h"
#include "lang/policy.h"
#include "machine/machine.h"
#include "run/legion_run.h"
#include "run/unknown_names.h"
#include "support/file.h"

namespace castra::cli {
namespace {

struct Options {
  std::string mapping;
  std::vector<std::string> constants;
  std::string virtual_machine;
  std::string trace;
  std::string status;
  lang::Profile profile;
  bool strict = false;
  double timeout_s = 0;
};

/// Null, with the reason printed, if the mapping cannot be used.
std::shared_ptr<const lang::Policy> check_mapping(const Options& options) {
  auto text = read_file(options.mapping);
  if (!text) {
    fail(text.error(), kRunFailed);
    return nullptr;
  }
  const auto file = std::make_shared<const SourceFile>(options.mapping, std::move(*text));
  const auto defined = define_constants(file, options.constants);
  if (!defined) return nullptr;
  const std::shared_ptr<const SourceFile>& source = *defined;
  DiagnosticSink sink;
  auto policy = lang::compile(source, sink, {options.profile});
  if (!sink.diagnostics().empty()) fmt::print(stderr, "{}", render_all(*source, sink));
  return policy;
}

Result<run::LegionLaunch> make_launch(const Options& options, std::vector<std::string> command) {
  run::LegionLaunch launch;
  launch.command = std::move(command);
  launch.strict = options.strict;
  launch.profile = options.profile;
  if (!options.mapping.empty()) launch.mapping_file = options.mapping;
  if (!options.trace.empty()) launch.trace_file = options.trace;
  if (!options.status.empty()) launch.status_file = options.status;
  if (!options.virtual_machine.empty()) {
    auto machine = load_machine(options.virtual_machine, share_directory());
    if (!machine) return tl::unexpected(machine.error());
    launch.virtual_machine = std::move(*machine);
  }
  return launch;
}

/// False if the mapping names what the program lacks and that was to be an error.
bool report(const run::LegionRun& run, const lang::Policy* policy, const Options& options) {
  bool obeyed = true;
  if (run.process.timed_out)
    fmt::print(stderr, "castra: the program was ended: {}\n", run::describe_end(run.process));
  if (!run.status) {
    if (policy != nullptr && run.process.succeeded()) {
      fmt::print(
          stderr,
          "castra: warning: the program never started Legion, so the mapping had no effect\n");
    }
    return obeyed;
  }
  if (policy != nullptr && !run.status->failure) {
    for (Diagnostic& finding :
         run::unknown_names(*policy, run.status->tasks, run.status->regions)) {
      if (options.strict) finding.severity = Severity::Error;
      obeyed = !options.strict;
      fmt::print(stderr, "{}", render(policy->source(), finding));
    }
  }
  if (run.status->points_dropped > 0) {
    fmt::print(stderr, "castra: warning: {} holds the first points only; {} more ran\n",
               options.trace, run.status->points_dropped);
  }
  return obeyed;
}

/// The program's own exit code; a signal as shells report it; 125 where Castra ended the run.
int exit_code(const run::LegionRun& run) {
  if (run.process.timed_out || (run.status && run.status->failure)) return kRunFailed;
  if (run.process.interrupted) return kInterrupted;
  return run.process.exit_code.value_or(128 + run.process.signal.value_or(0));
}

}  // namespace

int run_run(const std::vector<std::string>& arguments) {
  const SplitArguments split = split_at_dashes(arguments);
  Options options;
  CLI::App app("Runs a Legion program, unmodified, under a mapping", "castra run");
  app.add_option("--mapping,-m", options.mapping,
                 "mapping file; without it the program's own mapper decides");
  add_constants_option(app, options.constants);
  app.add_option("--virtual", options.virtual_machine,
                 "run on emulated GPUs of this machine (name or file)");
  app.add_option("--trace", options.trace,
                 "write what happened to this file (switches traced replay off)");
  app.add_option("--status", options.status, "write the overlay's counters to this file");
  app.add_flag(
      "--strict", options.strict,
      "a rule that cannot be obeyed ends the run; names that the program lacks are errors");
  add_compat_option(app, options.profile);
  app.add_option("--timeout", options.timeout_s, "seconds after which the program is killed")
      ->check(seconds());
  app.footer(
      "The program and its arguments follow `--`. Exit code: the program's; 125 if Castra failed.");
  if (const auto code = parse(app, split.own)) return *code;
  if (split.program.empty())
    return fail({"no program was named", "castra run [OPTIONS] -- ./app arguments"}, kUsage);
  if (const auto distinct = run::check_distinct({{"--mapping", options.mapping},
                                                 {"--trace", options.trace},
                                                 {"--status", options.status}});
      !distinct)
    return fail(distinct.error(), kUsage);

  std::shared_ptr<const lang::Policy> policy;
  if (!options.mapping.empty() && (policy = check_mapping(options)) == nullptr) return kRunFailed;
  const auto libraries = run::find_library_directory(executable_directory());
  if (!libraries) return fail(libraries.error(), kRunFailed);
  auto launch = make_launch(options, split.program);
  if (!launch) return fail(launch.error(), kRunFailed);
  // The program reads the mapping itself: with constants, a text of its own.
  std::optional<TemporaryDirectory> scratch;
  if (policy != nullptr && !options.constants.empty()) {
    auto directory = TemporaryDirectory::create();
    if (!directory) return fail(directory.error(), kRunFailed);
    scratch.emplace(std::move(*directory));
    const std::string path = scratch->path() + "/with-constants.castra";
    if (const auto written = write_file(path, policy->source().text()); !written)
      return fail(written.error(), kRunFailed);
    launch->mapping_file = path;
  }

  run::ProcessSpec limits;
  limits.stdio = run::Stdio::Inherit;
  if (options.timeout_s > 0) limits.timeout_s = options.timeout_s;
  const auto run = run::run_legion(*launch, *libraries, limits);
  if (!run) return fail(run.error(), kRunFailed);
  const bool obeyed = report(*run, policy.get(), options);
  return obeyed ? exit_code(*run) : kRunFailed;
}

}  // namespace castra::cli
