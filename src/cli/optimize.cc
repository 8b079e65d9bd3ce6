#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli/arguments.h"
#include "cli/bundled.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/interrupt.h"
#include "cli/number_options.h"
#include "cli/optimize_run.h"
#include "lang/policy.h"
#include "machine/machine.h"
#include "run/legion_run.h"
#include "run/output_metric.h"
#include "search/llm/spec.h"

namespace castra::cli {
namespace {

/// A hanging run is recognised by this multiple of the recorded run, and not before a minute.
constexpr double kTimeoutFactor = 10;
constexpr double kShortestTimeout_s = 60;

struct Options {
  std::string target;
  std::string agent = "descent";
  std::uint64_t seed = 0;
  std::string metric;
  std::string check;
  bool no_check = false;
  std::string start;
  std::vector<std::string> constants;
  std::string journal = "castra.db";
  double time_limit_s = 0;
  StudySettings study;
  ViewOptions view;
};

void add_options(CLI::App& app, Options& o) {
  search::SearchSettings& search = o.study.search;
  app.add_option("TARGET", o.target, "a bundled program (circuit), instead of `-- PROGRAM`");
  app.add_option("--agent", o.agent, "how to search: random, descent (default), llm")
      ->check(CLI::IsMember({"random", "descent", "llm"}));
  app.add_option("--provider", o.study.provider,
                 "for llm: command:PROGRAM, mailbox:FOLDER, http(s)://host/v1#MODEL");
  app.add_option("--model", o.study.model, "for llm: the model of a URL (else $CASTRA_MODEL)");
  app.add_option("--feedback", o.study.feedback,
                 "for llm: how much it is told: system, explain, suggest (default)")
      ->check(CLI::IsMember({"system", "explain", "suggest"}));
  app.add_option("--reply-timeout", o.study.reply_timeout_s,
                 "for llm: seconds to wait for one reply (command 600, URL 300, mailbox 3600)")
      ->check(seconds());
  app.add_option("--budget", search.budget,
                 "trials that run the program, the own mapper's included (20)")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--time-limit", o.time_limit_s, "start no trial after so many seconds")
      ->check(seconds());
  app.add_option("--seed", o.seed, "of everything random (0)")->check(whole_number());
  app.add_option("--repeats", search.repeats, "runs per trial, of which the median counts (3)")
      ->check(CLI::Range(1, 1000));
  app.add_option("--timeout", o.study.timeout_s,
                 "seconds a run may take; default: 10 times the recorded run, at least 60")
      ->check(seconds());
  app.add_option("--cutoff", search.cutoff,
                 "kill a run at this multiple of the best trial's time (3)")
      ->check(number_between(1, 1e6, "a number from 1 to 1e6"));
  app.add_option("--confirm", search.confirm_rounds,
                 "paired runs of the best and the own mapper at the end (5); 0: none")
      ->check(CLI::Range(0, 1000));
  add_compat_option(app, o.study.profile);
  app.add_option("--metric", o.metric,
                 "time (wall time), or REGEX[:max] with one group, read from the output");
  auto* check = app.add_option(
      "--check", o.check,
      "same-output, REGEX or COMMAND (reads the output on stdin); regex: and cmd: force one");
  app.add_flag("--no-check", o.no_check, "exit code 0 is enough")->excludes(check);
  app.add_option("--virtual", o.study.virtual_machine,
                 "run on emulated GPUs of this machine (name or file)");
  app.add_option("--out", o.study.out, "mapping file to write (best.castra)");
  app.add_option("--journal", o.journal, "database of all trials (castra.db)");
  app.add_option("--start", o.start, "mapping file to start from");
  add_constants_option(app, o.constants);
  app.add_flag("--json", o.view.json, "events on stdout, one JSON object per line");
  app.add_flag("--quiet", o.view.quiet, "only the result");
  app.footer(
      "The program and its arguments follow `--`. It runs unmodified, first once to record what "
      "there is\n"
      "to decide, then under its own mapper, then under one mapping after another. Ctrl-C ends the "
      "search\n"
      "and keeps everything; `castra resume` goes on.\n"
      "same-output compares standard output with the recorded run's, without lines that report "
      "speed.");
}

/// Fills in the command and a bundled program's check and metric.
Result<std::vector<std::string>> choose_command(Options& options,
                                                std::vector<std::string> program) {
  if (options.target.empty()) {
    if (program.empty())
      return failure("no program was named", "castra optimize [OPTIONS] -- ./app arguments");
    return program;
  }
  auto bundled = bundled_program(options.target, executable_directory());
  if (!bundled) return tl::unexpected(bundled.error());
  if (options.check.empty() && !options.no_check) options.check = bundled->check;
  if (options.metric.empty()) options.metric = bundled->metric;
  std::vector<std::string> command = std::move(bundled->command);
  command.insert(command.end(), program.begin(), program.end());
  return command;
}

/// The command's exit code, with the reason printed, if the start cannot be read.
std::optional<int> read_start(Options& options) {
  if (options.start.empty()) return std::nullopt;
  auto text = read_file(options.start, std::size_t{1} << 20);
  if (!text) return fail(text.error(), kEnvironment);
  const auto file = std::make_shared<const SourceFile>(options.start, *std::move(text));
  const auto source = define_constants(file, options.constants);
  if (!source) return source.error();
  options.study.search.start = (*source)->text();
  return std::nullopt;
}

/// What can be wrong is looked at before anything runs.
Status check_options(const Options& options) {
  if (options.agent == "llm" && options.study.provider.empty()) {
    return failure("--agent llm needs a model to ask",
                   "--provider command:PROGRAM, mailbox:FOLDER or http(s)://host/v1#MODEL");
  }
  if (options.agent == "llm") {
    const auto provider = search::llm::parse_provider_spec(options.study.provider);
    if (!provider) return tl::unexpected(provider.error());
  }
  if (options.study.profile.naming == lang::Naming::Name) {
    return failure("a search writes rules for regions by position, which dslmapper-names ignores",
                   "--compat dslmapper");
  }
  if (auto check = run::parse_check(options.check); !check) return tl::unexpected(check.error());
  return run::check_distinct({{"--journal", options.journal}, {"--out", options.study.out}});
}

/// The files and names the options give, before a run is spent on them.
Status check_environment(const Options& options) {
  if (!options.study.virtual_machine.empty()) {
    const auto machine = load_machine(options.study.virtual_machine, share_directory());
    if (!machine) return tl::unexpected(machine.error());
  }
  if (auto writable = run::check_writable(options.study.out); !writable) return writable;
  return store::Journal::can_open(options.journal);
}

/// False, with its diagnostics printed, if the mapping to start from does not compile.
bool start_compiles(const Options& options) {
  if (options.start.empty()) return true;
  const auto source = std::make_shared<const SourceFile>(options.start, options.study.search.start);
  DiagnosticSink sink;
  if (lang::compile(source, sink, {options.study.profile}) != nullptr) return true;
  fmt::print(stderr, "{}", render_all(*source, sink));
  return false;
}

}  // namespace

int run_optimize(const std::vector<std::string>& arguments) {
  const SplitArguments split = split_at_dashes(arguments);
  Options options;
  CLI::App app("Searches for a faster mapping of a Legion program by running it",
               "castra optimize");
  add_options(app, options);
  if (const auto code = parse(app, split.own)) return *code;
  const auto command = choose_command(options, split.program);
  if (!command) return fail(command.error(), kUsage);
  if (const auto good = check_options(options); !good) return fail(good.error(), kUsage);
  const auto metric = run::parse_metric(options.metric);
  if (!metric) return fail(metric.error(), kUsage);
  if (const auto failed = read_start(options)) return *failed;
  if (!start_compiles(options)) return kWrongProgram;
  if (const auto good = check_environment(options); !good) return fail(good.error(), kEnvironment);

  StudySettings& settings = options.study;
  if (!options.check.empty()) settings.check = options.check;
  if (options.time_limit_s > 0) settings.search.time_limit_s = options.time_limit_s;
  // A model is asked for every trial, so few may be wasted.
  settings.search.free_limit = options.agent == "llm" ? std::max(10, settings.search.budget)
                                                      : std::max(100, 10 * settings.search.budget);
  const std::atomic<bool>& interrupted = watch_interrupts();
  const bool talk = !options.view.json && !options.view.quiet;
  if (talk) fmt::print(stderr, "recording {}\n", shell_command(*command));
  auto recording = record_program(*command, settings, *metric, interrupted);
  if (!recording) return fail(recording.error(), kEnvironment);
  if (!*recording) return kInterrupted;
  settings.reference = (*recording)->comparable_output;
  if (settings.timeout_s <= 0) {
    settings.timeout_s = std::max(kShortestTimeout_s, kTimeoutFactor * (*recording)->seconds);
  }

  auto journal = store::Journal::open(options.journal);
  if (!journal) return fail(journal.error(), kEnvironment);
  store::Study study;
  study.command = *command;
  std::error_code ignored;
  study.working_directory = std::filesystem::current_path(ignored).string();
  study.agent = options.agent;
  study.seed = options.seed;
  study.settings = to_json(settings);
  study.program = (*recording)->program_json;
  study.metric = *metric;
  if (const auto begun = (*journal)->begin(study); !begun) return fail(begun.error(), kEnvironment);
  return search_and_report(study, settings, **journal, search::History(*metric), options.view,
                           interrupted);
}

}  // namespace castra::cli
