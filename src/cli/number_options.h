#pragma once

#include <string>

namespace CLI {
class Validator;
}

namespace castra::cli {

/// Numbers of an option: `least` to `most`, no infinity and no NaN. `what` says it in words.
CLI::Validator number_between(double least, double most, const std::string& what);
/// Seconds: more than 0, at most 10^9.
CLI::Validator seconds();
/// Whole numbers of 64 bits without a sign.
CLI::Validator whole_number();

}  // namespace castra::cli
