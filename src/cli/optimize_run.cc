#include "cli/optimize_run.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/arguments.h"
#include "cli/command.h"
#include "support/file.h"

namespace castra::cli {
namespace {

bool own_mapper_works(const search::History& history) {
  const search::Trial* own = history.own_mapper();
  return own != nullptr && own->outcome.measured() != nullptr;
}

void announce(const StudyRun& run, const store::Study& study, const store::Journal& journal) {
  fmt::print(stderr, "{} decisions, about 10^{:.1f} mappings; agent {}, {} trials, journal {}\n",
             run.space().choices().size(), run.space().log10_size(), study.agent,
             run.settings().search.budget, journal.path());
  if (run.settings().check == "none") {
    fmt::print(
        stderr,
        "results are unverified: exit code 0 counts (--check says what right results look like)\n");
  }
}

/// A mapping file is written when there is a verdict: a winner, or a finished search without one.
bool has_verdict(const search::SearchReport& report, const search::History& history) {
  if (report.winner) return true;
  const bool finished =
      report.finish != search::Finish::Interrupted && report.finish != search::Finish::Failed;
  return finished && own_mapper_works(history);
}

/// Writes the mapping file. A search that was over before leaves a file there as it is, since the
/// user may have gone on with it; false if that holds something else.
Result<bool> keep_result(const std::string& path, const std::string& text, bool news) {
  if (!news) {
    if (const auto there = read_file(path)) return *there == text;
  }
  if (auto written = write_file(path, text); !written) return tl::unexpected(written.error());
  return true;
}

int exit_code(const search::SearchReport& report, const search::History& history) {
  if (report.finish == search::Finish::Interrupted) return kInterrupted;
  if (report.error) return kEnvironment;
  return report.winner || own_mapper_works(history) ? kOk : kNoResult;
}

}  // namespace

int search_and_report(const store::Study& study, StudySettings settings, store::Journal& journal,
                      search::History history, const ViewOptions& options,
                      const std::atomic<bool>& interrupted) {
  const auto started = std::chrono::steady_clock::now();
  const std::string wanted_file = settings.out;
  auto run = StudyRun::create(study, std::move(settings), journal, interrupted);
  if (!run) return fail(run.error(), kEnvironment);
  const ViewKind kind = choose_view(options.json, options.quiet);
  if (kind == ViewKind::Line || kind == ViewKind::Plain) announce(**run, study, journal);
  auto view = make_view(kind, (*run)->settings().search.budget);
  search::SearchReport report = (*run)->run(*view, history);
  view.reset();

  if (report.error && history.trials().empty() && !options.json)
    return fail(*report.error, kEnvironment);
  FinalReport final{report, history, study.command, (*run)->settings().virtual_machine,
                    "",     0,       options.json,  options.folder};
  std::optional<Error> unwritten;
  if (has_verdict(report, history)) {
    const std::string text = mapping_file_text(report, history, study.command);
    if (const auto kept = keep_result(wanted_file, text, report.news); !kept) {
      unwritten = kept.error();
    } else if (*kept) {
      final.out = wanted_file;
    }
  }
  final.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  print_report(final);
  if (report.error) fail(*report.error, kEnvironment);
  if (unwritten) return fail(*unwritten, kEnvironment);
  if (report.finish == search::Finish::Interrupted && !options.json) {
    fmt::print("All trials are kept; go on with `castra resume {}`.\n",
               shell_command({journal.path()}));
  }
  return exit_code(report, history);
}

}  // namespace castra::cli
