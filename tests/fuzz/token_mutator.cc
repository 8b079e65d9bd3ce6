#include "token_mutator.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "lang/token.h"
#include "lang/vocabulary.h"

namespace castra::lang {
namespace {

constexpr std::size_t kMaxRun = 12;

std::vector<std::string> all_spellings() {
  std::vector<std::string> all;
  for (auto kind = static_cast<int>(TokenKind::LeftParen);
       kind <= static_cast<int>(TokenKind::Bang); ++kind)
    all.emplace_back(to_string(static_cast<TokenKind>(kind)));
  for (const WordInfo& word : vocabulary()) {
    all.emplace_back(word.word);
    if (word.form != word.word) all.emplace_back(word.form);
  }
  for (const char* other : {"0", "1", "2", "9223372036854775807", "4096", "65536", "\"\"", "\"a\"",
                            "\n", "# c\n", "for i in ", "if", "a", "task", "machine", "f"})
    all.emplace_back(other);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// The text cut before every token, so that joining the pieces gives the text again.
std::vector<std::string> pieces_of(std::string_view text) {
  const SourceFile source("mutated", std::string(text));
  DiagnosticSink sink;
  std::vector<std::string> pieces;
  std::uint32_t from = 0;
  for (const Token& token : lex(source, sink)) {
    pieces.emplace_back(source.slice({from, token.span.end}));
    from = token.span.end;
  }
  return pieces;
}

std::size_t run_length(Rng& rng, std::size_t left) {
  return std::min<std::size_t>(1 + rng.below(kMaxRun), left);
}

void edit(std::vector<std::string>& pieces, Rng& rng) {
  const auto& words = fuzz_vocabulary();
  const auto word = [&] { return " " + words[rng.below(words.size())]; };
  const std::size_t at = rng.below(pieces.size() + 1);
  const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(at);
  if (at == pieces.size()) {
    pieces.push_back(word());
    return;
  }
  const auto run = static_cast<std::ptrdiff_t>(run_length(rng, pieces.size() - at));
  const std::size_t other = rng.below(pieces.size());
  switch (rng.below(7)) {
    case 0:
      pieces.erase(place, place + (rng.below(2) == 0 ? 1 : run));
      break;
    case 1:
      *place = word();
      break;
    case 2:
      pieces.insert(place, word());
      break;
    case 3:
      std::swap(*place, pieces[other]);
      break;
    case 4:
      *place = pieces[other];
      break;
    case 5: {  // repeat a run elsewhere
      const std::vector<std::string> copy(place, place + run);
      pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(other), copy.begin(), copy.end());
      break;
    }
    default: {  // nest: a run again inside itself
      const std::vector<std::string> copy(place, place + run);
      pieces.insert(place + run / 2, copy.begin(), copy.end());
      break;
    }
  }
}

}  // namespace

std::span<const std::string> fuzz_vocabulary() {
  static const std::vector<std::string> kAll = all_spellings();
  return kAll;
}

std::string mutate_tokens(std::string_view text, std::size_t max_size, Rng& rng) {
  std::vector<std::string> pieces = pieces_of(text);
  const std::uint64_t edits = 1 + rng.below(4);
  for (std::uint64_t i = 0; i < edits; ++i) edit(pieces, rng);
  std::string mutated;
  for (const std::string& piece : pieces) mutated += piece;
  mutated.resize(std::min(mutated.size(), max_size));
  return mutated;
}

}  // namespace castra::lang
