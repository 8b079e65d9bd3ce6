#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mapping/mapping.h"

namespace castra {

inline constexpr int kMappingJsonVersion = 1;

/// All decisions of a mapping: {"castra_mapping", "tasks", "launches", "singles"}. A decision that
/// is left to the program's own mapper is null; one by a rule names it ("by": line and text).
/// docs/tools.md describes every member.
nlohmann::ordered_json to_json(const Mapping& mapping);

}  // namespace castra
