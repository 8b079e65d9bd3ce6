#include <algorithm>
#include <nlohmann/json.hpp>

#include "lang/builtins.h"
#include "lang/grammar.h"
#include "lang/keywords.h"
#include "support/text.h"

namespace castra::lang {
namespace {

using Json = nlohmann::ordered_json;

template <typename Words>
std::string any_of(const Words& words) {
  std::vector<std::string> out;
  for (const auto& word : words) out.emplace_back(word);
  return "\\b(?:" + join(out, "|") + ")\\b";
}

template <typename Kinds>
std::vector<std::string> spellings(const Kinds& kinds) {
  std::vector<std::string> out;
  for (const auto& kind : kinds) out.emplace_back(to_string(kind));
  return out;
}

Json match(const std::string& pattern, const std::string& scope) {
  return {{"match", pattern}, {"name", scope + ".castra"}};
}

/// The words of a table but those that another pattern colours.
std::vector<std::string> without(std::span<const std::string_view> words,
                                 const std::vector<std::string>& left_out) {
  std::vector<std::string> out;
  for (const std::string_view word : words) {
    if (std::find(left_out.begin(), left_out.end(), word) == left_out.end()) out.emplace_back(word);
  }
  return out;
}

std::vector<std::string> layout_spellings() {
  std::vector<std::string> out;
  for (const LayoutWord& word : layout_words()) out.emplace_back(word.word);
  return out;
}

std::vector<std::string> transform_names() {
  std::vector<std::string> out;
  for (const TransformInfo& transform : transforms()) out.emplace_back(transform.name);
  return out;
}

std::vector<std::string> memory_words() {
  std::vector<std::string> out = spellings(kAllMemoryKinds);
  out.emplace_back(kRegisteredAlias);
  return out;
}

/// Patterns in order: the first that matches at a place wins.
Json patterns() {
  const std::vector<std::string> values = {"True", "False"};
  Json list = Json::array();
  list.push_back(match("(#|//).*$", "comment.line"));
  list.push_back({{"begin", "\""},
                  {"end", "\"|$"},
                  {"name", "string.quoted.double.castra"},
                  {"patterns",
                   {match(R"(\\["\\])", "constant.character.escape"),
                    match(R"(\{\})", "constant.other.placeholder")}}});
  list.push_back({{"match", R"(\b(def)\s+([A-Za-z_]\w*))"},
                  {"captures",
                   {{"1", {{"name", "keyword.other.castra"}}},
                    {"2", {{"name", "entity.name.function.castra"}}}}}});
  // A parameter's type stands before its name; `Task` and `tuple` are keywords elsewhere.
  list.push_back(match(any_of(spellings(parameter_types())) + R"((?=\s+[A-Za-z_]\w*\s*[,)]))",
                       "storage.type"));
  list.push_back(match(R"((?<=\.)\s*)" + any_of(transform_names()), "support.function"));
  list.push_back(match(R"((?<=\.)\s*[A-Za-z_]\w*)", "variable.other.member"));
  list.push_back(match(any_of(statement_keywords()), "keyword.other"));
  list.push_back(match(R"(^\s*language(?=\s+\d))", "keyword.other"));
  list.push_back(match(any_of(without(other_keywords(), values)), "keyword.control"));
  list.push_back(match(any_of(values), "constant.language.boolean"));
  list.push_back(match(any_of(spellings(kAllProcessorKinds)), "constant.language.processor"));
  list.push_back(match(any_of(memory_words()), "constant.language.memory"));
  list.push_back(match(any_of(layout_spellings()), "support.constant.layout"));
  list.push_back(match(any_of(steal_scopes()), "support.constant.steal"));
  list.push_back(match(any_of(function_words()) + R"((?=\s*\())", "support.function"));
  list.push_back(match(R"(\b[A-Za-z_]\w*(?=\s*\())", "entity.name.function"));
  list.push_back(match(R"(\b\d+\b)", "constant.numeric.integer"));
  list.push_back(match(R"(==|!=|<=|>=|&&|\|\||[-+*/%<>!?:=])", "keyword.operator"));
  return list;
}

}  // namespace

std::string grammar_textmate() {
  const Json grammar = {
      {"$schema", "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json"},
      {"name", "Castra"},
      {"scopeName", "source.castra"},
      {"fileTypes", {"castra"}},
      {"patterns", patterns()}};
  return grammar.dump(2) + "\n";
}

}  // namespace castra::lang
