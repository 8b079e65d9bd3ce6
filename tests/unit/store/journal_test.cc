#include "store/journal.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "support/file.h"

namespace castra::store {
namespace {

using search::Trial;

Trial numbered(int number) {
  Trial trial;
  trial.number = number;
  trial.proposal = {"Task * CPU; # " + std::to_string(number), "random", "why"};
  trial.outcome.result = Measured{{1.5, 2.5}, 2.0 + number, true};
  trial.outcome.seconds = 4;
  trial.feedback.system = "fine";
  trial.accepted = number == 0;
  return trial;
}

Study study() {
  Study study;
  study.command = {"./app", "-n", "1 2"};
  study.working_directory = "/tmp";
  study.agent = "descent";
  study.seed = ~std::uint64_t{0};
  study.settings = "{\"budget\":3}";
  study.program = "{}";
  study.metric = {"GFLOPS", "G=([0-9.]+)", true, "GFLOPS"};
  return study;
}

class JournalTest : public ::testing::Test {
 protected:
  TemporaryDirectory folder = *TemporaryDirectory::create();
  std::string path = folder.path() + "/castra.db";
};

TEST_F(JournalTest, GivesBackWhatWasRecorded) {
  {
    auto journal = Journal::open(path);
    ASSERT_TRUE(journal) << journal.error().to_string();
    ASSERT_TRUE((*journal)->begin(study()));
    Trial second = numbered(1);
    second.duplicate_of = 0;
    ASSERT_TRUE((*journal)->record(numbered(0)));
    ASSERT_TRUE((*journal)->record(second));
    ASSERT_TRUE((*journal)->record(search::Confirmation{1, {1, 2}, {3, 4}, "odd", 0.5, false}));
    ASSERT_TRUE((*journal)->record_exchange({1, "command:x", "prompt", "reply", "", 0.25}));
  }
  auto journal = Journal::open_existing(path);
  ASSERT_TRUE(journal);
  const auto found = (*journal)->continue_last();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->command, study().command);
  EXPECT_EQ((*found)->seed, study().seed);
  EXPECT_EQ((*found)->settings, study().settings);
  EXPECT_EQ((*found)->metric.pattern, study().metric.pattern);
  EXPECT_TRUE((*found)->metric.maximize);
  const auto trials = (*journal)->trials();
  ASSERT_TRUE(trials);
  ASSERT_EQ(trials->size(), 2u);
  EXPECT_EQ((*trials)[0].proposal.mapping, numbered(0).proposal.mapping);
  EXPECT_TRUE((*trials)[0].accepted);
  EXPECT_EQ((*trials)[0].feedback.system, "fine");
  EXPECT_EQ((*trials)[1].duplicate_of, 0);
  EXPECT_EQ((*trials)[1].outcome.measured()->value, 3.0);
  const auto confirmations = (*journal)->confirmations();
  ASSERT_TRUE(confirmations);
  EXPECT_EQ(confirmations->at(0).candidate, (std::vector<double>{3, 4}));
  const auto exchanges = (*journal)->exchanges();
  ASSERT_TRUE(exchanges);
  EXPECT_EQ(exchanges->at(0).reply, "reply");
}

TEST_F(JournalTest, StudiesAreKeptApart) {
  auto journal = *Journal::open(path);
  ASSERT_TRUE(journal->begin(study()));
  ASSERT_TRUE(journal->record(numbered(0)));
  ASSERT_TRUE(journal->begin(study()));
  EXPECT_EQ(journal->trials()->size(), 0u);
  ASSERT_TRUE(journal->record(numbered(0)));
  EXPECT_EQ(journal->trials()->size(), 1u);
}

TEST_F(JournalTest, ATrialIsRecordedOnce) {
  auto journal = *Journal::open(path);
  ASSERT_TRUE(journal->begin(study()));
  ASSERT_TRUE(journal->record(numbered(0)));
  EXPECT_FALSE(journal->record(numbered(0)));
  ASSERT_TRUE(journal->record(numbered(1)));
}

TEST_F(JournalTest, KillNineLosesNothingThatWasTold) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    auto journal = Journal::open(path);
    if (!journal || !(*journal)->begin(study())) ::_exit(1);
    for (int i = 0;; ++i) {
      if (!(*journal)->record(numbered(i))) ::_exit(1);
      if (::write(told[1], &i, sizeof i) != static_cast<ssize_t>(sizeof i)) ::_exit(1);
    }
  }
  ::close(told[1]);
  int last = -1;
  for (int seen = 0;
       seen < 50 && ::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last);)
    ++seen;
  ::kill(writer, SIGKILL);
  while (::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GE(last, 49);
  auto journal = Journal::open_existing(path);
  ASSERT_TRUE(journal) << journal.error().to_string();
  ASSERT_TRUE((*journal)->continue_last());
  const auto trials = (*journal)->trials();
  ASSERT_TRUE(trials) << trials.error().what;
  EXPECT_GE(static_cast<int>(trials->size()), last + 1);
  EXPECT_LE(static_cast<int>(trials->size()), last + 2);
  for (const Trial& trial : *trials) {
    EXPECT_EQ(trial.proposal.mapping, numbered(trial.number).proposal.mapping);
    EXPECT_EQ(trial.outcome.measured()->value, 2.0 + trial.number);
  }
}

