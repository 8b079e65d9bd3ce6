#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lang/grammar.h"
#include "lang/keywords.h"
#include "support/check.h"
#include "support/text.h"

namespace castra::lang {
namespace {

/// What stands at an edge of a phrase, as far as it decides which blanks are needed there: words
/// and numbers must be kept apart, and so must `*` and `*`.
enum class Edge : std::uint8_t { Word, Star, Other };

struct Edges {
  std::set<Edge> first;
  std::set<Edge> last;
  bool nullable = false;
};

Edge edge_of(const Phrase& phrase) {
  if (phrase.terminal != Terminal::Punctuation) return Edge::Word;
  return phrase.token == TokenKind::Star ? Edge::Star : Edge::Other;
}

bool must_separate(const std::set<Edge>& left, const std::set<Edge>& right) {
  return (left.contains(Edge::Word) && right.contains(Edge::Word)) ||
         (left.contains(Edge::Star) && right.contains(Edge::Star));
}

void merge(std::set<Edge>& into, const std::set<Edge>& from) {
  into.insert(from.begin(), from.end());
}

/// The edges of all productions, by repetition until nothing changes.
class EdgeTable {
 public:
  EdgeTable() {
    for (std::size_t known = 0, before = 1; known != before;) {
      before = known;
      known = 0;
      for (const Production& production : grammar()) {
        const Edges edges = of(production.phrase);
        known += edges.first.size() + edges.last.size() + (edges.nullable ? 1 : 0);
        productions_[production.name] = edges;
      }
      if (before == 0 && known == 0) break;
    }
  }

  Edges of(const Phrase& phrase) const {
    Edges edges;
    switch (phrase.form) {
      case Phrase::Form::Terminal:
        return {{edge_of(phrase)}, {edge_of(phrase)}, false};
      case Phrase::Form::Production: {
        const auto found = productions_.find(phrase.text);
        return found == productions_.end() ? edges : found->second;
      }
      case Phrase::Form::Optional:
      case Phrase::Form::Repeat:
        edges = of(phrase.parts.front());
        edges.nullable = true;
        return edges;
      case Phrase::Form::Choice:
        for (const Phrase& part : phrase.parts) {
          const Edges one = of(part);
          merge(edges.first, one.first);
          merge(edges.last, one.last);
          edges.nullable = edges.nullable || one.nullable;
        }
        return edges;
      case Phrase::Form::Sequence:
        edges.nullable = true;
        for (const Phrase& part : phrase.parts) {
          const Edges one = of(part);
          if (edges.nullable) merge(edges.first, one.first);
          if (!one.nullable) edges.last.clear();
          merge(edges.last, one.last);
          edges.nullable = edges.nullable && one.nullable;
        }
        return edges;
    }
    CASTRA_CHECK(false, "unknown phrase");
  }

 private:
  std::map<std::string, Edges> productions_;
};

std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Alternatives that derive every word over `characters` but the given ones, by the tree of their
/// prefixes. Each group holds what may follow a prefix; `characters` is the inside of a class.
class AllBut {
 public:
  AllBut(const std::vector<std::string>& words, std::string first, std::string further)
      : words_(words.begin(), words.end()),
        first_(std::move(first)),
        further_(std::move(further)) {}

  std::string expression() const { return after(""); }

 private:
  std::string after(const std::string& prefix) const {
    std::map<char, bool> next;  // characters that lead on towards a forbidden word
    for (const std::string& word : words_) {
      if (word.size() > prefix.size() && word.starts_with(prefix)) next[word[prefix.size()]] = true;
    }
    const bool start = prefix.empty();
    if (next.empty()) return fmt::format("[{}]+", further_);
    std::vector<std::string> ways;
    std::string led;
    for (const auto& [character, leads] : next) {
      const std::string longer = prefix + character;
      led += character;
      const bool forbidden = words_.contains(longer);
      const std::string rest = after(longer);
      ways.push_back(fmt::format("\"{}\" ({}){}", character, rest, forbidden ? "" : "?"));
    }
    const std::string others = without(start ? first_ : further_, led);
    if (!others.empty()) ways.push_back(fmt::format("[{}] [{}]*", others, further_));
    return join(ways, " | ");
  }

  /// A class without some letters; a negated class grows instead.
  static std::string without(const std::string& characters, const std::string& left_out) {
    if (characters.starts_with("^")) return characters + left_out;
    std::string out;
    for (int c = 0; c < 128; ++c) {
      const char character = static_cast<char>(c);
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      const bool digit = c >= '0' && c <= '9';
      const bool in_class = letter || (digit && characters.find("0-9") != std::string::npos);
      if (in_class && left_out.find(character) == std::string::npos) out += character;
    }
    return out;
  }

