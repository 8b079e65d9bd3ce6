#include "search/optimizers/random.h"

#include <set>
#include <string>

namespace castra::search {
namespace {

constexpr int kDraws = 10'000;

class RandomOptimizer : public Optimizer {
 public:
  RandomOptimizer(const SearchSpace& space, std::uint64_t seed) : space_(space), seed_(seed) {}

  Result<std::optional<Proposal>> ask(const History& history) override {
    for (; seen_ < history.trials().size(); ++seen_)
      tried_.insert(history.trials()[seen_].proposal.mapping);
    // The trial's number selects the stream, so that a resumed search continues alike.
    Rng rng(Rng(seed_).next() + history.trials().size());
    for (int draw = 0; draw < kDraws; ++draw) {
      std::string mapping = space_.render(space_.random(rng));
      if (!tried_.contains(mapping))
        return Proposal{std::move(mapping), "random", "drawn at random"};
    }
    return std::nullopt;
  }

 private:
  const SearchSpace& space_;
  std::uint64_t seed_;
  std::size_t seen_ = 0;
  std::set<std::string> tried_;
};

}  // namespace

std::unique_ptr<Optimizer> make_random_optimizer(const SearchSpace& space, std::uint64_t seed) {
  return std::make_unique<RandomOptimizer>(space, seed);
}

}  // namespace castra::search
