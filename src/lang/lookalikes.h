#pragma once

#include <cstddef>
#include <string_view>

namespace castra::lang {

/// A sign of Unicode that editors and input methods put in place of one of ASCII, encoded in UTF-8.
struct Lookalike {
  std::string_view sign;
  std::string_view ascii;
};

/// The one that `text` starts with; null if it starts with none.
const Lookalike* find_lookalike(std::string_view text);

}  // namespace castra::lang