  std::set<std::string> words_;
  std::string first_;
  std::string further_;
};

class GbnfWriter {
 public:
  std::string run() {
    std::string out =
        "# The Castra mapping language for llama.cpp (--grammar-file). Generated by\n"
        "# `castra grammar --format gbnf`. One character at a time, blanks included: `sp` stands\n"
        "# where a blank must be, `gap` where one may be.\n\n"
        "root ::= (comment \"\\n\" \"\\n\"?)* program gap\n";
    for (const Production& production : grammar()) {
      out += fmt::format("{} ::= {}\n", production.name, text(production.phrase, false));
    }
    return out + lexical();
  }

 private:
  std::string separator(const std::set<Edge>& left, const std::set<Edge>& right) const {
    return must_separate(left, right) ? "sp " : "gap ";
  }

  std::string terminal(const Phrase& phrase) const {
    switch (phrase.terminal) {
      case Terminal::Punctuation:
        return literal(to_string(phrase.token));
      case Terminal::Keyword:
        return literal(phrase.text);
      case Terminal::Name:
        return "name";
      case Terminal::Member:
        return "member";
      case Terminal::Quoted:
        return "quoted";
      case Terminal::Text:
        return "text";
      case Terminal::Integer:
        return "integer";
      case Terminal::Position:
        return "position";
    }
    CASTRA_CHECK(false, "unknown terminal");
  }

  /// `inside`: part of a sequence, so that a choice needs parentheses.
  std::string text(const Phrase& phrase, bool inside) const {
    switch (phrase.form) {
      case Phrase::Form::Terminal:
        return terminal(phrase);
      case Phrase::Form::Production:
        return phrase.text;
      case Phrase::Form::Optional:
        return "(" + text(phrase.parts.front(), false) + ")?";
      case Phrase::Form::Repeat:
        return repeat(phrase, "");
      case Phrase::Form::Choice: {
        std::vector<std::string> ways;
        for (const Phrase& part : phrase.parts) ways.push_back(text(part, false));
        return inside ? "(" + join(ways, " | ") + ")" : join(ways, " | ");
      }
      case Phrase::Form::Sequence:
        return sequence(phrase);
    }
    CASTRA_CHECK(false, "unknown phrase");
  }

  /// `lead`: the separator before the first round. Standing alone, nothing is before it.
  std::string repeat(const Phrase& phrase, const std::string& lead) const {
    const Phrase& part = phrase.parts.front();
    const Edges edges = edges_.of(part);
    const std::string one = text(part, true);
    const std::string between = separator(edges.last, edges.first);
    if (lead == between) return fmt::format("({}{})*", lead, one);
    return fmt::format("({}{} ({}{})*)?", lead, one, between, one);
  }

  std::string sequence(const Phrase& phrase) const {
    std::string out;
    std::set<Edge> before;
    for (std::size_t i = 0; i < phrase.parts.size(); ++i) {
      const Phrase& part = phrase.parts[i];
      const Edges edges = edges_.of(part);
      const std::string blank = i == 0 ? "" : separator(before, edges.first);
      if (i > 0) out += ' ';
      if (part.form == Phrase::Form::Optional) {
        out += fmt::format("({}{})?", blank, text(part.parts.front(), true));
      } else if (part.form == Phrase::Form::Repeat) {
        out += repeat(part, blank);
      } else {
        CASTRA_CHECK(!edges.nullable, "only Optional and Repeat may be empty in a sequence");
        out += blank + text(part, true);
      }
      if (!edges.nullable) before.clear();
      merge(before, edges.last);
    }
    return out;
  }

  static std::string lexical() {
    const AllBut names(words_not_names(), "a-zA-Z_", "a-zA-Z0-9_");
    std::vector<std::string> members;
    for (const std::string_view name : member_words()) members.push_back(literal(name));
    std::string out = fmt::format("name ::= {}\n", names.expression());
    out += fmt::format("member ::= {}\n", join(members, " | "));
    out += "quoted ::= \"\\\"\" character* \"\\\"\"\n";
    // A text that starts with a capital is where a kind could stand: derived letter by letter.
    const AllBut texts(words_not_texts(), "^\"\\\\\\n", "^\"\\\\\\n");
    out += fmt::format("text ::= \"\\\"\" ({})? \"\\\"\"\n", texts.expression());
    out +=
        "character ::= [^\"\\\\\\n] | \"\\\\\" [\"\\\\]\n"
        "integer ::= \"0\" | [1-9]";
    for (int digit = 1; digit < 18; ++digit) out += " ([0-9]";
    for (int digit = 1; digit < 18; ++digit) out += ")?";
    out += "\nposition ::= \"0\" | [1-9] ([0-9] ([0-9] ([0-9] ([0-9] ([0-9])?)?)?)?)?\n";
    out +=
        "sp ::= \" \" | newline\n"
        "gap ::= sp?\n"
        "newline ::= (\" \"* comment)? \"\\n\" \"\\n\"? indent (comment \"\\n\" \"\\n\"? indent)*\n"
        "indent ::= (\"  \" (\"  \" (\"  \")?)?)?\n"
        "comment ::= \"#\" [^\\n]*\n";
    return out;
  }

  EdgeTable edges_;
};

}  // namespace

std::string grammar_gbnf() { return GbnfWriter().run(); }

}  // namespace castra::lang
