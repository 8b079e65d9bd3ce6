#include "lang/machine_space.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

#include "check_property.h"
#include "lang/factorization.h"

namespace castra::lang {
namespace {

using Numbers = std::vector<std::int64_t>;

/// One random transform that fits the space; the space itself if it happens not to.
MachineSpace random_transform(const MachineSpace& space) {
  const auto dimension = pick_number<std::int64_t>(0, space.dimensions());
  const auto other = pick_number<std::int64_t>(0, space.dimensions());
  const std::int64_t size = space.sizes()[static_cast<std::size_t>(dimension)];
  const auto extents = [] {
    return *rc::gen::resize(
        4, rc::gen::nonEmpty(rc::gen::container<Numbers>(rc::gen::inRange<std::int64_t>(0, 9))));
  };
  MachineSpace::Transformed next = space;
  switch (pick_number<int>(0, 8)) {
    case 0:
      next = space.merge(dimension, other);
      break;
    case 1: {
      Numbers divisors;
      for (std::int64_t f = 1; f <= size; ++f) {
        if (size % f == 0) divisors.push_back(f);
      }
      next = space.split(dimension, *rc::gen::elementOf(divisors));
      break;
    }
    case 2:
      next = space.swap(dimension, other);
      break;
    case 3: {
      const auto low = pick_number<std::int64_t>(0, size);
      next = space.slice(dimension, low, pick_number<std::int64_t>(low, size));
      break;
    }
    case 4:
      next = space.reverse(dimension);
      break;
    case 5:
      next = space.balance_split(dimension, pick_number<std::int64_t>(1, 4));
      break;
    case 6:
      next = space.auto_split(dimension, extents());
      break;
    default:
      next = space.greedy_split(dimension, extents());
      break;
  }
  return next && next->volume() <= 4096 ? *next : space;
}

MachineSpace random_space() {
  MachineSpace space = MachineSpace::base(ProcessorKind::Gpu, pick_number<std::int64_t>(1, 13),
                                          pick_number<std::int64_t>(1, 13));
  const int steps = pick_number<int>(0, 7);
  for (int i = 0; i < steps; ++i) space = random_transform(space);
  return space;
}

/// All indices of a grid, last dimension fastest.
void each_index(const Numbers& sizes, const std::function<void(const Numbers&)>& visit) {
  Numbers index(sizes.size(), 0);
  const std::int64_t volume =
      std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
  for (std::int64_t i = 0; i < volume; ++i) {
    std::int64_t rest = i;
    for (std::size_t d = sizes.size(); d-- > 0;) {
      index[d] = rest % sizes[d];
      rest /= sizes[d];
    }
    visit(index);
  }
}

TEST(MachineSpaceProperty, IndicesAndProcessorsCorrespondOneToOne) {
  check_property("distinct indices, distinct processors, and back", [] {
    const MachineSpace space = random_space();
    std::set<Processor> seen;
    each_index(space.sizes(), [&](const Numbers& index) {
      RC_ASSERT(space.contains(index));
      const Processor processor = space.to_processor(index);
      RC_ASSERT(seen.insert(processor).second);
      const auto back = space.from_processor(processor);
      RC_ASSERT(back.has_value());
      RC_ASSERT(*back == index);
    });
    RC_ASSERT(static_cast<std::int64_t>(seen.size()) == space.volume());
  });
}

TEST(MachineSpaceProperty, ProcessorsOutsideASliceHaveNoIndex) {
  check_property("from_processor answers exactly the processors reached", [] {
    const auto nodes = pick_number<std::int64_t>(1, 9);
    const auto per_node = pick_number<std::int64_t>(1, 9);
    MachineSpace space = MachineSpace::base(ProcessorKind::Cpu, nodes, per_node);
    for (int i = 0; i < 4; ++i) space = random_transform(space);
    std::int64_t reached = 0;
    for (std::int64_t node = -1; node <= nodes; ++node) {
      for (std::int64_t p = -1; p <= per_node; ++p)
        reached += space.from_processor({node, p}).has_value() ? 1 : 0;
    }
    RC_ASSERT(reached == space.volume());
  });
}

TEST(MachineSpaceProperty, SwapAndReverseUndoThemselves) {
  check_property("applied twice they change nothing", [] {
    const MachineSpace space = random_space();
    const auto d = pick_number<std::int64_t>(0, space.dimensions());
    const MachineSpace reversed = space.reverse(d)->reverse(d).value();
    const auto e = (d + 1) % space.dimensions();
    const MachineSpace swapped = d == e ? space : space.swap(d, e)->swap(d, e).value();
    each_index(space.sizes(), [&](const Numbers& index) {
      RC_ASSERT(reversed.to_processor(index) == space.to_processor(index));
      RC_ASSERT(swapped.to_processor(index) == space.to_processor(index));
    });
  });
}

TEST(MachineSpaceProperty, ArbitraryArgumentsAreAnsweredOrRefused) {
  check_property("no argument breaks an invariant", [] {
    const MachineSpace space = random_space();
    const auto a = *rc::gen::arbitrary<std::int64_t>();
    const auto b = *rc::gen::arbitrary<std::int64_t>();
    const auto c = pick_number<std::int64_t>(-2, 6);
    const auto list = *rc::gen::arbitrary<Numbers>();
    for (const auto& result :
         {space.merge(c, a), space.merge(a, c), space.split(c, a), space.swap(c, a),
          space.slice(c, a, b), space.reverse(c), space.balance_split(c, a),
          space.auto_split(c, list), space.greedy_split(c, list)}) {
      if (!result) {
        RC_ASSERT(!result.error().message.empty());
        continue;
      }
      for (const std::int64_t size : result->sizes()) RC_ASSERT(size > 0);
      RC_ASSERT(result->volume() <= space.volume());
    }
  });
}

// Factorizations

/// Every ordered factorization by trial of every divisor: slow and obvious.
void each_factorization(std::int64_t n, std::size_t parts, Numbers& prefix,
                        const std::function<void(const Numbers&)>& visit) {
  if (prefix.size() + 1 == parts) {
    prefix.push_back(n);
    visit(prefix);
    prefix.pop_back();
    return;
  }
  for (std::int64_t f = 1; f <= n; ++f) {
    if (n % f != 0) continue;
    prefix.push_back(f);
    each_factorization(n / f, parts, prefix, visit);
    prefix.pop_back();
  }
}

/// A sum of fractions O_j / L_j as one exact fraction.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

Fraction cost(const Numbers& factors, const Numbers& extents) {
  Fraction sum;
  for (std::size_t j = 0; j < factors.size(); ++j) {
    sum.numerator = sum.numerator * extents[j] + factors[j] * sum.denominator;
    sum.denominator *= extents[j];
  }
  return sum;
}

bool less(const Fraction& a, const Fraction& b) {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

void compare_with_brute_force(std::int64_t n, const Numbers& extents) {
  const auto best = best_factors(n, extents);
  ASSERT_TRUE(best);
  const Numbers greedy = greedy_factors(n, extents);
  ASSERT_EQ(std::accumulate(best->begin(), best->end(), std::int64_t{1}, std::multiplies<>()), n);
  ASSERT_EQ(std::accumulate(greedy.begin(), greedy.end(), std::int64_t{1}, std::multiplies<>()), n);
  const Fraction reached = cost(*best, extents);
  std::int64_t count = 0;
  bool greedy_is_best = false;
  Numbers prefix;
  each_factorization(n, extents.size(), prefix, [&](const Numbers& factors) {
    ++count;
    ASSERT_FALSE(less(cost(factors, extents), reached)) << n;
    greedy_is_best =
        greedy_is_best || (factors == greedy && !less(reached, cost(factors, extents)));
  });
  ASSERT_EQ(count, count_factorizations(n, extents.size()));
  if (greedy_is_best) {
    ASSERT_EQ(*best, greedy) << "ties go to the greedy factorization";
  }
}

TEST(FactorizationProperty, AutoSplitIsOptimalInTwoDimensions) {
  for (std::int64_t n = 1; n <= 64; ++n) {
    for (std::int64_t a = 1; a <= 12; ++a) {
      for (std::int64_t b = 1; b <= 12; ++b) compare_with_brute_force(n, {a, b});
    }
  }
}

TEST(FactorizationProperty, AutoSplitIsOptimalInThreeDimensions) {
  for (std::int64_t n = 1; n <= 48; ++n) {
    for (std::int64_t a = 1; a <= 5; ++a) {
      for (std::int64_t b = 1; b <= 5; ++b) {
        for (std::int64_t c = 1; c <= 5; ++c) compare_with_brute_force(n, {a, b, c});
      }
    }
  }
}

TEST(FactorizationProperty, AutoSplitIsOptimalAnywhere) {
  check_property("no factorization is cheaper", [] {
    const auto n = pick_number<std::int64_t>(1, 200);
    const auto extents = *rc::gen::container<Numbers>(pick_number<std::size_t>(1, 5),
                                                      rc::gen::inRange<std::int64_t>(1, 40));
    compare_with_brute_force(n, extents);
    RC_ASSERT(!testing::Test::HasFailure());
  });
}

TEST(FactorizationProperty, BalancedFactorsDescendAndMultiplyBack) {
  check_property("any number of parts, any primes", [] {
    const auto n = pick_number<std::int64_t>(1, 100000);
    const auto parts = pick_number<int>(1, 8);
    const Numbers factors = balanced_factors(n, parts);
    RC_ASSERT(static_cast<int>(factors.size()) == parts);
    RC_ASSERT(std::is_sorted(factors.begin(), factors.end(), std::greater<>()));
    RC_ASSERT(
        std::accumulate(factors.begin(), factors.end(), std::int64_t{1}, std::multiplies<>()) == n);
  });
}

}  // namespace
}  // namespace castra::lang
