#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/token.h"

/// The grammar of the language as a table, made from the lexer's and the parser's own words. The
/// parser is written by hand and accepts more (the paper's style, with notes; trailing commas;
/// empty statements); whatever the table derives, it parses without a syntax error.
namespace castra::lang {

/// Which tokens a terminal stands for.
enum class Terminal : std::uint8_t {
  Punctuation,
  Keyword,  ///< one word, spelt as `text`
  Name,     ///< a word that is not reserved
  Member,   ///< any word
  Quoted,
  Text,  ///< Quoted, but not the name of a kind
  Integer,
  Position,  ///< an integer of up to six digits
};

struct Phrase;

/// One of: a terminal, a reference to a production, or a composition of phrases.
struct Phrase {
  enum class Form : std::uint8_t { Terminal, Production, Sequence, Choice, Optional, Repeat };
  Form form = Form::Sequence;
  Terminal terminal = Terminal::Punctuation;
  TokenKind token = TokenKind::End;  ///< of Punctuation
  std::string text = {};             ///< spelling of a Keyword, name of a production
  std::vector<Phrase> parts = {};    ///< of a composition; Optional and Repeat have one
};

struct Production {
  std::string name;
  Phrase phrase;
};

/// The first production is the start. Every production is used, and derives something.
const std::vector<Production>& grammar();

/// Words that never are a Name: the reserved ones, and `not`, which some write for `!`. Sorted.
std::vector<std::string> words_not_names();
/// Words that never are a Text: processor and memory kinds, which some write in quotes. Sorted.
std::vector<std::string> words_not_texts();

/// The table as ISO 14977 EBNF, one production a paragraph, with the lexical rules at the end.
std::string grammar_ebnf();
/// The table as a GBNF grammar for llama.cpp's constrained decoding, one character at a time, with
/// comments and the blanks of canonical programs. It derives only texts that parse; members are
/// limited to those that exist.
std::string grammar_gbnf();
/// A TextMate grammar (JSON) that colours the words of the table by their role.
std::string grammar_textmate();

}  // namespace castra::lang
