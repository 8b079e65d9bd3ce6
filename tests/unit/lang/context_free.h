#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "support/rng.h"

/// Two obvious uses of a context-free grammar, as oracles for grammars in other forms.
namespace castra::testing_support {

struct Symbol {
  bool terminal = false;
  std::size_t id = 0;  ///< of the nonterminal, or a number the grammar's builder gave
};
/// By nonterminal: its rules.
using ContextFree = std::vector<std::vector<std::vector<Symbol>>>;

/// Earley's recogniser: obvious, general, and slow. Gives how many items of the input a derivation
/// from `start` can begin with; `length` if all, and then whether they are a whole sentence.
struct Recognised {
  std::size_t reached = 0;
  bool whole = false;
};

/// `matches(terminal, position)`: whether that terminal is what the input has there.
template <typename Matches>
Recognised recognise(const ContextFree& grammar, std::size_t start, std::size_t length,
                     Matches&& matches) {
  struct Item {
    std::size_t nonterminal, rule, dot, origin;
    auto operator<=>(const Item&) const = default;
  };
  std::vector<std::vector<Item>> chart(length + 1);
  std::vector<std::set<Item>> known(length + 1);
  // Per position: which items wait for a nonterminal, and which nonterminals are empty there.
  std::vector<std::map<std::size_t, std::vector<Item>>> waiting(length + 1);
  std::vector<std::set<std::size_t>> empty(length + 1);
  const auto add = [&](std::size_t at, const Item& item) {
    if (known[at].insert(item).second) chart[at].push_back(item);
  };
  for (std::size_t r = 0; r < grammar[start].size(); ++r) add(0, {start, r, 0, 0});
  Recognised result;
  for (std::size_t at = 0; at <= length; ++at) {
    if (!chart[at].empty()) result.reached = at;
    for (std::size_t i = 0; i < chart[at].size(); ++i) {
      const Item item = chart[at][i];
      const auto& rule = grammar[item.nonterminal][item.rule];
      if (item.dot == rule.size()) {
        if (item.origin == at) empty[at].insert(item.nonterminal);
        const auto found = waiting[item.origin].find(item.nonterminal);
        if (found == waiting[item.origin].end()) continue;
        const std::vector<Item> waiters = found->second;
        for (Item waiter : waiters) {
          ++waiter.dot;
          add(at, waiter);
        }
        continue;
      }
      const Symbol& next = rule[item.dot];
      Item moved = item;
      ++moved.dot;
      if (next.terminal) {
        if (at < length && matches(next.id, at)) add(at + 1, moved);
        continue;
      }
      waiting[at][next.id].push_back(item);
      if (empty[at].contains(next.id)) add(at, moved);
      for (std::size_t r = 0; r < grammar[next.id].size(); ++r) add(at, {next.id, r, 0, at});
    }
  }
  for (const Item& item : chart[length]) {
    const bool complete = item.dot == grammar[item.nonterminal][item.rule].size();
    result.whole = result.whole || (item.nonterminal == start && item.origin == 0 && complete);
  }
  return result;
}

/// Sentences of a grammar at random.
class RandomWalk {
 public:
  explicit RandomWalk(ContextFree rules)
      : rules_(std::move(rules)), height_(rules_.size(), kNever) {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t n = 0; n < rules_.size(); ++n) {
        for (const auto& rule : rules_[n]) {
          const int height = height_of(rule);
          if (height == kNever || height + 1 >= height_[n]) continue;
          height_[n] = height + 1;
          changed = true;
        }
      }
    }
  }

  bool derives_something(std::size_t nonterminal) const { return height_[nonterminal] != kNever; }

  /// The terminals of one sentence. Below `depth` levels, and once there are `enough` of them, only
  /// the lowest derivations are taken, so that no sentence grows without end.
  std::vector<std::size_t> sentence(std::size_t start, int depth, std::size_t enough,
                                    Rng& rng) const {
    std::vector<std::size_t> out;
    walk(start, depth, enough, rng, out);
    return out;
  }

 private:
  static constexpr int kNever = std::numeric_limits<int>::max();

  int height_of(const std::vector<Symbol>& rule) const {
    int height = 0;
    for (const Symbol& symbol : rule) {
      if (!symbol.terminal) height = std::max(height, height_[symbol.id]);
    }
    return height;
  }

  void walk(std::size_t nonterminal, int depth, std::size_t enough, Rng& rng,
            std::vector<std::size_t>& out) const {
    const auto& ways = rules_[nonterminal];
    std::size_t chosen = static_cast<std::size_t>(rng.below(ways.size()));
    if (depth <= 0 || out.size() >= enough || height_of(ways[chosen]) >= depth) {
      for (std::size_t i = 0; i < ways.size(); ++i) {
        if (height_of(ways[i]) < height_of(ways[chosen])) chosen = i;
      }
    }
    for (const Symbol& symbol : ways[chosen]) {
      if (symbol.terminal) {
        out.push_back(symbol.id);
      } else {
        walk(symbol.id, depth - 1, enough, rng, out);
      }
    }
  }

  ContextFree rules_;
  std::vector<int> height_;
};

}  // namespace castra::testing_support
