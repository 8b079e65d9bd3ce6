#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

namespace castra {

/// Runs a RapidCheck property as part of a GoogleTest case: `count` inputs, always the same ones
/// unless CASTRA_PROPERTY_SEED is set in the environment. A failure shows the shrunk
/// counterexample.
template <typename Property>
void check_property(const std::string& what, Property&& property, int count = 1000) {
  rc::detail::TestParams parameters;
  const char* seed = std::getenv("CASTRA_PROPERTY_SEED");
  parameters.seed = seed != nullptr ? std::strtoull(seed, nullptr, 10) : 20261121;
  parameters.maxSuccess = count;
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  metadata.description = what;
  const auto result =
      rc::detail::checkTestable(std::forward<Property>(property), metadata, parameters);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>())
      << what << " (seed " << parameters.seed << ")\n"
      << message.str();
}

/// Uniform in [low, high), small or large from the first input on (RapidCheck's own inRange starts
/// with values near `low`).
template <typename T>
T pick_number(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high));
}

}  // namespace castra
