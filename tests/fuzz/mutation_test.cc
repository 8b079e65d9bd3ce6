#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
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

/// Texts of a megabyte that repeat one thing: whatever is superlinear or recursive shows here.
TEST(Mutation, HugeRepetitionsAreAnsweredInTime) {
  const std::size_t size = std::size_t{1} << 20;
  const auto repeat = [&](const std::string& unit) {
    std::string text;
    while (text.size() + unit.size() <= size) text += unit;
    return text;
  };
  const auto numbered = [&](const std::string& before, const std::string& between,
                            const std::string& after) {
    std::string text;
    for (int i = 0; text.size() + 64 < size; ++i)
      text += before + std::to_string(i) + between + std::to_string(i + 1) + after;
    return text;
  };
  for (const std::string& text :
       {repeat("("),
        repeat("x=("),
        repeat("-"),
        "x=" + repeat("1+"),
        "x=" + repeat("a."),
        repeat("Task * GPU;"),
        repeat("Task a GPX;"),
        repeat("x=y;"),
        repeat("def f(Task t){"),
        repeat("}"),
        repeat("\""),
        repeat("\n"),
        "Task a" + repeat(",a"),
        "Task * GPU" + repeat(",GPU") + ";",
        repeat("x = m[0];\n"),
        repeat("@ "),
        "def f(Task t) { " + repeat("a=1;"),
        "x = (" + repeat("1,") + ");",
        repeat("IndexTaskMap a f;"),
        numbered("x", "=x", ";"),
        numbered("x", "=y", ";"),
        numbered("def f", "(int a){return f", "(a);}"),
        "def f(Task t){" + numbered("x", "=x", ";") + "return m[0,0];}",
        "Region " + numbered("a", ",b", ",").substr(0, size / 2) + "z " +
            numbered("r", ",q", ",").substr(0, size / 2 - 99) + "z GPU FBMEM;",
        numbered("Task a", ",b", " GPU;"),
        numbered("Layout a", " r", " * SOA;"),
        numbered("IndexTaskMap a", " g", ";"),
        numbered("m", "=m", ".reverse(0);"),
        "x = " + repeat("a ? 1 : ") + "2;",
        "x = " + repeat("tuple(i for i in ")}) {
    const auto start = std::chrono::steady_clock::now();
    exercise_language(text);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took.count(), 20) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace castra::lang
