#pragma once

#include <string>
#include <string_view>

namespace castra::search::agent {

/// The statements of the mapping language that stand in a text among prose: lines (after bullets
/// and backticks) that begin with a statement's keyword or an assignment and hold its `;`, short
/// lines that look like a statement without one, and whole functions. Each on its own lines, in
/// order.
std::string find_statements(std::string_view text);

}  // namespace castra::search::agent
