#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "context_free.h"

namespace castra::testing_support {

/// Reads the part of llama.cpp's GBNF that our export uses: rules, literals, character classes,
/// groups, alternatives and ? * +. A second reading of the notation, independent of its writer.
class Gbnf {
 public:
  explicit Gbnf(std::string_view text) : text_(text) {
    while (error_.empty() && (skip_blanks(true), at_ < text_.size())) {
      const std::size_t rule = nonterminal(name());
      skip_blanks(false);
      expect("::=");
      if (!rules_[rule].empty()) error_ = "a second rule for a name";
      auto ways = alternatives(false);
      rules_[rule] = std::move(ways);
    }
    for (const auto& [rule, number] : names_) {
      if (error_.empty() && rules_[number].empty()) error_ = "no rule for " + rule;
    }
  }

  const std::string& error() const { return error_; }
  const ContextFree& rules() const { return rules_; }
  std::size_t start() const { return names_.at("root"); }

  Recognised recognise(std::string_view input) const {
    return testing_support::recognise(
        rules_, start(), input.size(), [&](std::size_t set, std::size_t at) {
          const auto character = static_cast<unsigned char>(input[at]);
          return character < kCharacters && sets_[set][character];
        });
  }

  /// A character of each set.
  std::string spell(const std::vector<std::size_t>& sets, Rng& rng) const {
    std::string out;
    for (const std::size_t set : sets) {
      char c = 0;
      do {
        c = static_cast<char>(rng.below(sets_[set].size()));
      } while (!sets_[set][static_cast<unsigned char>(c)]);
      out += c;
    }
    return out;
  }

 private:
  using Set = std::vector<bool>;  ///< of the 128 ASCII characters
  static constexpr std::size_t kCharacters = 128;

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char take() { return at_ < text_.size() ? text_[at_++] : '\0'; }

  void skip_blanks(bool newlines) {
    for (;;) {
      if (peek() == ' ' || (newlines && peek() == '\n')) {
        ++at_;
      } else if (peek() == '#') {
        while (at_ < text_.size() && peek() != '\n') ++at_;
      } else {
        return;
      }
    }
  }
  void expect(std::string_view sign) {
    if (text_.substr(at_, sign.size()) != sign) {
      error_ = "expected " + std::string(sign) + " at " + std::string(text_.substr(at_, 40));
      return;
    }
    at_ += sign.size();
  }
  static bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }
  std::string name() {
    std::string out;
    while (in_name(peek())) out += take();
    if (out.empty()) error_ = "expected a name at " + std::string(text_.substr(at_, 40));
    return out;
  }
  std::size_t add() {
    rules_.emplace_back();
    return rules_.size() - 1;
  }
  std::size_t nonterminal(const std::string& name) {
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    return names_[name] = add();
  }

  std::vector<std::vector<Symbol>> alternatives(bool grouped) {
    std::vector<std::vector<Symbol>> ways(1);
    while (error_.empty()) {
      skip_blanks(grouped);
      if (peek() == '|') {
        take();
        ways.emplace_back();
      } else if (at_ >= text_.size() || peek() == '\n' || peek() == ')') {
        return ways;
      } else {
        const std::size_t before = ways.back().size();
        item(ways.back());
        repetition(ways.back(), before);
      }
    }
    return ways;
  }

  void item(std::vector<Symbol>& out) {
    if (peek() == '"') {
      take();
      while (error_.empty() && peek() != '"') {
        Set set(kCharacters);
        set[static_cast<unsigned char>(character())] = true;
        out.push_back(terminal(set));
      }
      take();
    } else if (peek() == '[') {
      out.push_back(terminal(character_class()));
    } else if (peek() == '(') {
      take();
      const std::size_t group = add();
      auto ways = alternatives(true);
      rules_[group] = std::move(ways);
      expect(")");
      out.push_back({false, group});
    } else {
      out.push_back({false, nonterminal(name())});
    }
  }

  /// Replaces what was just read by a nonterminal for its repetition. A literal repeats whole.
  void repetition(std::vector<Symbol>& out, std::size_t from) {
    const char sign = peek();
    if (sign != '?' && sign != '*' && sign != '+') return;
    take();
    const std::vector<Symbol> body(out.begin() + static_cast<std::ptrdiff_t>(from), out.end());
    const std::size_t self = add();
    std::vector<Symbol> more = body;
    if (sign != '?') more.push_back({false, self});
    rules_[self] = {sign == '+' ? body : std::vector<Symbol>{}, std::move(more)};
    out.resize(from);
    out.push_back({false, self});
  }

  char character() {
    const char c = take();
    if (c != '\\') return c;
    const char escaped = take();
    if (escaped == 'n') return '\n';
    if (escaped == '"' || escaped == '\\' || escaped == ']' || escaped == '[') return escaped;
    error_ = "unknown escape";
    return escaped;
  }

  Set character_class() {
    take();
    const bool negated = peek() == '^';
    if (negated) take();
    Set set(kCharacters);
    while (error_.empty() && peek() != ']') {
      if (at_ >= text_.size()) error_ = "unterminated class";
      const char low = character();
      char high = low;
      if (peek() == '-') {
        take();
        high = character();
      }
      for (int c = low; c <= high; ++c) set[static_cast<std::size_t>(c)] = true;
    }
    take();
    if (!negated) return set;
    set.flip();
    for (std::size_t c = 0; c < ' '; ++c) set[c] = false;  // generate nothing that cannot be seen
    set[127] = false;
    return set;
  }

  Symbol terminal(Set set) {
    sets_.push_back(std::move(set));
    return {true, sets_.size() - 1};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
  ContextFree rules_;
  std::vector<Set> sets_;
  std::map<std::string, std::size_t> names_;
};

}  // namespace castra::testing_support
