#include "server/text.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "support/check.h"

namespace castra::server {
namespace {

/// Bytes of the character that starts with this byte; 1 for a byte that starts none.
std::size_t character_bytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}

/// UTF-16 code units of a character of so many bytes.
std::uint32_t code_units(std::size_t bytes) { return bytes == 4 ? 2 : 1; }

}  // namespace

Text::Text(std::string text) : bytes_(std::move(text)) {
  CASTRA_CHECK(bytes_.size() < UINT32_MAX, "text too large for 32-bit offsets");
  index_lines();
}

void Text::index_lines() {
  line_starts_.assign(1, 0);
  for (std::uint32_t i = 0; i < bytes_.size(); ++i) {
    const bool carriage_return =
        bytes_[i] == '\r' && !(i + 1 < bytes_.size() && bytes_[i + 1] == '\n');
    if (bytes_[i] == '\n' || carriage_return) line_starts_.push_back(i + 1);
  }
}

std::string_view Text::line(std::size_t index) const {
  const std::uint32_t begin = line_starts_[index];
  std::size_t end = index + 1 < line_starts_.size() ? line_starts_[index + 1] : bytes_.size();
  while (end > begin && (bytes_[end - 1] == '\n' || bytes_[end - 1] == '\r')) --end;
  return std::string_view(bytes_).substr(begin, end - begin);
}

std::uint32_t Text::offset(Position position) const {
  if (position.line >= line_starts_.size()) return static_cast<std::uint32_t>(bytes_.size());
  const std::string_view text = line(position.line);
  std::size_t at = 0;
  std::uint32_t left = position.character;
  while (at < text.size()) {
    const std::size_t bytes = character_bytes(text[at]);
    if (left < code_units(bytes)) break;
    left -= code_units(bytes);
    at += bytes;
  }
  return line_starts_[position.line] + static_cast<std::uint32_t>(std::min(at, text.size()));
}

Position Text::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(bytes_.size()));
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto index = static_cast<std::size_t>(after - line_starts_.begin() - 1);
  const std::string_view text = line(index);
  const std::size_t wanted = offset - line_starts_[index];
  Position position{static_cast<std::uint32_t>(index), 0};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text[at]);
    if (at + bytes > wanted) break;
    position.character += code_units(bytes);
    at += bytes;
  }
  return position;
}

void Text::replace(Range range, std::string_view replacement) {
  const SourceSpan where = span(range);
  const std::uint32_t end = std::max(where.begin, where.end);
  bytes_.replace(where.begin, end - where.begin, replacement);
  CASTRA_CHECK(bytes_.size() < UINT32_MAX, "text too large for 32-bit offsets");
  index_lines();
}

}  // namespace castra::server
