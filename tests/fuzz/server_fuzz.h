#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/rng.h"

namespace castra::server {

/// Sends messages, one a line, to a language server that knows a program and a machine; a text that
/// starts with "Content-Length" is sent as it is, in pieces. What comes back must be messages of
/// the protocol, one answer for every request that has an id of its own.
void exercise_server(std::string_view text);

/// Exchanges, repeats and removes messages; changes members, numbers and places in them; edits the
/// texts in them token by token.
std::string mutate_messages(std::string_view text, std::size_t max_size, Rng& rng);

}  // namespace castra::server
