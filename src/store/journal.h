#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "search/evaluator.h"
#include "search/trial.h"
#include "support/result.h"

namespace castra::store {

/// One search, as far as continuing it needs.
struct Study {
  std::int64_t id = 0;
  std::vector<std::string> command;
  std::string working_directory;  ///< where the command was started
  std::string agent;
  std::uint64_t seed = 0;
  std::string settings;  ///< JSON, written and read by the command line
  std::string program;   ///< the recorded program file
  Metric metric;
};

/// One question to a language model and its answer.
struct Exchange {
  int trial = 0;  ///< the trial it was asked for
  std::string provider;
  std::string prompt;
  std::string reply;
  std::string error;  ///< not empty: there was no reply, and why
  double seconds = 0;
};

/// A SQLite file that holds every search made with it. A row is on disk when record() returns: kill
/// -9 or a power cut later loses nothing, and rows are complete or absent. Several processes may
/// use one file; each writes a study of its own. Not thread-safe.
class Journal : public search::TrialSink {
 public:
  static constexpr int kVersion = 1;

  /// Opens or creates. Fails without touching the file if it is not a journal, or one of another
  /// version.
  static Result<std::unique_ptr<Journal>> open(const std::string& path);
  /// Fails as open would, but creates nothing.
  static Status can_open(const std::string& path);
  /// As open, but the file must exist.
  static Result<std::unique_ptr<Journal>> open_existing(const std::string& path);
  ~Journal() override;

  /// Adds a study (its id is ignored); what is recorded from now on belongs to it.
  Status begin(const Study& study);
  /// The study with the largest id, which becomes the current one; nothing if there is none.
  Result<std::optional<Study>> continue_last();

  Status record(const search::Trial& trial) override;
  Status record(const search::Confirmation& confirmation) override;
  Status record_exchange(const Exchange& exchange);

  /// The current study's, in order.
  Result<std::vector<search::Trial>> trials() const;
  Result<std::vector<search::Confirmation>> confirmations() const;
  Result<std::vector<Exchange>> exchanges() const;

  const std::string& path() const;

 private:
  struct Implementation;
  explicit Journal(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace castra::store
