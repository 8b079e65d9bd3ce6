#include "cli/number_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>

namespace castra::cli {
namespace {

template <typename Number>
bool reads(const std::string& text, Number& number) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  return error == std::errc() && end == last;
}

CLI::Validator number_where(bool (*good)(double, double, double), double least, double most,
                            const std::string& what) {
  return {[=](std::string& text) -> std::string {
            double number = 0;
            if (reads(text, number) && good(number, least, most)) return {};
            return fmt::format("'{}' is not {}", text.substr(0, 40), what);
          },
          "NUMBER"};
}

}  // namespace

CLI::Validator number_between(double least, double most, const std::string& what) {
  return number_where([](double x, double a, double b) { return x >= a && x <= b; }, least, most,
                      what);
}

CLI::Validator seconds() {
  return number_where([](double x, double a, double b) { return x > a && x <= b; }, 0, 1e9,
                      "a number of seconds above 0, up to 1e9");
}

CLI::Validator whole_number() {
  return {[](std::string& text) -> std::string {
            std::uint64_t number = 0;
            if (reads(text, number)) return {};
            return fmt::format("'{}' is not a whole number from 0 to 2^64-1", text.substr(0, 40));
          },
          "NUMBER"};
}

}  // namespace castra::cli
