#include <fmt/format.h>

#include <algorithm>

#include "lang/printer.h"
#include "search/space.h"

namespace castra::search {
namespace {

/// Region names are the program's and may hold anything.
std::string comment(const std::string& region) {
  if (region.empty()) return "";
  std::string printable = region.substr(0, 60);
  std::ranges::replace_if(
      printable, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  return "  # " + printable;
}

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

/// Functions used so far: equal ones are shared, different ones of one name are numbered.
class Functions {
 public:
  std::string name_for(const std::string& map, const IndexMapContext& context) {
    const std::string base =
        fmt::format("{}_{}_{}d", map, lower(castra::to_string(context.kind)), context.rank);
    for (int number = 1;; ++number) {
      std::string name = number == 1 ? base : fmt::format("{}_{}", base, number);
      std::string source = index_map_source(map, context, name);
      const auto [at, is_new] = sources_.emplace(name, source);
      if (is_new || at->second == source) return name;
    }
  }

  std::string text() const {
    std::string text;
    for (const auto& [name, source] : sources_) text += "\n" + source;
    return text;
  }

 private:
  std::map<std::string, std::string> sources_;
};

std::string statement(const Choice& choice, const std::string& value) {
  const std::string task = lang::name_as_written(choice.task);
  switch (choice.kind) {
    case ChoiceKind::Processor:
      return fmt::format("Task {} {};", task, value);
    case ChoiceKind::Memory:
      return fmt::format("Region {} {} {} {};", task, choice.argument,
                         castra::to_string(choice.processor), value);
    case ChoiceKind::Layout:
      return fmt::format("Layout {} {} * {};", task, choice.argument, value);
    case ChoiceKind::IndexMap:
      return fmt::format("IndexTaskMap {} {};", task, value);
  }
  return "";
}

}  // namespace

std::string describe(const Choice& choice, int value) {
  const std::string& word = choice.values[static_cast<std::size_t>(value)];
  const std::string region = choice.region.empty()
                                 ? fmt::format("argument {}", choice.argument)
                                 : fmt::format("argument {} ({})", choice.argument, choice.region);
  switch (choice.kind) {
    case ChoiceKind::Processor:
      return fmt::format("{} on {}", choice.task, word);
    case ChoiceKind::Memory:
      return fmt::format("{} {} in {}", choice.task, region, word);
    case ChoiceKind::Layout:
      return fmt::format("{} {} as {}", choice.task, region, word);
    case ChoiceKind::IndexMap:
      return fmt::format("points of {} {}", choice.task, word);
  }
  return "";
}

std::string SearchSpace::render(const Configuration& configuration) const {
  Functions functions;
  std::string rules;
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    const Choice& choice = choices_[i];
    if (!active(configuration, i)) continue;
    std::string value = choice.values[static_cast<std::size_t>(configuration[i])];
    if (choice.kind == ChoiceKind::Processor) rules += "\n";
    if (choice.kind == ChoiceKind::IndexMap) {
      if (value == "default") continue;
      value = functions.name_for(value, index_contexts_.at(i));
    }
    rules += statement(choice, value) + comment(choice.region) + "\n";
  }
  return "# One block per task: where it runs, where its arguments live, how they are laid out.\n" +
         functions.text() + rules;
}

}  // namespace castra::search
