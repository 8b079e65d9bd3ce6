#pragma once

#include <string_view>

/// What the language must survive. Each takes one text through a part of it: whatever the text, it
/// must return; our own broken invariants abort.
namespace castra::lang {

/// Tokens lie in order inside the text and stand for what is written there.
void exercise_lexer(std::string_view text);
/// Spans nest inside the text; printing keeps the tree.
void exercise_parser(std::string_view text);
/// A policy exactly if there are no errors; every finding can be shown; fix-its lie in the text.
void exercise_checker(std::string_view text);
/// The questions a run asks of a policy, and every index function on small launches.
void exercise_evaluator(std::string_view text);

/// Imports lie inside today's language: what an importer gives without errors parses.
void exercise_importer(std::string_view text);

/// All of them.
void exercise_language(std::string_view text);

}  // namespace castra::lang
