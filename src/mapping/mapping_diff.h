#pragma once

#include <string>
#include <vector>

#include "mapping/mapping.h"

namespace castra {

/// One thing that two mappings decide differently. Values are as people read them; "-" where a
/// mapping leaves it to the program's own mapper.
struct Difference {
  std::string about;  ///< "task foo, argument 1", "launch of foo over [(0)..(7)]"
  std::string what;  ///< "processor kind", "memories", "layout", "placement", "instance limit", ...
  std::string left;
  std::string right;
  DecidedBy left_by;
  DecidedBy right_by;
  /// Of a placement: points with another owner, and the first few of them, "(2): 0.1 | 1.0".
  std::size_t points = 0;
  std::vector<std::string> examples;
  /// Not empty: the two could not be compared, and why; their functions are written differently.
  std::string not_compared = {};
};

/// Compares two mappings of one program on one machine decision by decision, however they are
/// written. Precondition: both were bound to the same Program, so that tasks and launches
/// correspond.
std::vector<Difference> diff(const Mapping& left, const Mapping& right);

/// "0.1" for processor 1 of node 0; "0.{1,2}" for either of two.
std::string owner_text(const std::vector<int>& node_and_processors);

}  // namespace castra
