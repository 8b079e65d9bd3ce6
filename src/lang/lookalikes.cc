#include "lang/lookalikes.h"

namespace castra::lang {
namespace {

constexpr Lookalike kLookalikes[] = {
    // full-width forms
    {"\xef\xbc\x9b", ";"},
    {"\xef\xbc\x8c", ","},
    {"\xef\xbc\x9a", ":"},
    {"\xef\xbc\x88", "("},
    {"\xef\xbc\x89", ")"},
    {"\xef\xbc\xbb", "["},
    {"\xef\xbc\xbd", "]"},
    {"\xef\xbd\x9b", "{"},
    {"\xef\xbd\x9d", "}"},
    {"\xef\xbc\x9d", "="},
    {"\xef\xbc\x8b", "+"},
    {"\xef\xbc\x8d", "-"},
    {"\xef\xbc\x8a", "*"},
    {"\xef\xbc\x8f", "/"},
    {"\xef\xbc\x85", "%"},
    {"\xef\xbc\x8e", "."},
    {"\xef\xbc\x9f", "?"},
    {"\xef\xbc\x81", "!"},
    {"\xef\xbc\x9c", "<"},
    {"\xef\xbc\x9e", ">"},
    {"\xef\xbc\x82", "\""},
    {"\xe3\x80\x81", ","},  // ideographic comma
    // typographic quotes
    {"\xe2\x80\x9c", "\""},
    {"\xe2\x80\x9d", "\""},
    {"\xe2\x80\x9e", "\""},
    {"\xe2\x80\x9f", "\""},
    {"\xe2\x80\x98", "\""},
    {"\xe2\x80\x99", "\""},
    {"\xc2\xab", "\""},
    {"\xc2\xbb", "\""},
    // minus sign, dashes
    {"\xe2\x88\x92", "-"},
    {"\xe2\x80\x90", "-"},
    {"\xe2\x80\x91", "-"},
    {"\xe2\x80\x93", "-"},
    {"\xe2\x80\x94", "-"},
    // other operators
    {"\xe2\x89\xa4", "<="},
    {"\xe2\x89\xa5", ">="},
    {"\xe2\x89\xa0", "!="},
    {"\xc3\x97", "*"},
    {"\xc3\xb7", "/"},
    // blanks
    {"\xc2\xa0", " "},
    {"\xe2\x80\xaf", " "},
    {"\xe2\x80\x87", " "},
    {"\xe2\x80\x89", " "},
    {"\xe3\x80\x80", " "},
};

}  // namespace

const Lookalike* find_lookalike(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80) return nullptr;
  for (const Lookalike& known : kLookalikes) {
    if (text.starts_with(known.sign)) return &known;
  }
  return nullptr;
}

}  // namespace castra::lang
