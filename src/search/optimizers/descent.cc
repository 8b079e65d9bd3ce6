#include "search/optimizers/descent.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <tuple>

namespace castra::search {
namespace {

constexpr int kDraws = 10'000;

/// Order of the choice kinds within one task.
int rank(ChoiceKind kind) {
  switch (kind) {
    case ChoiceKind::Processor:
      return 0;
    case ChoiceKind::IndexMap:
      return 1;
    case ChoiceKind::Memory:
      return 2;
    case ChoiceKind::Layout:
      return 3;
  }
  return 4;
}

std::vector<std::size_t> coordinate_order(const std::vector<Choice>& choices) {
  std::vector<std::size_t> order(choices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](const Choice& c) {
      return std::tuple(-c.time_share, c.task, rank(c.kind), ~c.bytes.value);
    };
    return key(choices[a]) < key(choices[b]);
  });
  std::erase_if(order, [&](std::size_t i) { return choices[i].values.size() < 2; });
  return order;
}

class DescentOptimizer : public Optimizer {
 public:
  DescentOptimizer(const SearchSpace& space, std::uint64_t seed)
      : space_(space), rng_(seed), order_(coordinate_order(space.choices())), best_(space.start()) {
    start_text_ = space.render(best_);
  }

  Result<std::optional<Proposal>> ask(const History& history) override {
    for (; seen_ < history.trials().size(); ++seen_)
      learn(history.trials()[seen_], history.metric());
    if (!pending_) pending_ = next();
    if (!pending_) return std::nullopt;
    return Proposal{pending_->text, "descent", pending_->reason};
  }

 private:
  struct Candidate {
    Configuration configuration;
    std::string text;
    std::string reason;
  };

  /// State moves on only here, from recorded trials: a fresh optimizer fed the same trials makes
  /// the same candidates again.
  void learn(const Trial& trial, const Metric& metric) {
    const Measured* measured = trial.outcome.measured();
    const bool ours = trial.proposal.origin == "descent";
    if (ours && !pending_) pending_ = next();
    tried_.insert(trial.proposal.mapping);
    if (trial.proposal.mapping == start_text_) {
      if (measured != nullptr) accept(space_.start(), measured->value);
    } else if (ours && pending_ && pending_->text == trial.proposal.mapping &&
               measured != nullptr && (!value_ || metric.better(measured->value, *value_))) {
      accept(pending_->configuration, measured->value);
    }
    if (ours) pending_.reset();
  }

  void accept(Configuration configuration, double value) {
    best_ = std::move(configuration);
    value_ = value;
    unchanged_ = 0;
  }

  std::optional<Candidate> candidate(Configuration configuration, std::string reason) const {
    std::string text = space_.render(configuration);
    if (tried_.contains(text)) return std::nullopt;
    return Candidate{std::move(configuration), std::move(text), std::move(reason)};
  }

  std::optional<Candidate> next() {
    if (auto start = candidate(space_.start(), "where the search starts")) return start;
    if (auto step = next_step()) return step;
    return value_ ? random_jump() : random_whole();
  }

  /// The next untried change of one choice, going round; nothing after a full round without a new
  /// best.
  std::optional<Candidate> next_step() {
    while (unchanged_ < order_.size()) {
      const std::size_t choice = order_[position_];
      const auto& values = space_.choices()[choice].values;
      for (int value = 0; value < static_cast<int>(values.size()); ++value) {
        if (value == best_[choice]) continue;
        Configuration changed = best_;
        changed[choice] = value;
        if (auto step = candidate(std::move(changed), describe(space_.choices()[choice], value)))
          return step;
      }
      position_ = (position_ + 1) % order_.size();
      ++unchanged_;
    }
    return std::nullopt;
  }

  std::optional<Candidate> random_jump() {
    if (order_.empty()) return std::nullopt;
    for (int draw = 0; draw < kDraws; ++draw) {
      Configuration changed = best_;
      std::string reason;
      const std::uint64_t changes = 2 + rng_.below(2);
      for (std::uint64_t i = 0; i < changes; ++i) {
        const std::size_t choice = order_[rng_.below(order_.size())];
        const Choice& asked = space_.choices()[choice];
        changed[choice] = static_cast<int>(rng_.below(asked.values.size()));
        reason += (reason.empty() ? "" : "; ") + describe(asked, changed[choice]);
      }
      if (auto jump = candidate(std::move(changed), std::move(reason))) return jump;
    }
    return std::nullopt;
  }

  std::optional<Candidate> random_whole() {
    for (int draw = 0; draw < kDraws; ++draw) {
      if (auto whole = candidate(space_.random(rng_), "drawn at random: nothing has worked yet"))
        return whole;
    }
    return std::nullopt;
  }

  const SearchSpace& space_;
  Rng rng_;
  std::vector<std::size_t> order_;  ///< choices with more than one value
  std::string start_text_;
  Configuration best_;
  std::optional<double> value_;  ///< of best_; none until something was measured
  std::size_t position_ = 0;     ///< in order_
  std::size_t unchanged_ = 0;    ///< coordinates passed since the last new best
  std::set<std::string> tried_;
  std::size_t seen_ = 0;
  std::optional<Candidate> pending_;
};

}  // namespace

std::unique_ptr<Optimizer> make_descent_optimizer(const SearchSpace& space, std::uint64_t seed) {
  return std::make_unique<DescentOptimizer>(space, seed);
}

}  // namespace castra::search
