#pragma once

#include <string_view>

namespace castra {

/// Whether `word` can only be a slip for `name`, rather than another name that somebody chose to
/// tell two things apart: names of less than four letters, other digits, and another first or last
/// letter (`i1`, `idy`, `dgemv`, `sgemm`) may be meant.
bool is_certain_slip(std::string_view word, std::string_view name);

}  // namespace castra
