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
using Repetition = std::function<std::string()>;

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

Repetition repeated(const std::string& unit, const std::string& before = "",
                    const std::string& after = "") {
  return [=] { return before + repeat(unit) + after; };
}

Repetition counted(const std::string& before, const std::string& between,
                   const std::string& after) {
  return [=] { return numbered(before, between, after); };
}

/// Whatever is recursive overflows here; whatever is superlinear runs into the limit that every
/// test has, which is why each text is a test of its own.
class HugeRepetition : public testing::TestWithParam<Repetition> {};

TEST_P(HugeRepetition, IsSurvived) { exercise_language(GetParam()()); }

INSTANTIATE_TEST_SUITE_P(
    Mutation, HugeRepetition,
    testing::Values(
        repeated("("), repeated("x=("), repeated("-"), repeated("1+", "x="), repeated("a.", "x="),
        repeated("Task * GPU;"), repeated("Task a GPX;"), repeated("x=y;"),
        repeated("def f(Task t){"), repeated("}"), repeated("\""), repeated("\n"),
        repeated(",a", "Task a"), repeated(",GPU", "Task * GPU", ";"), repeated("x = m[0];\n"),
        repeated("@ "), repeated("a=1;", "def f(Task t) { "), repeated("1,", "x = (", ");"),
        repeated("IndexTaskMap a f;"), counted("x", "=x", ";"), counted("x", "=y", ";"),
        counted("def f", "(int a){return f", "(a);}"),
        [] { return "def f(Task t){" + numbered("x", "=x", ";") + "return m[0,0];}"; },
        [] {
          return "Region " + numbered("a", ",b", ",").substr(0, kHuge / 2) + "z " +
                 numbered("r", ",q", ",").substr(0, kHuge / 2 - 99) + "z GPU FBMEM;";
        },
        counted("Task a", ",b", " GPU;"), counted("Layout a", " r", " * SOA;"),
        counted("IndexTaskMap a", " g", ";"), counted("m", "=m", ".reverse(0);"),
        repeated("a ? 1 : ", "x = ", "2;"), repeated("tuple(i for i in ", "x = ")));

}  // namespace
}  // namespace castra::lang
