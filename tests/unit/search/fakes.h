#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search/driver.h"

namespace castra::search {

inline Outcome measured(double value, int repeats = 1) {
  Outcome outcome;
  outcome.result =
      Measured{std::vector<double>(static_cast<std::size_t>(repeats), value), value, true};
  outcome.seconds = value * repeats;
  return outcome;
}

inline Outcome failed(const std::string& reason) {
  Outcome outcome;
  outcome.result = RunFailed{1, std::nullopt, reason};
  return outcome;
}

/// Evaluates with a function of the mapping text; counts and records the requests.
class FakeEvaluator : public Evaluator {
 public:
  using Function = std::function<Result<std::optional<Outcome>>(const EvaluationRequest&)>;
  explicit FakeEvaluator(Function function) : function_(std::move(function)) {}
  Result<std::optional<Outcome>> evaluate(const EvaluationRequest& request) override {
    requests.push_back(request);
    return function_(request);
  }
  std::vector<EvaluationRequest> requests;

 private:
  Function function_;
};

/// Texts are their own identity, but for a leading "same:"; "wrong" texts are refused.
class FakeChecker : public MappingChecker {
 public:
  CheckedMapping check(const std::string& mapping) const override {
    CheckedMapping checked;
    checked.identity = mapping.starts_with("same:") ? mapping.substr(5) : mapping;
    if (mapping.starts_with("wrong")) {
      checked.refused.emplace();
      checked.refused->result = CompileError{{}, "error"};
    }
    return checked;
  }
};

class FakeSink : public TrialSink {
 public:
  Status record(const Trial& trial) override {
    if (fail_at == trial.number) return failure("disk full");
    trials.push_back(trial);
    return {};
  }
  Status record(const Confirmation& confirmation) override {
    confirmations.push_back(confirmation);
    return {};
  }
  std::optional<int> fail_at;
  std::vector<Trial> trials;
  std::vector<Confirmation> confirmations;
};

/// Checks that trials are told only after they were recorded.
class FakeObserver : public SearchObserver {
 public:
  explicit FakeObserver(const FakeSink& sink) : sink_(sink) {}
  void trying(int, const Proposal&) override {}
  void tried(const Trial& trial, const History&) override {
    recorded_first &= !sink_.trials.empty() && sink_.trials.back().number == trial.number;
    ++announced;
  }
  void confirming(const Trial&, int, int) override {}
  void confirmed(const Confirmation&) override {}
  bool recorded_first = true;
  int announced = 0;

 private:
  const FakeSink& sink_;
};

/// Proposes given texts, then nothing more.
class ListOptimizer : public Optimizer {
 public:
  explicit ListOptimizer(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  Result<std::optional<Proposal>> ask(const History&) override {
    if (next_ == texts_.size()) return std::nullopt;
    return Proposal{texts_[next_++], "list", ""};
  }

 private:
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

/// Everything run_search needs, with a clock that stands still unless moved.
struct Bench {
  explicit Bench(FakeEvaluator::Function function) : evaluator(std::move(function)) {}

  SearchReport run(Optimizer& optimizer) {
    return run_search(
        settings,
        {optimizer, evaluator, checker, sink, observer, {}, [this] { return now_s; }, stop},
        history);
  }

  SearchSettings settings;
  FakeEvaluator evaluator;
  FakeChecker checker;
  FakeSink sink;
  FakeObserver observer{sink};
  History history{Metric{}};
  double now_s = 0;
  const std::atomic<bool>* stop = nullptr;
};

}  // namespace castra::search
