#include "search/agent/prompt_templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "support/file.h"
#include "support/text.h"

namespace castra::search::agent {
namespace {

constexpr std::size_t kFileBudget = std::size_t{256} << 10;

/// Every file with the values it may use.
const std::map<std::string, std::vector<std::string>> kFiles = {
    {"language_guide.txt", {}},
    {"reply_format.txt", {}},
    {"system.txt", {"language_guide", "reply_format"}},
    {"propose.txt",
     {"objective", "program", "machine", "choices", "best", "best_value", "history", "failures",
      "feedback"}},
    {"repair.txt", {"blocks", "diagnostics"}},
};

struct Placeholder {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
  std::string name;
};

Placeholder next_placeholder(const std::string& text, std::size_t from) {
  Placeholder found;
  found.begin = text.find("{{", from);
  if (found.begin == std::string::npos) return found;
  const std::size_t close = text.find("}}", found.begin);
  found.end = close == std::string::npos ? text.size() : close + 2;
  found.name = trim(std::string_view(text).substr(found.begin + 2, close - found.begin - 2));
  return found;
}

Status check(const std::string& text, const std::string& path,
             const std::vector<std::string>& known) {
  for (auto at = next_placeholder(text, 0); at.begin != std::string::npos;
       at = next_placeholder(text, at.end)) {
    if (std::find(known.begin(), known.end(), at.name) != known.end()) continue;
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at.begin), '\n');
    return failure(
        fmt::format("{}:{}: unknown placeholder '{{{{{}}}}}'", path, line, at.name.substr(0, 40)),
        known.empty() ? "this file may use none" : "this file may use: " + join(known, ", "));
  }
  return {};
}

std::string fill(const std::string& text, const PromptValues& values) {
  std::string out;
  std::size_t from = 0;
  for (auto at = next_placeholder(text, 0); at.begin != std::string::npos;
       at = next_placeholder(text, at.end)) {
    out += text.substr(from, at.begin - from);
    if (const auto value = values.find(at.name); value != values.end()) out += value->second;
    from = at.end;
  }
  return out + text.substr(from);
}

}  // namespace

Result<PromptTemplates> PromptTemplates::load(const std::string& share_directory) {
  PromptTemplates templates;
  for (const auto& [name, known] : kFiles) {
    const std::string path = (std::filesystem::path(share_directory) / "prompts" / name).string();
    auto text = read_file(path, kFileBudget);
    if (!text) {
      return failure(text.error().what,
                     "reinstall Castra, or put the *.txt files of share/castra/prompts there");
    }
    if (auto checked = check(*text, path, known); !checked) return tl::unexpected(checked.error());
    templates.texts_[name] = std::move(*text);
  }
  return templates;
}

std::string PromptTemplates::system() const {
  return fill(texts_.at("system.txt"), {{"language_guide", texts_.at("language_guide.txt")},
                                        {"reply_format", texts_.at("reply_format.txt")}});
}

std::string PromptTemplates::proposal(const PromptValues& values) const {
  return fill(texts_.at("propose.txt"), values);
}

std::string PromptTemplates::repair(const PromptValues& values) const {
  return fill(texts_.at("repair.txt"), values);
}

}  // namespace castra::search::agent
