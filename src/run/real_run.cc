#include "run/real_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "run/run_outcome.h"
#include "support/file.h"
#include "support/statistics.h"

namespace castra::run {
namespace {

/// What an Outcome keeps of each stream.
constexpr std::size_t kKeptOutput = std::size_t{16} << 10;

std::string tail(const std::string& text) {
  return text.size() <= kKeptOutput ? text : text.substr(text.size() - kKeptOutput);
}

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

struct RealRunEvaluator::Run {
  ProcessResult process;
  std::optional<OverlayStatus> status;
  std::string log;
  double limit_s = 0;
  bool limit_is_cutoff = false;

  std::string output() const {
    return tail(process.out.text()) + tail(process.err.text()) + tail(log);
  }
};

RealRunEvaluator::RealRunEvaluator(RealRunSettings settings, Launcher launcher, OutputCheck check,
                                   std::string scratch)
    : settings_(std::move(settings)),
      launcher_(std::move(launcher)),
      reader_(settings_.metric),
      check_(std::move(check)),
      scratch_(std::move(scratch)) {}

Result<std::optional<Outcome>> RealRunEvaluator::evaluate(
    const search::EvaluationRequest& request) {
  RunFiles files{std::nullopt, scratch_ + "/status.json", scratch_ + "/legion.log"};
  const double started = now_s();
  if (!request.mapping.empty()) {
    files.mapping = scratch_ + "/mapping.castra";
    if (auto written = write_file(*files.mapping, request.mapping); !written) {
      return tl::unexpected(written.error());
    }
  }
  const auto prepared = launcher_(files);
  if (!prepared) return tl::unexpected(prepared.error());
  Outcome outcome;
  Measured measured;
  measured.verified = check_.verifies();
  for (int repeat = 0; repeat < std::max(1, request.repeats); ++repeat) {
    auto run = run_once(*prepared, files, request.cutoff_s);
    if (!run) return tl::unexpected(run.error());
    if (run->process.interrupted) return std::nullopt;
    outcome.raw_text = run->output();
    double value = 0;
    auto failed = judge(*run, files.mapping.has_value(), value);
    if (!failed) return tl::unexpected(failed.error());
    if (*failed && settings_.cancel != nullptr && settings_.cancel->load()) return std::nullopt;
    outcome.seconds = now_s() - started;
    if (*failed) {
      outcome.result = **std::move(failed);
      return outcome;
    }
    measured.samples.push_back(value);
  }
  measured.value = median(measured.samples);
  outcome.result = std::move(measured);
  return outcome;
}

Result<RealRunEvaluator::Run> RealRunEvaluator::run_once(const ProcessSpec& prepared,
                                                         const RunFiles& files,
                                                         std::optional<double> cutoff_s) const {
  ::unlink(files.status.c_str());
  ::unlink(files.log.c_str());
  Run run;
  run.limit_is_cutoff = cutoff_s && *cutoff_s < settings_.timeout_s;
  run.limit_s = run.limit_is_cutoff ? *cutoff_s : settings_.timeout_s;
  ProcessSpec spec = prepared;
  spec.stdio = Stdio::Capture;
  spec.timeout_s = run.limit_s;
  spec.cancel = settings_.cancel;
  auto process = run_process(spec);
  if (!process) return tl::unexpected(process.error());
  run.process = *std::move(process);
  if (auto status = read_overlay_status(files.status)) run.status = *std::move(status);
  if (auto log = read_file(files.log)) run.log = *std::move(log);
  return run;
}

/// Nothing if the run counts; then `value` is the metric's.
Result<std::optional<OutcomeVariant>> RealRunEvaluator::judge(const Run& run, bool by_mapping,
                                                              double& value) const {
  if (auto failed =
          failure_of(run.process, run.output(), run.status, run.limit_s, run.limit_is_cutoff)) {
    return failed;
  }
  if (by_mapping && (!run.status || !run.status->finished)) {
    return RunFailed{
        run.process.exit_code, std::nullopt,
        "the mapping had no effect: the program ended without having run Legion under it"};
  }
  const auto wrong = check_.judge(run.process, run.log, settings_.timeout_s, settings_.cancel);
  if (!wrong) return tl::unexpected(wrong.error());
  if (*wrong) return WrongResult{**wrong};
  value = run.process.seconds;
  if (!reader_.reads_output()) return std::nullopt;
  std::optional<double> read = reader_.read(run.process.out.text());
  if (!read) read = reader_.read(run.process.err.text());
  if (!read) read = reader_.read(run.log);
  if (!read) {
    return RunFailed{run.process.exit_code, std::nullopt,
                     "no line of the output gives the metric '" + settings_.metric.pattern +
                         "' a number" + last_words(run.process)};
  }
  value = *read;
  return std::nullopt;
}

}  // namespace castra::run
