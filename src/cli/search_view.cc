#include "cli/search_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/search_events.h"

namespace castra::cli {
namespace {

using Clock = std::chrono::steady_clock;
using search::Confirmation;
using search::History;
using search::Proposal;
using search::Trial;

std::string value_text(double value, const Metric& metric) {
  return fmt::format("{:.4g}{}{}", value, metric.unit.empty() ? "" : " ", metric.unit);
}

/// "1.83x", empty while there is nothing to compare with.
std::string speedup_text(const History& history, const Trial& trial) {
  const Trial* own = history.own_mapper();
  const Measured* measured = trial.outcome.measured();
  if (own == nullptr || own == &trial || measured == nullptr || own->outcome.measured() == nullptr)
    return "";
  return fmt::format("{:.2f}x",
                     history.metric().speedup(measured->value, own->outcome.measured()->value));
}

std::string trial_line(const Trial& trial, const History& history, int budget) {
  std::string line = fmt::format("trial {} ({}/{} runs) {}: ", trial.number, history.runs(), budget,
                                 trial.proposal.origin);
  if (trial.duplicate_of) {
    line += fmt::format("same decisions as trial {}", *trial.duplicate_of);
  } else {
    line += summary(trial.outcome, history.metric());
  }
  if (const std::string speedup = speedup_text(history, trial); !speedup.empty())
    line += ", " + speedup;
  if (trial.accepted) line += "  best";
  if (!trial.proposal.reason.empty()) line += "  (" + trial.proposal.reason + ")";
  return line;
}

std::string confirmation_line(const Confirmation& c) {
  if (!c.failure.empty()) return fmt::format("side by side: trial {}: {}", c.trial, c.failure);
  return fmt::format("side by side: trial {}: {:.3f}x over the own mapper in {} round{}{}", c.trial,
                     c.speedup, c.own.size(), c.own.size() == 1 ? "" : "s",
                     c.better ? "" : ": no more than noise");
}

class PlainView : public search::SearchObserver {
 public:
  explicit PlainView(int budget) : budget_(budget) {}
  void trying(int, const Proposal&) override {}
  void tried(const Trial& trial, const History& history) override {
    fmt::print(stderr, "{}\n", trial_line(trial, history, budget_));
  }
  void confirming(const Trial& trial, int done, int runs) override {
    if (done == 0) {
      fmt::print(stderr, "measuring trial {} and the own mapper side by side, {} runs\n",
                 trial.number, runs);
    }
  }
  void confirmed(const Confirmation& confirmation) override {
    fmt::print(stderr, "{}\n", confirmation_line(confirmation));
  }

 private:
  int budget_;
};

/// The status line at the bottom; what is worth keeping scrolls above it.
class LineView : public search::SearchObserver {
 public:
  explicit LineView(int budget)
      : budget_(budget), ticker_([this](std::stop_token stop) { tick(stop); }) {}
  ~LineView() override {
    ticker_.request_stop();
    ticker_.join();
    fmt::print(stderr, "\r\x1b[K");
  }

  void trying(int number, const Proposal& proposal) override {
    const std::string what = proposal.reason.empty() ? proposal.origin : proposal.reason;
    set(fmt::format("trial {}, run {} of {}", number, runs_ + 1, budget_), what);
  }
  void tried(const Trial& trial, const History& history) override {
    const std::lock_guard lock(mutex_);
    runs_ = history.runs();
    if (const Trial* best = history.best()) {
      const std::string speedup = speedup_text(history, *best);
      best_ = "best " + value_text(best->outcome.measured()->value, history.metric()) +
              (speedup.empty() ? "" : " (" + speedup + ")");
    }
    if (trial.accepted) fmt::print(stderr, "\r\x1b[K{}\n", trial_line(trial, history, budget_));
    draw();
  }
  void confirming(const Trial& trial, int done, int runs) override {
    set(fmt::format("side by side {}/{}", done + 1, runs),
        fmt::format("trial {} and own mapper", trial.number));
  }
  void confirmed(const Confirmation& confirmation) override {
    const std::lock_guard lock(mutex_);
    fmt::print(stderr, "\r\x1b[K{}\n", confirmation_line(confirmation));
  }

 private:
  void set(std::string where, std::string what) {
    const std::lock_guard lock(mutex_);
    where_ = std::move(where);
    what_ = std::move(what);
    draw();
  }

  void tick(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
      if (!stop.stop_requested() && !where_.empty()) draw();
    }
  }

  /// Precondition: mutex_ held.
  void draw() const {
    const double elapsed = std::chrono::duration<double>(Clock::now() - started_).count();
    std::string line = fmt::format("{} | {}{}{:.0f} s | {}", where_, best_,
                                   best_.empty() ? "" : " | ", elapsed, what_);
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    line.resize(std::min<std::size_t>(line.size(), known ? size.ws_col - 1 : 79));
    fmt::print(stderr, "\r\x1b[K{}", line);
  }

  int budget_;
  int runs_ = 0;
  Clock::time_point started_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string where_, best_, what_;
  std::jthread ticker_;  ///< last: uses all of the above
};

class JsonView : public search::SearchObserver {
 public:
  void trying(int number, const Proposal& proposal) override {
    print(trying_event(number, proposal));
  }
  void tried(const Trial& trial, const History& history) override {
    print(trial_event(trial, history));
  }
  void confirming(const Trial&, int, int) override {}
  void confirmed(const Confirmation& confirmation) override {
    print(confirmation_event(confirmation));
  }

 private:
  static void print(const nlohmann::ordered_json& event) {
    fmt::print("{}\n", one_line(event));
    std::fflush(stdout);
  }
};

class QuietView : public search::SearchObserver {
 public:
  void trying(int, const Proposal&) override {}
  void tried(const Trial&, const History&) override {}
  void confirming(const Trial&, int, int) override {}
  void confirmed(const Confirmation&) override {}
};

}  // namespace

ViewKind choose_view(bool json, bool quiet) {
  if (json) return ViewKind::Json;
  if (quiet) return ViewKind::Quiet;
  return ::isatty(STDERR_FILENO) != 0 ? ViewKind::Line : ViewKind::Plain;
}

std::unique_ptr<search::SearchObserver> make_view(ViewKind kind, int budget) {
  switch (kind) {
    case ViewKind::Line:
      return std::make_unique<LineView>(budget);
    case ViewKind::Plain:
      return std::make_unique<PlainView>(budget);
    case ViewKind::Json:
      return std::make_unique<JsonView>();
    case ViewKind::Quiet:
      break;
  }
  return std::make_unique<QuietView>();
}

}  // namespace castra::cli
