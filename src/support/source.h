#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace castra {

/// Half-open byte range [begin, end) of a SourceFile's text.
struct SourceSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const SourceSpan&) const = default;
};

/// 1-based line; 1-based column in bytes, so that `file:line:col` is what editors expect of ASCII.
struct LineColumn {
  int line = 1;
  int column = 1;
};

/// A text with a name, indexed by lines. Immutable. Spans and diagnostics refer into it, so it must
/// outlive whatever renders them.
class SourceFile {
 public:
  /// `name` is what diagnostics print: the path as the user gave it, or "<stdin>".
  /// Precondition: text.size() fits 32 bits (readers refuse larger files).
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }

  LineColumn locate(std::uint32_t offset) const;
  /// The line's text without its newline. `line` is 1-based and must exist.
  std::string_view line_text(int line) const;
  std::string_view slice(SourceSpan span) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

}  // namespace castra
