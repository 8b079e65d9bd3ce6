#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "language_fuzz.h"
#include "support/file.h"
#include "support/rng.h"
#include "token_mutator.h"

namespace castra::lang {
namespace {

/// All mapping programs of the repository, in a fixed order.
std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const char* folder : {"tests/golden", "tests/errors", "share/castra/mappings"}) {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(CASTRA_SOURCE_DIR) + "/" + folder)) {
      if (entry.path().extension() == ".castra") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) texts.push_back(read_file(path).value());
  }
  return texts;
}

/// Spellings of the language, and bytes it does not know.
const std::vector<std::string>& fragments() {
  static const std::vector<std::string> kFragments = [] {
    const auto words = fuzz_vocabulary();
    std::vector<std::string> all(words.begin(), words.end());
    for (const char* other : {"\"", "#", "//", " ", "-1", "\xff", "* "}) all.emplace_back(other);
    all.emplace_back(1, '\0');
    return all;
  }();
  return kFragments;
}

/// A few random edits: delete, repeat, swap in a fragment, splice in a part of another program.
std::string mutate(const std::vector<std::string>& corpus, Rng& rng) {
  std::string text = corpus[rng.below(corpus.size())];
  const std::uint64_t edits = 1 + rng.below(6);
  for (std::uint64_t i = 0; i < edits; ++i) {
    const std::size_t at = rng.below(text.size() + 1);
    const std::size_t length = std::min<std::size_t>(rng.below(12), text.size() - at);
    switch (rng.below(4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(at, length));
        break;
      case 2:
        text.replace(at, length, fragments()[rng.below(fragments().size())]);
        break;
      default: {
        const std::string& other = corpus[rng.below(corpus.size())];
        const std::size_t from = rng.below(other.size() + 1);
        text.insert(at, other.substr(from, rng.below(80)));
      }
    }
  }
  return text;
}

TEST(Mutation, MutatedProgramsAreSurvived) {
  const std::vector<std::string> corpus = seeds();
  ASSERT_GT(corpus.size(), 30u);
  Rng rng(20261121);
  // By count, so that the inputs are the same on every machine; the clock only ends very slow runs.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (int i = 0; i < 20000 && std::chrono::steady_clock::now() < end; ++i)
    exercise_language(mutate(corpus, rng));
}

TEST(Mutation, TokenMutationsAreSurvived) {
  const std::vector<std::string> corpus = seeds();
  Rng rng(20261122);
  for (int i = 0; i < 5000; ++i)
    exercise_language(mutate_tokens(corpus[rng.below(corpus.size())], 4096, rng));
}

TEST(Mutation, RandomBytesAreSurvived) {
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) {
    std::string text(rng.below(200), '\0');
    for (char& c : text) c = static_cast<char>(rng.below(256));
    exercise_language(text);
  }
}

/// Of a text of a megabyte that repeats one thing.
struct HugeText {
  const char* name;
  std::function<std::string()> make;  ///< not before its test runs
};

constexpr std::size_t kHuge = std::size_t{1} << 20;

std::string repeat(const std::string& unit) {
  std::string text;
  while (text.size() + unit.size() <= kHuge) text += unit;
  return text;
}

std::string numbered(const std::string& before, const std::string& between,
                     const std::string& after) {
  std::string text;
  for (int i = 0; text.size() + 64 < kHuge; ++i)
    text += before + std::to_string(i) + between + std::to_string(i + 1) + after;
  return text;
}

HugeText repeated(const char* name, const std::string& unit, const std::string& before = "",
                  const std::string& after = "") {
  return {name, [=] { return before + repeat(unit) + after; }};
}

HugeText counted(const char* name, const std::string& before, const std::string& between,
                 const std::string& after) {
  return {name, [=] { return numbered(before, between, after); }};
}

/// Whatever is recursive overflows here; whatever is superlinear runs into the limit that every
/// test has, which is why each text is a test of its own.
class HugeRepetition : public testing::TestWithParam<HugeText> {};

TEST_P(HugeRepetition, IsSurvived) { exercise_language(GetParam().make()); }

std::vector<HugeText> huge_texts() {
  return {
      repeated("parentheses", "("),
      repeated("parentheses_of_a_value", "x=("),
      repeated("minus_signs", "-"),
      repeated("sum", "1+", "x="),
      repeated("members", "a.", "x="),
      repeated("equal_rules", "Task * GPU;"),
      repeated("misspelt_kinds", "Task a GPX;"),
      repeated("equal_variables", "x=y;"),
      repeated("functions_in_functions", "def f(Task t){"),
      repeated("closing_braces", "}"),
      repeated("quotes", "\""),
      repeated("empty_lines", "\n"),
      repeated("unfinished_list_of_tasks", ",a", "Task a"),
      repeated("list_of_processors", ",GPU", "Task * GPU", ";"),
      repeated("undefined_machines", "x = m[0];\n"),
      repeated("stray_characters", "@ "),
      repeated("unfinished_function", "a=1;", "def f(Task t) { "),
      repeated("tuple", "1,", "x = (", ");"),
      repeated("undefined_functions", "IndexTaskMap a f;"),
      counted("chain_of_variables", "x", "=x", ";"),
      counted("undefined_variables", "x", "=y", ";"),
      counted("chain_of_functions", "def f", "(int a){return f", "(a);}"),
      {"chain_of_local_variables",
       [] { return "def f(Task t){" + numbered("x", "=x", ";") + "return m[0,0];}"; }},
      {"region_rule_of_many",
       [] {
         return "Region " + numbered("a", ",b", ",").substr(0, kHuge / 2) + "z " +
                numbered("r", ",q", ",").substr(0, kHuge / 2 - 99) + "z GPU FBMEM;";
       }},
      counted("task_rules", "Task a", ",b", " GPU;"),
      counted("layout_rules", "Layout a", " r", " * SOA;"),
      counted("map_rules", "IndexTaskMap a", " g", ";"),
      counted("chain_of_machines", "m", "=m", ".reverse(0);"),
      repeated("conditionals", "a ? 1 : ", "x = ", "2;"),
      repeated("comprehensions", "tuple(i for i in ", "x = "),
  };
}

INSTANTIATE_TEST_SUITE_P(Mutation, HugeRepetition, testing::ValuesIn(huge_texts()),
                         [](const auto& text) { return std::string(text.param.name); });

}  // namespace
}  // namespace castra::lang
