#include "mapping/layout.h"

#include <fmt/format.h>

#include "support/check.h"

namespace castra {
namespace {

const char* to_string(Relation relation) {
  switch (relation) {
    case Relation::Less:
      return "<";
    case Relation::LessEqual:
      return "<=";
    case Relation::Greater:
      return ">";
    case Relation::GreaterEqual:
      return ">=";
    case Relation::Equal:
      return "==";
    case Relation::NotEqual:
      return "!=";
  }
  CASTRA_CHECK(false, "unknown relation");
}

template <typename T>
const std::optional<T>& first_of(const std::optional<T>& stronger, const std::optional<T>& weaker) {
  return stronger ? stronger : weaker;
}

}  // namespace

Layout Layout::merged_over(const Layout& weaker) const {
  return {first_of(dimensions, weaker.dimensions), first_of(fields, weaker.fields),
          first_of(alignment, weaker.alignment), first_of(compact, weaker.compact),
          first_of(exact, weaker.exact)};
}

std::string to_string(const Layout& layout) {
  std::string out;
  const auto word = [&out](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  if (layout.fields) word(*layout.fields == FieldOrder::StructOfArrays ? "SOA" : "AOS");
  if (layout.dimensions) word(*layout.dimensions == DimensionOrder::F ? "F_order" : "C_order");
  if (layout.alignment) {
    const Alignment none{Relation::Equal, 0};
    word(*layout.alignment == none ? "No_Align"
                                   : fmt::format("Align{}{}", to_string(layout.alignment->relation),
                                                 layout.alignment->bytes));
  }
  if (layout.compact.value_or(false)) word("Compact");
  if (layout.exact.value_or(false)) word("Exact");
  return out;
}

}  // namespace castra
