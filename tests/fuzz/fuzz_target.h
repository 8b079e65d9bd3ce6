#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "support/rng.h"

namespace castra {

/// A part of Castra that reads text it cannot trust.
struct FuzzTarget {
  std::string_view name;  ///< also the folder of its corpus and the end of its driver's name
  /// Must return whatever the text; our own broken invariants abort.
  void (*run)(std::string_view input);
  /// Another input near this one, which the target understands better than flipped bits.
  std::string (*mutate)(std::string_view input, std::size_t max_size, Rng& rng);
};

std::span<const FuzzTarget> fuzz_targets();
/// Null if there is none of that name.
const FuzzTarget* find_fuzz_target(std::string_view name);

}  // namespace castra
