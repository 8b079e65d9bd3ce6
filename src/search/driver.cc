#include "search/driver.h"

#include <algorithm>
#include <map>

#include "search/confirm.h"

namespace castra::search {
namespace {

/// Below this a cut-off would measure process start-up.
constexpr double kShortestCutoff_s = 1;

/// Of two equal mappings with three samples each, one is wholly better than the other by luck in
/// one case of twenty.
constexpr std::size_t kSamplesForClarity = 3;

class Search {
 public:
  Search(const SearchSettings& settings, const SearchParts& parts, History& history)
      : settings_(settings), parts_(parts), history_(history), started_s_(parts.clock_s()) {
    for (const Trial& trial : history.trials()) count(trial, identity_of(trial.proposal));
  }

  SearchReport run() {
    while (!finished_) step();
    choose_winner();
    return std::move(report_);
  }

 private:
  bool stopped() const { return parts_.stop != nullptr && parts_.stop->load(); }
  void finish(Finish how) {
    report_.finish = how;
    finished_ = true;
  }
  void fail(Error error, Finish how = Finish::Failed) {
    report_.error = std::move(error);
    finish(how);
  }

  void step() {
    if (stopped()) return finish(Finish::Interrupted);
    if (runs_ >= settings_.budget) return finish(Finish::Budget);
    if (free_ >= settings_.free_limit) return finish(Finish::TooManyFree);
    if (settings_.time_limit_s && parts_.clock_s() - started_s_ >= *settings_.time_limit_s) {
      return finish(Finish::TimeLimit);
    }
    auto proposal = next_proposal();
    if (!proposal && stopped()) return finish(Finish::Interrupted);
    if (!proposal) return fail(proposal.error(), Finish::NoOptimizer);
    if (!*proposal) return finish(Finish::NoMoreIdeas);
    try_out(**std::move(proposal));
  }

  bool has(const char* origin) const {
    return std::any_of(history_.trials().begin(), history_.trials().end(),
                       [&](const Trial& trial) { return trial.proposal.origin == origin; });
  }

  Result<std::optional<Proposal>> next_proposal() {
    if (!has(kOwnMapper)) return Proposal{"", kOwnMapper, "the program as it is"};
    if (!settings_.start.empty() && !has(kStart)) {
      return Proposal{settings_.start, kStart, "where the search starts"};
    }
    return parts_.optimizer.ask(history_);
  }

  std::string identity_of(const Proposal& proposal) const {
    return proposal.mapping.empty() ? std::string(kOwnMapper)
                                    : parts_.checker.check(proposal.mapping).identity;
  }

  void count(const Trial& trial, const std::string& identity) {
    ++(cost_run(trial) ? runs_ : free_);
    known_.emplace(identity, trial.number);
  }

  void try_out(Proposal proposal) {
    Trial trial;
    trial.number = static_cast<int>(history_.trials().size());
    trial.proposal = std::move(proposal);
    CheckedMapping checked{kOwnMapper, std::nullopt};
    if (!trial.proposal.mapping.empty()) checked = parts_.checker.check(trial.proposal.mapping);
    if (const auto known = known_.find(checked.identity); known != known_.end()) {
      trial.duplicate_of = known->second;
      trial.outcome = history_.trials()[static_cast<std::size_t>(known->second)].outcome;
      trial.outcome.seconds = 0;
    } else if (checked.refused) {
      trial.outcome = *std::move(checked.refused);
    } else if (!measure(trial)) {
      return;
    }
    conclude(std::move(trial), checked.identity);
  }

  /// Wall time of one run of the best trial so far, times the factor.
  std::optional<double> cutoff() const {
    const Trial* best = history_.best();
    if (best == nullptr) return std::nullopt;
    const auto runs = static_cast<double>(best->outcome.measured()->samples.size());
    return std::max(kShortestCutoff_s, settings_.cutoff * best->outcome.seconds / runs);
  }

  /// Whether it failed only by what was asked of its output.
  static bool ended_well(const Outcome& outcome) {
    const auto* failed = std::get_if<RunFailed>(&outcome.result);
    return std::holds_alternative<WrongResult>(outcome.result) ||
           (failed != nullptr && failed->exit_code == 0);
  }

  /// False if the search ended instead.
  bool measure(Trial& trial) {
    parts_.observer.trying(trial.number, trial.proposal);
    auto outcome = parts_.evaluator.evaluate({trial.proposal.mapping, settings_.repeats, cutoff()});
    if (!outcome) {
      fail(outcome.error());
    } else if (!*outcome) {
      finish(Finish::Interrupted);
    } else if (trial.proposal.origin == kOwnMapper && ended_well(**outcome)) {
      fail({"the program's own run does not count: " + summary(**outcome, history_.metric()),
            "no mapping could do better: correct the check (--check) or the metric (--metric)"});
    } else {
      trial.outcome = **std::move(outcome);
    }
    return !finished_;
  }

