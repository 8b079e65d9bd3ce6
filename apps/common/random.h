#pragma once

#include <cstdint>

#include "support/rng.h"

namespace castra::apps {

/// Random numbers by address instead of by turn: the number at (seed, stream, index) is the same
/// whichever processor asks, in whatever order. Within a stream the indices give SplitMix64's
/// sequence from a start that depends on seed and stream.
class CounterRng {
 public:
  CounterRng(std::uint64_t seed, std::uint64_t stream)
      : key_(Rng(Rng(seed).next() ^ stream).next()) {}

  std::uint64_t bits(std::uint64_t index) const { return Rng(key_ + index * kStep).next(); }

  /// Uniform in [0, 1).
  double unit(std::uint64_t index) const { return Rng(key_ + index * kStep).unit(); }

  /// Uniform in [0, bound); bound must be positive. Biased by less than bound / 2^53.
  std::int64_t below(std::uint64_t index, std::int64_t bound) const {
    return static_cast<std::int64_t>(unit(index) * static_cast<double>(bound));
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;  // what Rng adds per draw

  std::uint64_t key_;
};

}  // namespace castra::apps