TEST_F(JournalTest, AnotherVersionIsRefusedUntouched) {
  ASSERT_TRUE(Journal::open(path));
  SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  const auto journal = Journal::open(path);
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().what.find("format version 99"), std::string::npos);
  EXPECT_NE(journal.error().remedy, "");
  EXPECT_EQ(SQLite::Database(path).execAndGet("PRAGMA user_version").getInt(), 99);
}

TEST_F(JournalTest, OtherFilesAreRefusedUntouched) {
  ASSERT_TRUE(write_file(
      path, "not a database, but long enough to have a header of its own, one would think"));
  auto journal = Journal::open(path);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().what, "'" + path + "' is not a Castra journal");
  EXPECT_TRUE(read_file(path)->starts_with("not a database"));
  const std::string other = folder.path() + "/other.db";
  SQLite::Database(other, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
  journal = Journal::open(other);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().what, "'" + other + "' is a database, but not a Castra journal");
}

TEST_F(JournalTest, LookingCreatesNothing) {
  EXPECT_TRUE(Journal::can_open(path));
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(Journal::open(path));
  EXPECT_TRUE(Journal::can_open(path));
  ASSERT_TRUE(write_file(path, "not a database, but long enough to have a header of its own"));
  EXPECT_FALSE(Journal::can_open(path));
}

TEST_F(JournalTest, DamageIsCalledDamage) {
  {
    const auto journal = Journal::open(path);
    ASSERT_TRUE(journal && (*journal)->begin(study()));
    for (int i = 0; i < 200; ++i) ASSERT_TRUE((*journal)->record(numbered(i)));
  }
  std::string bytes = *read_file(path);
  ASSERT_GT(bytes.size(), 20'000u);
  for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = '\x5a';
  ASSERT_TRUE(write_file(path, bytes));
  std::optional<Error> error;
  const auto journal = Journal::open(path);
  if (!journal) {
    error = journal.error();
  } else if (const auto last = (*journal)->continue_last(); !last) {
    error = last.error();
  }
  ASSERT_TRUE(error);
  EXPECT_NE(error->what.find("it is damaged"), std::string::npos) << error->what;
  EXPECT_NE(error->remedy.find("sqlite3 " + path + " .recover"), std::string::npos);
}

TEST_F(JournalTest, BadPathsAreNamed) {
  EXPECT_EQ(
      Journal::open("/no/such/folder/castra.db").error().what,
      "cannot create journal '/no/such/folder/castra.db': there is no folder '/no/such/folder'");
  EXPECT_EQ(Journal::open(folder.path()).error().what,
            "journal '" + folder.path() + "' is a directory");
  EXPECT_EQ(Journal::open_existing(path).error().what, "there is no journal '" + path + "'");
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace castra::store
