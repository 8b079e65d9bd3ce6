#pragma once

#include <cstddef>
#include <string>

#include "lang/ast.h"

namespace castra::lang {

/// What to write instead where an operator meets tuples of `left` and `right` elements; empty if
/// the operands are too long to quote, or `expr` is no operator.
std::string length_help(const Expr& expr, std::size_t left, std::size_t right);

}  // namespace castra::lang
