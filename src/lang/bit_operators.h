#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lang/token.h"

/// Operators on bits, which the language does not have and models write all the same.
namespace castra::lang {

/// What to write instead of `&`, `|`, `<<`, `>>`, `~` or `^`.
std::string_view bit_operator_help(std::string_view sign);

/// Whether token i, a single `&` or `|`, stands between truth values: a comparison on one side says
/// so, a number beside the operator the contrary.
bool joins_truth_values(const std::vector<Token>& tokens, std::size_t i);

}  // namespace castra::lang
