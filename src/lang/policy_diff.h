#pragma once

#include <vector>

#include "lang/policy.h"
#include "mapping/mapping_diff.h"
#include "support/result.h"

namespace castra::lang {

/// Where two policies differ, compared by their tables and by where their maps place: single tasks,
/// and the points of sample domains (sample_domains()), on `machine`. Finds every difference
/// between rules; of index maps those that show on the samples. Maps that ask for what only a
/// program or a run knows are compared by the text of their functions: Difference::not_compared.
Result<std::vector<Difference>> diff(const Policy& left, const Policy& right,
                                     const MachineShape& machine);

/// The launch domains that index maps are compared on: one to three dimensions, extents that divide
/// evenly and that do not.
std::vector<Rect> sample_domains();

}  // namespace castra::lang
