#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/source.h"

namespace castra::server {

/// As the protocol counts: lines from 0, characters in UTF-16 code units from 0.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t character = 0;
  auto operator<=>(const Position&) const = default;
};

/// Half-open.
struct Range {
  Position start;
  Position end;
  bool operator==(const Range&) const = default;
};

/// The text of a document in UTF-8, addressed by bytes (as the language does) and by positions (as
/// the protocol does). Lines end with LF, CRLF or CR.
class Text {
 public:
  /// Precondition: text.size() fits 32 bits.
  explicit Text(std::string text);

  const std::string& bytes() const { return bytes_; }

  /// A position beyond its line means the line's end, one beyond the last line the text's end, one
  /// inside a surrogate pair the start of that character.
  std::uint32_t offset(Position position) const;
  /// An offset inside a character means its start.
  Position position(std::uint32_t offset) const;
  Range range(SourceSpan span) const { return {position(span.begin), position(span.end)}; }
  SourceSpan span(Range range) const { return {offset(range.start), offset(range.end)}; }

  /// O(size of the text).
  void replace(Range range, std::string_view replacement);

 private:
  void index_lines();
  /// The line's bytes without its end.
  std::string_view line(std::size_t index) const;

  std::string bytes_;
  std::vector<std::uint32_t> line_starts_;
};

}  // namespace castra::server
