#include "support/slip.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace castra {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

bool is_certain_slip(std::string_view word, std::string_view name) {
  const auto only = [](std::string_view text, auto kind) {
    std::string out;
    for (const char c : text) {
      if (kind(static_cast<unsigned char>(c)) != 0) out += c;
    }
    return out;
  };
  const auto digit = [](unsigned char c) { return std::isdigit(c); };
  const auto letter = [](unsigned char c) { return std::isalpha(c); };
  constexpr std::size_t kLeastLetters = 4;
  if (only(word, letter).size() < kLeastLetters || only(name, letter).size() < kLeastLetters)
    return false;
  if (only(word, digit) != only(name, digit)) return false;
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  if (word.size() != name.size()) return true;
  const auto equal = [&](std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  };
  const std::size_t last = word.size() - 1;
  const bool one_end =
      equal(word.substr(1), name.substr(1)) || equal(word.substr(0, last), name.substr(0, last));
  return !one_end || equal(word, name);
}

}  // namespace castra
