#pragma once

#include <string>

namespace castra::lang {

/// A statement that parses without errors, of every kind and with every form of expression; only
/// within a RapidCheck property.
std::string random_statement();

}  // namespace castra::lang
