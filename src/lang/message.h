#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/diagnostic.h"

/// Messages of the diagnostics table: text with places `{name}` (a string) and `{name:int}` (an
/// integer); `{{` and `}}` are braces.
namespace castra::lang {

struct MessagePart {
  std::string_view text;  ///< literal text, or the argument's name; a place `{}` has none
  bool argument = false;
  bool integer = false;
};

/// The next part of `rest`, taken off it; `rest` must not be empty.
constexpr MessagePart next_part(std::string_view& rest) {
  const auto take = [&rest](std::size_t count) {
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  };
  if (rest.starts_with("{{") || rest.starts_with("}}")) return {take(2).substr(1), false, false};
  if (rest.front() == '{') {
    const std::size_t end = rest.find('}');
    std::string_view name = take(end == std::string_view::npos ? rest.size() : end + 1).substr(1);
    if (!name.empty()) name.remove_suffix(1);
    const bool integer = name.ends_with(":int");
    if (integer) name.remove_suffix(4);
    return {name, true, integer};
  }
  const std::size_t end = rest.find_first_of("{}", 1);
  return {take(end == std::string_view::npos ? rest.size() : end), false, false};
}

constexpr std::size_t argument_count(std::string_view message) {
  std::size_t count = 0;
  while (!message.empty()) count += next_part(message).argument ? 1 : 0;
  return count;
}

/// Precondition: index < argument_count(message).
constexpr MessagePart argument_of(std::string_view message, std::size_t index) {
  for (;;) {
    const MessagePart part = next_part(message);
    if (part.argument && index-- == 0) return part;
  }
}

/// The values with the names of the message's places, in order; superfluous ones are left out.
std::vector<DiagnosticArgument> name_arguments(std::string_view message,
                                               std::vector<ArgumentValue> values);

/// The message with each place filled by the argument of that name; by nothing if there is none.
std::string fill_message(std::string_view message,
                         const std::vector<DiagnosticArgument>& arguments);

/// Marks a finding that is only known at run time (lang/diagnostics.h).
template <typename Finding>
struct RuntimeFinding {
  Finding value;
};

}  // namespace castra::lang
