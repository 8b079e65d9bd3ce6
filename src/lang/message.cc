#include "lang/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace castra::lang {

std::vector<DiagnosticArgument> name_arguments(std::string_view message,
                                               std::vector<ArgumentValue> values) {
  std::vector<DiagnosticArgument> arguments;
  while (!message.empty() && arguments.size() < values.size()) {
    const MessagePart part = next_part(message);
    if (!part.argument) continue;
    const std::size_t position = arguments.size();
    arguments.push_back(
        {part.text.empty() ? fmt::format("argument{}", position + 1) : std::string(part.text),
         std::move(values[position])});
  }
  return arguments;
}

std::string fill_message(std::string_view message,
                         const std::vector<DiagnosticArgument>& arguments) {
  std::string out;
  std::size_t unnamed = 0;
  while (!message.empty()) {
    const MessagePart part = next_part(message);
    if (!part.argument) {
      out += part.text;
      continue;
    }
    const std::string name =
        part.text.empty() ? fmt::format("argument{}", ++unnamed) : std::string(part.text);
    const auto found = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& argument) { return argument.name == name; });
    if (found != arguments.end()) out += castra::to_string(found->value);
  }
  return out;
}

}  // namespace castra::lang
