#include "lang/comments.h"

#include <algorithm>

#include "support/text.h"

namespace castra::lang {
namespace {

/// Adds the comments of text[begin, end), which holds no token.
void scan_gap(const SourceFile& source, std::uint32_t begin, std::uint32_t end,
              std::vector<Comment>& found) {
  const std::string_view text = source.text();
  for (std::uint32_t at = begin; at < end; ++at) {
    const bool slashes = text[at] == '/' && at + 1 < end && text[at + 1] == '/';
    if (text[at] != '#' && !slashes) continue;
    std::size_t newline = at;
    while (newline < end && !ends_comment(text, newline)) ++newline;
    const std::string_view words = trim(text.substr(at, newline - at));
    Comment comment;
    comment.span = {at, at + static_cast<std::uint32_t>(words.size())};
    comment.text = words;
    comment.line = source.locate(at).line;
    const std::string_view line = source.line_text(comment.line);
    const std::size_t column = static_cast<std::size_t>(source.locate(at).column) - 1;
    comment.own_line = trim(line.substr(0, column)).empty();
    found.push_back(comment);
    at = static_cast<std::uint32_t>(newline);
  }
}

}  // namespace

std::vector<Comment> comments(const SourceFile& source, std::span<const Token> tokens) {
  std::vector<Comment> found;
  std::uint32_t at = source.text().starts_with("\xef\xbb\xbf") ? 3 : 0;  // a byte order mark
  for (const Token& token : tokens) {
    scan_gap(source, at, token.span.begin, found);
    at = token.span.end;
  }
  return found;
}

}  // namespace castra::lang
