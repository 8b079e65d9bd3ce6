#include "store/journal.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "store/values_json.h"

namespace castra::store {
namespace {

/// "CAST": tells a journal from any other SQLite file.
constexpr int kApplicationId = 0x43415354;
constexpr int kDamaged = 11;  ///< SQLITE_CORRUPT
constexpr int kBusyMilliseconds = 10'000;

constexpr const char* kSchema = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE studies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  command TEXT NOT NULL,            -- JSON list
  working_directory TEXT NOT NULL,
  agent TEXT NOT NULL,
  seed TEXT NOT NULL,               -- 64 bits, unsigned
  metric TEXT NOT NULL,             -- JSON
  settings TEXT NOT NULL,           -- JSON
  program TEXT NOT NULL,            -- castra-program JSON
  started_at TEXT NOT NULL
);
CREATE TABLE trials (
  study INTEGER NOT NULL REFERENCES studies(id),
  number INTEGER NOT NULL,
  mapping TEXT NOT NULL,
  origin TEXT NOT NULL,
  reason TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- one word
  value REAL,                       -- of the metric; NULL if not measured
  seconds REAL NOT NULL,
  duplicate_of INTEGER,
  accepted INTEGER NOT NULL,
  details TEXT NOT NULL,            -- JSON of the whole outcome
  feedback TEXT NOT NULL,           -- JSON
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (study, number)
) WITHOUT ROWID;
CREATE TABLE confirmations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES studies(id),
  trial INTEGER NOT NULL,
  own TEXT NOT NULL,                -- JSON list of samples
  candidate TEXT NOT NULL,
  failure TEXT NOT NULL,
  speedup REAL NOT NULL,
  better INTEGER NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES studies(id),
  trial INTEGER NOT NULL,
  provider TEXT NOT NULL,
  prompt TEXT NOT NULL,
  reply TEXT NOT NULL,
  error TEXT NOT NULL,
  seconds REAL NOT NULL,
  recorded_at TEXT NOT NULL
);
)sql";

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

std::string list_json(const std::vector<double>& values) { return nlohmann::json(values).dump(); }
std::string list_json(const std::vector<std::string>& values) {
  return nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

nlohmann::json metric_json(const Metric& metric) {
  return {{"name", metric.name},
          {"pattern", metric.pattern},
          {"maximize", metric.maximize},
          {"unit", metric.unit}};
}
Metric read_metric(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  return {json.at("name"), json.at("pattern"), json.at("maximize"), json.at("unit")};
}

/// The one place where the database's exceptions end.
template <typename Work>
auto guarded(const std::string& path, const char* what, Work work)
    -> Result<std::invoke_result_t<Work>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == kDamaged) {
      return failure(
          fmt::format("cannot {} journal '{}', it is damaged: {}", what, path, error.what()),
          fmt::format("save what can be read: sqlite3 {} .recover | sqlite3 saved.db; "
                      "start anew with another --journal",
                      path));
    }
    return failure(fmt::format("cannot {} journal '{}': {}", what, path, error.what()),
                   "check the disk's free space and the file's permissions");
  } catch (const nlohmann::json::exception& error) {
    return failure(fmt::format("cannot {} journal '{}': {}", what, path, error.what()),
                   "the file was changed by something else");
  }
}

Status usable_path(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return failure(fmt::format("journal '{}' is a directory", path));
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (!fs::is_directory(folder, ignored)) {
    return failure(
        fmt::format("cannot create journal '{}': there is no folder '{}'", path, folder.string()),
        "create it, or name another file with --journal");
  }
  const bool exists = fs::exists(path, ignored);
  if (::access(folder.c_str(), W_OK) != 0 || (exists && ::access(path.c_str(), W_OK) != 0)) {
    return failure(fmt::format("journal '{}' is not writable", path),
                   "name another file with --journal");
  }
  return {};
}

/// Sets up a fresh database, or checks that an old one is ours. Only reads before it is sure.
Status prepare(SQLite::Database& database, const std::string& path) {
  const int application = database.execAndGet("PRAGMA application_id").getInt();
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (!empty || application != 0) {
    if (application != kApplicationId) {
      return failure(fmt::format("'{}' is a database, but not a Castra journal", path),
                     "name another file with --journal");
    }
    if (version != Journal::kVersion) {
      return failure(
          fmt::format("journal '{}' has format version {}, this Castra reads and writes version {}",
                      path, version, Journal::kVersion),
          "name another file with --journal, or use the Castra that wrote it");
    }
  }
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  if (!empty) return {};
  SQLite::Transaction all(database, SQLite::TransactionBehavior::EXCLUSIVE);
  if (database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0) {
    database.exec(kSchema);
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    database.exec(fmt::format("PRAGMA user_version = {}", Journal::kVersion));
    SQLite::Statement created(database, "INSERT INTO meta VALUES ('created_at', ?)");
    created.bind(1, timestamp());
    created.exec();
  }
  all.commit();
  return {};
}

}  // namespace