  void conclude(Trial trial, const std::string& identity) {
    if (parts_.feedback) trial.feedback = parts_.feedback(trial.outcome);
    const Trial* best = history_.best();
    const Measured* measured = trial.outcome.measured();
    trial.accepted = measured != nullptr && !trial.duplicate_of &&
                     (best == nullptr ||
                      history_.metric().better(measured->value, best->outcome.measured()->value));
    if (auto recorded = parts_.sink.record(trial); !recorded) return fail(recorded.error());
    report_.news = true;
    count(trial, identity);
    history_.append(std::move(trial));
    parts_.observer.tried(history_.trials().back(), history_);
  }

  /// Measured candidates that beat the own mapper's measured value, best first.
  std::vector<const Trial*> candidates() const {
    const Trial* own = history_.own_mapper();
    const Measured* own_value = own != nullptr ? own->outcome.measured() : nullptr;
    std::vector<const Trial*> found;
    for (const Trial& trial : history_.trials()) {
      const Measured* measured = trial.outcome.measured();
      if (measured == nullptr || trial.duplicate_of || trial.proposal.mapping.empty()) continue;
      if (own_value != nullptr && !history_.metric().better(measured->value, own_value->value))
        continue;
      found.push_back(&trial);
    }
    std::stable_sort(found.begin(), found.end(), [&](const Trial* a, const Trial* b) {
      return history_.metric().better(a->outcome.measured()->value, b->outcome.measured()->value);
    });
    return found;
  }

  /// Every sample of the candidate better than every sample of the own mapper, and enough of both.
  bool clearly_better(const Trial& candidate, const Trial& own) const {
    const auto& metric = history_.metric();
    const auto worse_first = [&](double a, double b) { return metric.better(b, a); };
    const auto& candidate_samples = candidate.outcome.measured()->samples;
    const auto& own_samples = own.outcome.measured()->samples;
    return std::min(candidate_samples.size(), own_samples.size()) >= kSamplesForClarity &&
           metric.better(*std::ranges::min_element(candidate_samples, worse_first),
                         *std::ranges::max_element(own_samples, worse_first));
  }

  void choose_winner() {
    const Trial* own = history_.own_mapper();
    const auto found = candidates();
    if (found.empty()) return;
    if (own == nullptr || own->outcome.measured() == nullptr) {
      report_.winner = found.front()->number;
      return;
    }
    const bool can_run = report_.finish != Finish::Interrupted && report_.finish != Finish::Failed;
    if (!can_run || settings_.confirm_rounds <= 0) return choose_unconfirmed(*found.front(), *own);
    const auto most = static_cast<std::size_t>(std::max(1, settings_.confirm_candidates));
    for (std::size_t i = 0; i < std::min(most, found.size()) && !report_.winner; ++i) {
      if (!confirm_one(*found[i])) return choose_unconfirmed(*found[i], *own);
    }
  }

  void choose_unconfirmed(const Trial& candidate, const Trial& own) {
    if (clearly_better(candidate, own)) report_.winner = candidate.number;
  }

  void believe(const Confirmation& confirmation) {
    if (confirmation.better) report_.winner = confirmation.trial;
    report_.confirmed = confirmation.better;
    report_.confirmations.push_back(confirmation);
  }

  const Confirmation* earlier_confirmation(int trial) const {
    const Confirmation* found = nullptr;
    for (const Confirmation& confirmation : settings_.confirmations) {
      if (confirmation.trial == trial && conclusive(confirmation)) found = &confirmation;
    }
    return found;
  }

  /// False if the search ended instead.
  bool confirm_one(const Trial& candidate) {
    if (const Confirmation* earlier = earlier_confirmation(candidate.number)) {
      believe(*earlier);
      return true;
    }
    auto confirmation = confirm(
        candidate, history_.metric(), settings_.confirm_rounds, parts_.evaluator, [&](int done) {
          parts_.observer.confirming(candidate, done, 2 * settings_.confirm_rounds);
        });
    if (!confirmation) {
      fail(confirmation.error());
      return false;
    }
    if (!*confirmation) {
      finish(Finish::Interrupted);
      return false;
    }
    if (auto recorded = parts_.sink.record(**confirmation); !recorded) {
      fail(recorded.error());
      return false;
    }
    report_.news = true;
    parts_.observer.confirmed(**confirmation);
    believe(**confirmation);
    return true;
  }

  const SearchSettings& settings_;
  const SearchParts& parts_;
  History& history_;
  double started_s_;
  std::map<std::string, int> known_;  ///< identity -> first trial
  int runs_ = 0;
  int free_ = 0;
  bool finished_ = false;
  SearchReport report_;
};

}  // namespace

std::string_view to_string(Finish finish) {
  switch (finish) {
    case Finish::Budget:
      return "budget used up";
    case Finish::TimeLimit:
      return "time limit reached";
    case Finish::NoMoreIdeas:
      return "nothing left to try";
    case Finish::TooManyFree:
      return "too many proposals were refused or repeated";
    case Finish::NoOptimizer:
      return "the optimizer failed";
    case Finish::Interrupted:
      return "interrupted";
    case Finish::Failed:
      return "failed";
  }
  return "";
}

SearchReport run_search(const SearchSettings& settings, const SearchParts& parts,
                        History& history) {
  return Search(settings, parts, history).run();
}

}  // namespace castra::search
