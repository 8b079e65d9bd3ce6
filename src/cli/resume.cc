#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/optimize_run.h"
#include "run/legion_run.h"

namespace castra::cli {

int run_resume(const std::vector<std::string>& arguments) {
  std::string path = "castra.db";
  int budget = 0;
  ViewOptions view;
  CLI::App app("Goes on with the last search of a journal, where it ended", "castra resume");
  app.add_option("JOURNAL", path, "database that `castra optimize` wrote (castra.db)");
  app.add_option("--budget", budget, "trials in all, over the search's own budget")
      ->check(CLI::Range(1, 1'000'000));
  app.add_flag("--json", view.json, "events on stdout, one JSON object per line");
  app.add_flag("--quiet", view.quiet, "only the result");
  if (const auto code = parse(app, arguments)) return *code;

  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  auto journal = store::Journal::open_existing(std::filesystem::absolute(path, error).string());
  if (!journal) return fail(journal.error(), kEnvironment);
  const auto study = (*journal)->continue_last();
  if (!study) return fail(study.error(), kEnvironment);
  if (!*study)
    return fail(
        {fmt::format("journal '{}' holds no search", path), "start one with `castra optimize`"},
        kEnvironment);
  auto settings = study_settings_from_json((*study)->settings);
  if (!settings) return fail(settings.error(), kEnvironment);
  auto trials = (*journal)->trials();
  if (!trials) return fail(trials.error(), kEnvironment);
  auto confirmations = (*journal)->confirmations();
  if (!confirmations) return fail(confirmations.error(), kEnvironment);
  settings->search.confirmations = *std::move(confirmations);
  std::filesystem::current_path((*study)->working_directory, error);
  if (error) {
    return fail({fmt::format("cannot go to the folder of the search, '{}': {}",
                             (*study)->working_directory, error.message()),
                 ""},
                kEnvironment);
  }
  if (!std::filesystem::equivalent(here, (*study)->working_directory, error))
    view.folder = (*study)->working_directory;
  if (const auto distinct = run::check_distinct(
          {{"the journal", (*journal)->path()}, {"the mapping file to write", settings->out}});
      !distinct)
    return fail(distinct.error(), kUsage);
  if (const auto writable = run::check_writable(settings->out); !writable)
    return fail(writable.error(), kEnvironment);
  if (budget > 0) settings->search.budget = budget;
  search::History history((*study)->metric);
  for (search::Trial& trial : *trials) history.append(std::move(trial));
  if (!view.json && !view.quiet) {
    fmt::print(stderr, "going on after {} trials of: {}\n", history.trials().size(),
               shell_command((*study)->command));
  }
  return search_and_report(**study, *std::move(settings), **journal, std::move(history), view,
                           watch_interrupts());
}

}  // namespace castra::cli
