#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/by_node.h"

namespace castra::lang::columns {

/// The names an expression reads, other than those of its own comprehensions, in no order.
struct NamesUsed {
  std::span<const std::string_view> any;
  /// Read only as `name.member`, by members of a task that are the same at every point.
  std::span<const std::string_view> of_launch;
  bool unknown = false;  ///< contains a node this analysis does not know
};

/// NamesUsed of every expression of a function, once for all evaluations. Expressions that use the
/// same names share them.
class FunctionUses {
 public:
  explicit FunctionUses(const FunctionDef& function);
  /// Nothing for an expression of another function. Valid as long as this.
  std::optional<NamesUsed> find(const Expr& expr) const;

 private:
  /// Part of names_.
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct Entry {
    Range any;
    Range of_launch;
    bool unknown = false;
  };

  Entry add(const Expr& expr);
  Entry add_node(const Expr& expr);
  Entry joined(const Entry& a, const Entry& b);
  Range joined(Range a, Range b);
  Range without(Range range, std::string_view name);
  Range only(std::string_view name);
  std::span<const std::string_view> names(Range range) const;

  std::vector<std::string_view> names_;
  ByNode<Entry> uses_;
};

/// Whether that member of a task has one value for all points of a launch.
bool same_for_all_points(std::string_view member);

}  // namespace castra::lang::columns
