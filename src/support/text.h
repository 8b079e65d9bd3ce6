#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace castra {

/// The candidate nearest to `word` by edit distance (case-insensitive, transpositions count one),
/// if near enough to be a plausible slip: at most a third of the longer word's length. Nothing if
/// several are equally near. O(|word| * total length of candidates).
std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates);

/// With the bytes of controls, of marks of direction and of what is not UTF-8 as \xNN, so that
/// printing it does nothing to a terminal.
std::string printable(std::string_view text);
/// The same for the first character of a text that is not empty, which is taken off it.
void add_printable(std::string& out, std::string_view& text);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
/// Of ASCII letters.
bool same_ignoring_case(std::string_view a, std::string_view b);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Columns of printable() cells padded to their widest, two spaces between, no trailing blanks;
/// rows may be shorter than the header. The first column is left-aligned, the others right-aligned
/// where every cell of the column is a number.
std::string render_table(const std::vector<std::string>& header,
                         std::vector<std::vector<std::string>> rows);

}  // namespace castra
