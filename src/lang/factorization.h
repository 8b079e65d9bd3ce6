#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// How a number of processors is split over the dimensions of a launch: products of equal value.
namespace castra::lang {

/// Prime factors with multiplicity, ascending; empty for 1. Precondition: n >= 1. O(sqrt n).
std::vector<std::int64_t> prime_factors(std::int64_t n);

/// The `balance_split` rule of the published language: prime factors, smallest first, each onto the
/// first smallest of `parts` ones; then sorted descending. Preconditions: n >= 1, parts >= 1.
std::vector<std::int64_t> balanced_factors(std::int64_t n, int parts);

/// The `greedy_split` rule (and Legion's own block heuristic): prime factors, largest first, each
/// onto the first dimension with the largest extent/factor. Preconditions: n >= 1, extents positive
/// and not empty.
std::vector<std::int64_t> greedy_factors(std::int64_t n, std::span<const std::int64_t> extents);

/// Ordered factorizations the search below would have to look at; saturates at INT64_MAX.
std::int64_t count_factorizations(std::int64_t n, std::size_t parts);

/// The `auto_split` rule: the ordered factorization O of n that minimises sum_j O_j / extents_j,
/// found by enumeration with exact rationals. Among equals the greedy one if it is there, else the
/// first enumerated (primes largest first as nested loops; for one prime, exponent vectors in
/// ascending lexicographic order). All ones if n is 1. Nothing if there are more than a million
/// factorizations or the extents' least common multiple exceeds 2^62. Preconditions as for
/// greedy_factors.
std::optional<std::vector<std::int64_t>> best_factors(std::int64_t n,
                                                      std::span<const std::int64_t> extents);

}  // namespace castra::lang
