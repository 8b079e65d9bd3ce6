#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace castra::lang {

/// Where in a program a word has its meaning.
enum class WordClass : std::uint8_t {
  Statement,          ///< starts a statement of a program
  FunctionStatement,  ///< starts a statement of a function
  Processor,
  Memory,
  Constraint,  ///< of Layout
  StealScope,
  ParameterType,
  Literal,
  Function,  ///< called by name, in every program
  TaskMember,
  MachineMember,
  TupleMember,
  Transform,  ///< a member of a machine that gives another machine
};

/// A word of the language for tools: how it is written in its place, and what it does in half a
/// sentence.
struct WordInfo {
  std::string_view word;
  WordClass word_class = WordClass::Statement;
  std::string_view form;
  std::string_view help;
};

/// Every word, grouped by class. A word of several classes (size) stands
/// there several times. The forms of Statement words are statements that parse.
std::span<const WordInfo> vocabulary();

/// Null if no word is spelt so.
const WordInfo* find_word(std::string_view word);
const WordInfo* find_word(std::string_view word, WordClass word_class);

}  // namespace castra::lang
