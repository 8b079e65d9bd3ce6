#pragma once

#include <vector>

#include "circuit/config.h"

namespace castra::apps::circuit {

/// What every node must hold at the end, by node id, and how far off it may be (absolute).
struct Expectation {
  std::vector<float> voltage;
  std::vector<float> charge;
  std::vector<float> voltage_tolerance;
  std::vector<float> charge_tolerance;
};

/// Simulates the circuit sequentially: `config.total_loops()` iterations, then the first two tasks
/// of one more, so that the charges, which every iteration ends by clearing, are there to compare.
///
/// Tolerances follow the rounding that another order of additions can cause, at most 1e-4 of a
/// value's scale: for a charge, the sum of the sizes of its contributions; for a voltage its own
/// size and what charges have added so far. A lost contribution is far larger than its tolerance.
///
/// A wire's solver stops as soon as a sweep changes no bit, for all further ones would not either;
/// that makes this many times cheaper than the run it checks.
Expectation simulate_reference(const CircuitConfig& config);

}  // namespace castra::apps::circuit
