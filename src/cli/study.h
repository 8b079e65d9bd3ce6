#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feedback/rules.h"
#include "lang/profile.h"
#include "program/program.h"
#include "run/legion_launch.h"
#include "run/output_check.h"
#include "search/driver.h"
#include "search/space.h"
#include "store/journal.h"
#include "support/file.h"
#include "support/result.h"

namespace castra::cli {

/// What a search is told on the command line, as far as continuing it needs. Kept as JSON in the
/// journal.
struct StudySettings {
  std::string virtual_machine;  ///< name or file; empty: the machine as it is
  std::string provider;         ///< for the agent "llm"
  std::string model;            ///< of a provider that is a URL; empty: the provider's own choice
  std::string feedback = "suggest";  ///< how much a model is told: system, explain, suggest
  double reply_timeout_s = 0;        ///< for one reply; 0: the provider's default
  std::string check = "none";        ///< as parse_check takes it
  std::string reference;             ///< comparable output of the recorded run
  double timeout_s = 0;              ///< of one run; 0: chosen from the recorded run
  std::string out = "best.castra";
  lang::Profile profile;  ///< how mappings are read and obeyed
  search::SearchSettings search;
};
std::string to_json(const StudySettings& settings);
Result<StudySettings> study_settings_from_json(const std::string& text);

/// A run of the program under its own mapper that told what there is to decide.
struct Recording {
  Program program;
  std::string program_json;
  std::string comparable_output;
  double seconds = 0;
};

/// Runs the command once, recording. Nothing: interrupted.
Result<std::optional<Recording>> record_program(const std::vector<std::string>& command,
                                                const StudySettings& settings, const Metric& metric,
                                                const std::atomic<bool>& interrupted);

inline constexpr const char* kAgents = "random, descent, llm";

/// Everything a search works with, built from a study alone, so that a resumed one is the same.
class StudyRun {
 public:
  static Result<std::unique_ptr<StudyRun>> create(const store::Study& study, StudySettings settings,
                                                  store::Journal& journal,
                                                  const std::atomic<bool>& interrupted);

  const Program& program() const { return program_; }
  const search::SearchSpace& space() const { return space_; }
  const StudySettings& settings() const { return settings_; }

  search::SearchReport run(search::SearchObserver& observer, search::History& history);

 private:
  StudyRun(StudySettings settings, Program program, TemporaryDirectory scratch,
           store::Journal& journal, const std::atomic<bool>& interrupted);
  Status make_evaluator(const store::Study& study);
  Status make_optimizer(const store::Study& study);
  Status make_llm_optimizer(const store::Study& study);

  StudySettings settings_;
  Program program_;
  search::SearchSpace space_;
  TemporaryDirectory scratch_;
  store::Journal& journal_;
  const std::atomic<bool>& interrupted_;
  FeedbackRules rules_;
  std::unique_ptr<search::Evaluator> evaluator_;
  std::unique_ptr<search::Optimizer> optimizer_;
  std::unique_ptr<search::MappingChecker> checker_;
};

}  // namespace castra::cli
