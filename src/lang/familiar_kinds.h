#pragma once

#include <string_view>

namespace castra::lang {

/// The kind of processor or memory that people mean by a word, beyond misspellings: the names that
/// Realm has for kinds, and usual ones. Empty if there is none.
std::string_view familiar_kind(std::string_view word);

}  // namespace castra::lang
