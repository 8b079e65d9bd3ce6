#include "lang/checked_program.h"

#include <algorithm>
#include <functional>

namespace castra::lang {

const Type& TypeTable::of(const Expr& expr) const {
  static const Type kUnknown;
  const auto found =
      std::lower_bound(types_.begin(), types_.end(), &expr,
                       [](const auto& a, const Expr* b) { return std::less<>()(a.first, b); });
  return found == types_.end() || found->first != &expr ? kUnknown : found->second;
}

void TypeTable::settle() {
  std::stable_sort(types_.begin(), types_.end(), [](const auto& a, const auto& b) {
    return std::less<const Expr*>()(a.first, b.first);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (kept > 0 && types_[kept - 1].first == types_[i].first) {
      types_[kept - 1].second = common(types_[kept - 1].second, types_[i].second);
    } else {
      if (kept != i) types_[kept] = std::move(types_[i]);
      ++kept;
    }
  }
  types_.resize(kept);
}

}  // namespace castra::lang
