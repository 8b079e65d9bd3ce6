#include "lang/checked_program.h"

namespace castra::lang {

const Type& TypeTable::of(const Expr& expr) const {
  static const Type kUnknown;
  const auto found = types_.find(&expr);
  return found == types_.end() ? kUnknown : found->second;
}

void TypeTable::record(const Expr& expr, const Type& type) {
  const auto [entry, fresh] = types_.try_emplace(&expr, type);
  if (!fresh) entry->second = common(entry->second, type);
}

}  // namespace castra::lang
