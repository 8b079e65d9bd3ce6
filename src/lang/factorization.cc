#include "lang/factorization.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "support/check.h"

namespace castra::lang {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t kMaxFactorizations = 1000000;

struct PrimePower {
  std::int64_t prime;
  int exponent;
};

/// Largest prime first.
std::vector<PrimePower> prime_powers_descending(std::int64_t n) {
  std::vector<PrimePower> powers;
  for (const std::int64_t prime : prime_factors(n)) {
    if (powers.empty() || powers.back().prime != prime) powers.push_back({prime, 0});
    ++powers.back().exponent;
  }
  std::reverse(powers.begin(), powers.end());
  return powers;
}

/// C(exponent + parts - 1, exponent), saturating.
std::int64_t placements(int exponent, std::size_t parts) {
  Wide result = 1;
  for (int i = 1; i <= exponent; ++i) {
    result = result * (parts - 1 + static_cast<std::size_t>(i)) / static_cast<unsigned>(i);
    if (result > static_cast<Wide>(std::numeric_limits<std::int64_t>::max())) {
      return std::numeric_limits<std::int64_t>::max();
    }
  }
  return static_cast<std::int64_t>(result);
}

/// Least common multiple of the extents, if at most 2^62.
std::optional<std::int64_t> common_multiple(std::span<const std::int64_t> extents) {
  std::int64_t multiple = 1;
  for (const std::int64_t extent : extents) {
    const Wide next =
        static_cast<Wide>(multiple / std::gcd(multiple, extent)) * static_cast<Wide>(extent);
    if (next > (static_cast<Wide>(1) << 62)) return std::nullopt;
    multiple = static_cast<std::int64_t>(next);
  }
  return multiple;
}

/// Depth-first over primes and dimensions in the documented order.
class Enumeration {
 public:
  Enumeration(std::int64_t n, std::size_t parts,
              std::function<void(const std::vector<std::int64_t>&)> visit)
      : powers_(prime_powers_descending(n)), factors_(parts, 1), visit_(std::move(visit)) {}

  void run() { next_prime(0); }

 private:
  void next_prime(std::size_t prime) {
    if (prime == powers_.size()) return visit_(factors_);
    place(prime, 0, powers_[prime].exponent);
  }

  void place(std::size_t prime, std::size_t dimension, int remaining) {
    const std::int64_t before = factors_[dimension];
    if (dimension + 1 == factors_.size()) {
      for (int i = 0; i < remaining; ++i) factors_[dimension] *= powers_[prime].prime;
      next_prime(prime + 1);
    } else {
      for (int here = 0; here <= remaining; ++here) {
        place(prime, dimension + 1, remaining - here);
        if (here < remaining) factors_[dimension] *= powers_[prime].prime;
      }
    }
    factors_[dimension] = before;
  }

  std::vector<PrimePower> powers_;
  std::vector<std::int64_t> factors_;
  std::function<void(const std::vector<std::int64_t>&)> visit_;
};

}  // namespace

std::vector<std::int64_t> prime_factors(std::int64_t n) {
  CASTRA_CHECK(n >= 1, "only positive numbers have prime factors");
  std::vector<std::int64_t> factors;
  for (std::int64_t prime = 2; prime <= n / prime; ++prime) {
    while (n % prime == 0) {
      factors.push_back(prime);
      n /= prime;
    }
  }
  if (n > 1) factors.push_back(n);
  return factors;
}

std::vector<std::int64_t> balanced_factors(std::int64_t n, int parts) {
  CASTRA_CHECK(parts >= 1, "at least one factor");
  std::vector<std::int64_t> factors(static_cast<std::size_t>(parts), 1);
  for (const std::int64_t prime : prime_factors(n))
    *std::min_element(factors.begin(), factors.end()) *= prime;
  std::sort(factors.begin(), factors.end(), std::greater<>());
  return factors;
}

std::vector<std::int64_t> greedy_factors(std::int64_t n, std::span<const std::int64_t> extents) {
  CASTRA_CHECK(!extents.empty(), "at least one extent");
  std::vector<std::int64_t> factors(extents.size(), 1);
  std::vector<std::int64_t> primes = prime_factors(n);
  std::reverse(primes.begin(), primes.end());
  for (const std::int64_t prime : primes) {
    std::size_t widest = 0;
    for (std::size_t j = 1; j < extents.size(); ++j) {
      // extents[j]/factors[j] > extents[widest]/factors[widest], without rounding
      const Wide here = static_cast<Wide>(extents[j]) * static_cast<Wide>(factors[widest]);
      if (here > static_cast<Wide>(extents[widest]) * static_cast<Wide>(factors[j])) widest = j;
    }
    factors[widest] *= prime;
  }
  return factors;
}

std::int64_t count_factorizations(std::int64_t n, std::size_t parts) {
  Wide count = 1;
  for (const PrimePower& power : prime_powers_descending(n)) {
    count *= static_cast<Wide>(placements(power.exponent, parts));
    if (count > static_cast<Wide>(std::numeric_limits<std::int64_t>::max())) {
      return std::numeric_limits<std::int64_t>::max();
    }
  }
  return static_cast<std::int64_t>(count);
}

std::optional<std::vector<std::int64_t>> best_factors(std::int64_t n,
                                                      std::span<const std::int64_t> extents) {
  CASTRA_CHECK(!extents.empty(), "at least one extent");
  if (count_factorizations(n, extents.size()) > kMaxFactorizations) return std::nullopt;
  const auto multiple = common_multiple(extents);
  if (!multiple) return std::nullopt;
  // sum_j O_j / L_j times the common multiple is an integer: below 2^62 * n * parts, so it fits
  // Wide.
  const auto cost = [&](const std::vector<std::int64_t>& factors) {
    Wide sum = 0;
    for (std::size_t j = 0; j < factors.size(); ++j) {
      sum += static_cast<Wide>(factors[j]) * static_cast<Wide>(*multiple / extents[j]);
    }
    return sum;
  };
  std::vector<std::int64_t> best;
  Wide best_cost = 0;
  Enumeration(n, extents.size(), [&](const std::vector<std::int64_t>& factors) {
    const Wide here = cost(factors);
    if (best.empty() || here < best_cost) {
      best = factors;
      best_cost = here;
    }
  }).run();
  std::vector<std::int64_t> greedy = greedy_factors(n, extents);
  return cost(greedy) == best_cost ? greedy : best;
}

}  // namespace castra::lang
