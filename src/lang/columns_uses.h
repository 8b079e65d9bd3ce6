#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "lang/ast.h"

namespace castra::lang::columns {

/// The names an expression reads, other than those of its own comprehensions, in no order.
struct NamesUsed {
  std::vector<std::string_view> any;
  /// Read only as `name.member`, by members of a task that are the same at every point.
  std::vector<std::string_view> of_launch;
  bool unknown = false;  ///< contains a node this analysis does not know
};

/// NamesUsed of every expression of a function, once for all evaluations.
class FunctionUses {
 public:
  explicit FunctionUses(const FunctionDef& function);
  /// Null for an expression of another function.
  const NamesUsed* find(const Expr& expr) const;

 private:
  const NamesUsed& add(const Expr& expr);
  const NamesUsed& add_node(const Expr& expr);
  std::unordered_map<const Expr*, NamesUsed> uses_;
};

/// Whether that member of a task has one value for all points of a launch.
bool same_for_all_points(std::string_view member);

}  // namespace castra::lang::columns
