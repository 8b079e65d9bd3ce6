#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "lang/ast.h"

namespace castra::lang {

/// Values of expressions, found by the address of the node: filled, then settled, then read.
/// Nothing iterates over it, so that addresses reach no output. `find` costs O(log n).
template <typename T>
class ByNode {
 public:
  void reserve(std::size_t nodes) { entries_.reserve(nodes); }
  void record(const Expr& expr, T value) { entries_.emplace_back(&expr, std::move(value)); }

  /// To be called after the last record. Precondition: at most one record of each node.
  void settle() { std::sort(entries_.begin(), entries_.end(), earlier); }

  /// The same, where several records of one node, in their order, become one by `join`.
  template <typename Join>
  void settle(Join join) {
    std::stable_sort(entries_.begin(), entries_.end(), earlier);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (kept > 0 && entries_[kept - 1].first == entries_[i].first) {
        entries_[kept - 1].second = join(entries_[kept - 1].second, entries_[i].second);
      } else {
        if (kept != i) entries_[kept] = std::move(entries_[i]);
        ++kept;
      }
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(kept), entries_.end());
  }

  /// Null for what was not recorded. Precondition: settled since the last record.
  const T* find(const Expr& expr) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), &expr,
                         [](const Entry& a, const Expr* b) { return std::less<>()(a.first, b); });
    return found == entries_.end() || found->first != &expr ? nullptr : &found->second;
  }

 private:
  using Entry = std::pair<const Expr*, T>;
  static bool earlier(const Entry& a, const Entry& b) { return std::less<>()(a.first, b.first); }

  std::vector<Entry> entries_;
};

}  // namespace castra::lang
