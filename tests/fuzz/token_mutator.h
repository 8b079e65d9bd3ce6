#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "support/rng.h"

namespace castra::lang {

/// Spellings from the language's own tables: punctuation, words, how members and functions are
/// written, and a few numbers at the edges.
std::span<const std::string> fuzz_vocabulary();

/// One to four edits of a program, token by token: delete, repeat, exchange, replace by a word of
/// the vocabulary, insert, move a run of tokens, repeat a statement. At most `max_size` bytes. The
/// same for the same state of `rng`.
std::string mutate_tokens(std::string_view text, std::size_t max_size, Rng& rng);

}  // namespace castra::lang