struct Journal::Implementation {
  Implementation(const std::string& file, int flags)
      : path(file), database(file, flags, kBusyMilliseconds) {}

  std::string path;
  mutable SQLite::Database database;
  std::int64_t study = 0;
};

Journal::Journal(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Journal::~Journal() = default;

const std::string& Journal::path() const { return implementation_->path; }

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path) {
  if (auto usable = usable_path(path); !usable) return tl::unexpected(usable.error());
  std::unique_ptr<Implementation> opened;
  Status ready;
  auto done = guarded(path, "open", [&] {
    opened = std::make_unique<Implementation>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    ready = prepare(opened->database, path);
  });
  if (!done) {
    if (done.error().what.find("not a database") == std::string::npos)
      return tl::unexpected(done.error());
    return failure(fmt::format("'{}' is not a Castra journal", path),
                   "name another file with --journal");
  }
  if (!ready) return tl::unexpected(ready.error());
  return std::unique_ptr<Journal>(new Journal(std::move(opened)));
}

Status Journal::can_open(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return usable_path(path);
  const auto opened = open(path);
  if (!opened) return tl::unexpected(opened.error());
  return {};
}

Result<std::unique_ptr<Journal>> Journal::open_existing(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return failure(fmt::format("there is no journal '{}'", path),
                   "`castra optimize` writes castra.db in the folder where it runs");
  }
  return open(path);
}

