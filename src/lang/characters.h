#pragma once

/// What the characters of a mapping program are.
namespace castra::lang {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool is_word(char c) { return is_letter(c) || is_digit(c); }
/// BEL, VT and FF are blanks too: the old scanner took some of them.
inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\a' || c == '\v' || c == '\f';
}

}  // namespace castra::lang
