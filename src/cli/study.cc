#include "cli/study.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/arguments.h"
#include "feedback/rules.h"
#include "machine/machine.h"
#include "program/json.h"
#include "run/command_runner.h"
#include "run/legion_run.h"
#include "run/real_run.h"
#include "run/run_outcome.h"
#include "search/agent/llm_optimizer.h"
#include "search/optimizers/descent.h"
#include "search/optimizers/random.h"
#include "search/policy_checker.h"

namespace castra::cli {
namespace {

Status set_virtual_machine(run::LegionLaunch& launch, const StudySettings& settings) {
  if (settings.virtual_machine.empty()) return {};
  auto machine = load_machine(settings.virtual_machine, share_directory());
  if (!machine) return tl::unexpected(machine.error());
  launch.virtual_machine = *std::move(machine);
  return {};
}

store::Exchange exchange_row(const search::agent::Exchange& exchange, const std::string& provider) {
  return {exchange.trial,      provider,       exchange.prompt.text(),
          exchange.reply.text, exchange.error, exchange.reply.seconds};
}

}  // namespace

Result<std::optional<Recording>> record_program(const std::vector<std::string>& command,
                                                const StudySettings& settings, const Metric& metric,
                                                const std::atomic<bool>& interrupted) {
  const auto libraries = run::find_library_directory(executable_directory());
  if (!libraries) return tl::unexpected(libraries.error());
  const auto scratch = TemporaryDirectory::create();
  if (!scratch) return tl::unexpected(scratch.error());
  run::LegionLaunch launch;
  launch.command = command;
  launch.program_file = scratch->path() + "/program.json";
  if (auto set = set_virtual_machine(launch, settings); !set) return tl::unexpected(set.error());
  run::ProcessSpec limits;
  limits.cancel = &interrupted;
  if (settings.timeout_s > 0) limits.timeout_s = settings.timeout_s;
  const auto run = run::run_legion(launch, *libraries, limits);
  if (!run) return tl::unexpected(run.error());
  if (run->process.interrupted) return std::nullopt;
  const std::string output = run->process.out.text() + run->process.err.text();
  if (run->process.timed_out) {
    return failure(fmt::format("the program does not end within {} s under its own mapper",
                               settings.timeout_s),
                   "give it more time with --timeout, or make `castra run -- PROGRAM` end first");
  }
  if (!run->process.succeeded()) {
    const std::string line = run::telling_line(output);
    return failure(fmt::format("the program fails under its own mapper: {}{}",
                               run::describe_end(run->process), line.empty() ? "" : ": " + line),
                   "make `castra run -- PROGRAM` work first");
  }
  if (!run->recorded) {
    return failure("the program ended without having started Legion",
                   "name the Legion program itself after `--`");
  }
  Recording recording;
  auto text = read_file(*launch.program_file);
  if (!text) return tl::unexpected(text.error());
  auto program = program_from_json(*text, "the recorded program");
  if (!program) return tl::unexpected(program.error());
  recording.program = *std::move(program);
  recording.program_json = *std::move(text);
  recording.comparable_output = run::comparable_output(run->process.out.text(), metric);
  recording.seconds = run->process.seconds;
  return recording;
}

StudyRun::StudyRun(StudySettings settings, Program program, TemporaryDirectory scratch,
                   store::Journal& journal, const std::atomic<bool>& interrupted)
    : settings_(std::move(settings)),
      program_(std::move(program)),
      space_(search::SearchSpace::derive(program_, program_.machine)),
      scratch_(std::move(scratch)),
      journal_(journal),
      interrupted_(interrupted),
      checker_(
          std::make_unique<search::PolicyChecker>(program_, program_.machine, settings_.profile)) {}

Result<std::unique_ptr<StudyRun>> StudyRun::create(const store::Study& study,
                                                   StudySettings settings, store::Journal& journal,
                                                   const std::atomic<bool>& interrupted) {
  auto program = program_from_json(study.program, "the recorded program");
  if (!program) return tl::unexpected(program.error());
  auto scratch = TemporaryDirectory::create();
  if (!scratch) return tl::unexpected(scratch.error());
  std::unique_ptr<StudyRun> run(new StudyRun(std::move(settings), *std::move(program),
                                             *std::move(scratch), journal, interrupted));
  auto rules = FeedbackRules::load(share_directory());
  if (!rules) return tl::unexpected(rules.error());
  run->rules_ = *std::move(rules);
  if (auto made = run->make_evaluator(study); !made) return tl::unexpected(made.error());
  if (auto made = run->make_optimizer(study); !made) return tl::unexpected(made.error());
  return run;
}

Status StudyRun::make_evaluator(const store::Study& study) {
  const auto libraries = run::find_library_directory(executable_directory());
  if (!libraries) return tl::unexpected(libraries.error());
  const auto check = run::parse_check(settings_.check);
  if (!check) return tl::unexpected(check.error());
  run::LegionLaunch base;
  base.command = study.command;
  base.profile = settings_.profile;
  if (auto set = set_virtual_machine(base, settings_); !set) return set;
  const auto launcher = [base, libraries = *libraries](const run::RunFiles& files) {
    run::LegionLaunch launch = base;
    launch.mapping_file = files.mapping;
    launch.status_file = files.status;
    launch.log_file = files.log;
    return run::prepare_launch(launch, libraries);
  };
  run::RealRunSettings settings;
  settings.metric = study.metric;
  settings.timeout_s = settings_.timeout_s;
  settings.cancel = &interrupted_;
  evaluator_ = std::make_unique<run::RealRunEvaluator>(
      settings, launcher,
      run::OutputCheck(*check, study.metric, settings_.reference, scratch_.path()),
      scratch_.path());
  return {};
}

Status StudyRun::make_optimizer(const store::Study& study) {
  if (study.agent == "llm") return make_llm_optimizer(study);
  if (study.agent == "random") {
    optimizer_ = search::make_random_optimizer(space_, study.seed);
  } else if (study.agent == "descent") {
    optimizer_ = search::make_descent_optimizer(space_, study.seed);
  } else {
    return failure(fmt::format("there is no agent '{}'", study.agent),
                   fmt::format("name one of: {}", kAgents));
  }
  if (settings_.search.start.empty()) settings_.search.start = space_.render(space_.start());
  return {};
}

Status StudyRun::make_llm_optimizer(const store::Study& study) {
  search::agent::LlmOptions options;
  options.provider.spec = settings_.provider;
  options.provider.model = settings_.model;
  options.provider.timeout_s = settings_.reply_timeout_s;
  options.provider.cancel = &interrupted_;
  options.provider.run_command = run::command_runner(&interrupted_);
  options.provider.notice = [](const std::string& line) {
    fmt::print(stderr, "castra: {}\n", line);
  };
  options.share_directory = share_directory();
  options.seed = study.seed;
  options.profile = settings_.profile;
  options.start = settings_.search.start;
  options.level = parse_feedback_level(settings_.feedback).value_or(FeedbackLevel::Suggest);
  options.observer = [this](const search::agent::Exchange& exchange) {
    const auto recorded = journal_.record_exchange(exchange_row(exchange, settings_.provider));
    if (!recorded) fmt::print(stderr, "castra: {}\n", recorded.error().to_string());
  };
  auto optimizer =
      search::agent::make_llm_optimizer(std::move(options), space_, program_, program_.machine);
  if (!optimizer) return tl::unexpected(optimizer.error());
  optimizer_ = *std::move(optimizer);
  settings_.search.start.clear();  // it proposes the start itself
  return {};
}

search::SearchReport StudyRun::run(search::SearchObserver& observer, search::History& history) {
  const auto clock_s = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  const auto feedback = [this, metric = history.metric()](const Outcome& outcome) {
    return make_feedback(outcome, metric, rules_);
  };
  return search::run_search(
      settings_.search,
      {*optimizer_, *evaluator_, *checker_, journal_, observer, feedback, clock_s, &interrupted_},
      history);
}

}  // namespace castra::cli