Status Journal::begin(const Study& study) {
  auto& database = implementation_->database;
  return guarded(path(), "write to", [&] {
    SQLite::Statement insert(
        database,
        "INSERT INTO studies (command, working_directory, agent, seed, metric, "
        "settings, program, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, list_json(study.command));
    insert.bind(2, study.working_directory);
    insert.bind(3, study.agent);
    insert.bind(4, std::to_string(study.seed));
    insert.bind(5, metric_json(study.metric).dump());
    insert.bind(6, study.settings);
    insert.bind(7, study.program);
    insert.bind(8, timestamp());
    insert.exec();
    implementation_->study = database.getLastInsertRowid();
  });
}

Result<std::optional<Study>> Journal::continue_last() {
  return guarded(path(), "read", [&]() -> std::optional<Study> {
    SQLite::Statement row(
        implementation_->database,
        "SELECT id, command, working_directory, agent, seed, metric, settings, program "
        "FROM studies ORDER BY id DESC LIMIT 1");
    if (!row.executeStep()) return std::nullopt;
    Study study;
    study.id = row.getColumn(0).getInt64();
    study.command =
        nlohmann::json::parse(row.getColumn(1).getString()).get<std::vector<std::string>>();
    study.working_directory = row.getColumn(2).getString();
    study.agent = row.getColumn(3).getString();
    study.seed = std::strtoull(row.getColumn(4).getString().c_str(), nullptr, 10);
    study.metric = read_metric(row.getColumn(5).getString());
    study.settings = row.getColumn(6).getString();
    study.program = row.getColumn(7).getString();
    implementation_->study = study.id;
    return study;
  });
}

Status Journal::record(const search::Trial& trial) {
  return guarded(path(), "write to", [&] {
    SQLite::Statement insert(
        implementation_->database,
        "INSERT INTO trials (study, number, mapping, origin, reason, outcome, value, "
        "seconds, duplicate_of, accepted, details, feedback, recorded_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, implementation_->study);
    insert.bind(2, trial.number);
    insert.bind(3, trial.proposal.mapping);
    insert.bind(4, trial.proposal.origin);
    insert.bind(5, trial.proposal.reason);
    insert.bind(6, std::string(outcome_word(trial.outcome)));
    if (const Measured* measured = trial.outcome.measured()) insert.bind(7, measured->value);
    insert.bind(8, trial.outcome.seconds);
    if (trial.duplicate_of) insert.bind(9, *trial.duplicate_of);
    insert.bind(10, trial.accepted ? 1 : 0);
    insert.bind(11, to_json(trial.outcome));
    insert.bind(12, to_json(trial.feedback));
    insert.bind(13, timestamp());
    insert.exec();
  });
}

Status Journal::record(const search::Confirmation& confirmation) {
  return guarded(path(), "write to", [&] {
    SQLite::Statement insert(
        implementation_->database,
        "INSERT INTO confirmations (study, trial, own, candidate, failure, speedup, "
        "better, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, implementation_->study);
    insert.bind(2, confirmation.trial);
    insert.bind(3, list_json(confirmation.own));
    insert.bind(4, list_json(confirmation.candidate));
    insert.bind(5, confirmation.failure);
    insert.bind(6, confirmation.speedup);
    insert.bind(7, confirmation.better ? 1 : 0);
    insert.bind(8, timestamp());
    insert.exec();
  });
}

Status Journal::record_exchange(const Exchange& exchange) {
  return guarded(path(), "write to", [&] {
    SQLite::Statement insert(
        implementation_->database,
        "INSERT INTO exchanges (study, trial, provider, prompt, reply, error, seconds, "
        "recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, implementation_->study);
    insert.bind(2, exchange.trial);
    insert.bind(3, exchange.provider);
    insert.bind(4, exchange.prompt);
    insert.bind(5, exchange.reply);
    insert.bind(6, exchange.error);
    insert.bind(7, exchange.seconds);
    insert.bind(8, timestamp());
    insert.exec();
  });
}

Result<std::vector<search::Trial>> Journal::trials() const {
  std::optional<Error> damage;
  auto trials = guarded(path(), "read", [&] {
    SQLite::Statement row(
        implementation_->database,
        "SELECT number, mapping, origin, reason, duplicate_of, accepted, details, feedback "
        "FROM trials WHERE study = ? ORDER BY number");
    row.bind(1, implementation_->study);
    std::vector<search::Trial> read;
    while (row.executeStep() && !damage) {
      search::Trial trial;
      trial.number = row.getColumn(0).getInt();
      trial.proposal = {row.getColumn(1).getString(), row.getColumn(2).getString(),
                        row.getColumn(3).getString()};
      if (!row.getColumn(4).isNull()) trial.duplicate_of = row.getColumn(4).getInt();
      trial.accepted = row.getColumn(5).getInt() != 0;
      auto outcome = outcome_from_json(row.getColumn(6).getString());
      auto feedback = feedback_from_json(row.getColumn(7).getString());
      if (!outcome) damage = outcome.error();
      if (!feedback) damage = feedback.error();
      if (trial.number != static_cast<int>(read.size())) {
        damage = Error{fmt::format("journal '{}': trial {} is missing", path(), read.size()), {}};
      }
      if (damage) break;
      trial.outcome = *std::move(outcome);
      trial.feedback = *std::move(feedback);
      read.push_back(std::move(trial));
    }
    return read;
  });
  if (damage) return tl::unexpected(*damage);
  return trials;
}

Result<std::vector<search::Confirmation>> Journal::confirmations() const {
  return guarded(path(), "read", [&] {
    SQLite::Statement row(
        implementation_->database,
        "SELECT trial, own, candidate, failure, speedup, better FROM confirmations "
        "WHERE study = ? ORDER BY id");
    row.bind(1, implementation_->study);
    std::vector<search::Confirmation> read;
    while (row.executeStep()) {
      const auto samples = [&](int column) {
        return nlohmann::json::parse(row.getColumn(column).getString()).get<std::vector<double>>();
      };
      read.push_back({row.getColumn(0).getInt(), samples(1), samples(2),
                      row.getColumn(3).getString(), row.getColumn(4).getDouble(),
                      row.getColumn(5).getInt() != 0});
    }
    return read;
  });
}

Result<std::vector<Exchange>> Journal::exchanges() const {
  return guarded(path(), "read", [&] {
    SQLite::Statement row(implementation_->database,
                          "SELECT trial, provider, prompt, reply, error, seconds FROM exchanges "
                          "WHERE study = ? ORDER BY id");
    row.bind(1, implementation_->study);
    std::vector<Exchange> read;
    while (row.executeStep()) {
      read.push_back({row.getColumn(0).getInt(), row.getColumn(1).getString(),
                      row.getColumn(2).getString(), row.getColumn(3).getString(),
                      row.getColumn(4).getString(), row.getColumn(5).getDouble()});
    }
    return read;
  });
}

}  // namespace castra::store
