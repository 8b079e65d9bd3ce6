#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace castra {

enum class DimensionOrder : std::uint8_t { F, C };  ///< first, or last, dimension fastest
enum class FieldOrder : std::uint8_t { StructOfArrays, ArrayOfStructs };
enum class Relation : std::uint8_t { Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual };

struct Alignment {
  Relation relation = Relation::Equal;
  std::int64_t bytes = 0;
  bool operator==(const Alignment&) const = default;
};

/// A layout as far as a mapping decides it; an empty member is left open. Rules of different
/// specificity are merged member by member.
struct Layout {
  std::optional<DimensionOrder> dimensions;
  std::optional<FieldOrder> fields;
  std::optional<Alignment> alignment;  ///< Alignment{Equal, 0} states "no alignment" (No_Align)
  std::optional<bool> compact;
  std::optional<bool> exact;

  bool empty() const { return *this == Layout{}; }
  /// Members of `weaker` where this one is silent.
  Layout merged_over(const Layout& weaker) const;
  bool operator==(const Layout&) const = default;
};

/// "SOA F_order Align==128 Compact Exact": the language's own words; "" if empty.
std::string to_string(const Layout& layout);

}  // namespace castra
