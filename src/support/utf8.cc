#include "support/utf8.h"

#include <cstdint>

namespace castra {
namespace {

std::uint32_t byte(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

std::size_t length_by_first(std::uint32_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// Of a character that utf8_length() accepted, or that may still be too long or a surrogate.
std::uint32_t code_point(std::string_view text, std::size_t length) {
  constexpr std::uint32_t kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t code = byte(text, 0) & kFirstBits[length];
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(text, i) & 0x3FU);
  return code;
}

bool within(std::uint32_t code, std::uint32_t first, std::uint32_t last) {
  return code >= first && code <= last;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const std::size_t length = length_by_first(byte(text, 0));
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(text, i) & 0xC0U) != 0x80U) return 0;
  }
  const std::uint32_t code = code_point(text, length);
  const bool too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return too_long || code > 0x10FFFF || within(code, 0xD800, 0xDFFF) ? 0 : length;
}

std::size_t shown_length(std::string_view text) {
  const std::size_t length = utf8_length(text);
  if (length == 0) return 0;
  const std::uint32_t code = code_point(text, length);
  const bool control = code < 0x20 || within(code, 0x7F, 0x9F);
  const bool direction =
      within(code, 0x200E, 0x200F) || within(code, 0x2028, 0x202E) || within(code, 0x2066, 0x2069);
  return control || direction ? 0 : length;
}

}  // namespace castra
