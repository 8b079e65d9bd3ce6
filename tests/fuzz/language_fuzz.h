#pragma once

#include <string>

namespace castra::lang {

/// Takes one text through lexer, parser, printer, checker, policy queries and evaluation. Whatever
/// the text, it must return; our own broken invariants abort.
void exercise_language(const std::string& text);

}  // namespace castra::lang
