#include "backends/legion/layouts.h"

#include <algorithm>

namespace castra::legion {
namespace {

legion_equality_kind_t equality(Relation relation) {
  switch (relation) {
    case Relation::Less:
      return LEGION_LT_EK;
    case Relation::LessEqual:
      return LEGION_LE_EK;
    case Relation::Greater:
      return LEGION_GT_EK;
    case Relation::GreaterEqual:
      return LEGION_GE_EK;
    case Relation::Equal:
      return LEGION_EQ_EK;
    case Relation::NotEqual:
      return LEGION_NE_EK;
  }
  return LEGION_EQ_EK;
}

Relation relation(legion_equality_kind_t kind) {
  switch (kind) {
    case LEGION_LT_EK:
      return Relation::Less;
    case LEGION_LE_EK:
      return Relation::LessEqual;
    case LEGION_GT_EK:
      return Relation::Greater;
    case LEGION_GE_EK:
      return Relation::GreaterEqual;
    case LEGION_EQ_EK:
      return Relation::Equal;
    case LEGION_NE_EK:
      return Relation::NotEqual;
  }
  return Relation::Equal;
}

/// Fastest first: SOA F = X,Y,..,F; SOA C = ..,Y,X,F; AOS F = F,X,Y,..; AOS C = F,..,Y,X.
std::vector<Legion::DimensionKind> ordering(const Layout& layout, int dimensions, bool omit_x) {
  std::vector<Legion::DimensionKind> order;
  for (int d = 0; d < dimensions; ++d)
    order.push_back(static_cast<Legion::DimensionKind>(static_cast<int>(LEGION_DIM_X) + d));
  if (layout.dimensions == DimensionOrder::C) std::ranges::reverse(order);
  const bool structs = layout.fields == FieldOrder::ArrayOfStructs;
  if (structs && omit_x && layout.dimensions != DimensionOrder::C) order.erase(order.begin());
  order.insert(structs ? order.begin() : order.end(), LEGION_DIM_F);
  return order;
}

Legion::SpecializedConstraint specialization(const Layout& layout,
                                             Legion::ReductionOpID reduction) {
  const bool exact = layout.exact.value_or(false);
  if (reduction != 0) return {LEGION_AFFINE_REDUCTION_SPECIALIZE, reduction, false, exact};
  const bool compact = layout.compact.value_or(false);
  return {compact ? LEGION_COMPACT_SPECIALIZE : LEGION_AFFINE_SPECIALIZE, 0, false, exact};
}

}  // namespace

Legion::LayoutConstraintSet constraints_for(const Layout& layout, const InstanceShape& shape,
                                            const Legion::LayoutConstraintSet* demanded) {
  Legion::LayoutConstraintSet set;
  if (demanded != nullptr) set = *demanded;
  // Legion's own default reads as an ordinary affine instance.
  if (set.specialized_constraint.kind == LEGION_NO_SPECIALIZE ||
      set.specialized_constraint.kind == LEGION_AFFINE_SPECIALIZE)
    set.add_constraint(specialization(layout, shape.reduction));
  if (!set.memory_constraint.has_kind) set.add_constraint(Legion::MemoryConstraint(shape.memory));
  if (set.field_constraint.field_set.empty())
    set.add_constraint(Legion::FieldConstraint(shape.fields, false, false));
  if (set.ordering_constraint.ordering.empty()) {
    set.add_constraint(Legion::OrderingConstraint(
        ordering(layout, shape.dimensions, shape.aos_f_order_omits_x), false));
  }
  if (set.alignment_constraints.empty() && layout.alignment && layout.alignment->bytes > 0) {
    for (const Legion::FieldID field : shape.fields) {
      set.add_constraint(
          Legion::AlignmentConstraint(field, equality(layout.alignment->relation),
                                      static_cast<std::size_t>(layout.alignment->bytes)));
    }
  }
  return set;
}

Layout layout_of(const Legion::LayoutConstraintSet& constraints) {
  Layout layout;
  const auto& order = constraints.ordering_constraint.ordering;
  const auto position = [&order](Legion::DimensionKind dimension) {
    return std::ranges::find(order, dimension) - order.begin();
  };
  const auto size = static_cast<std::ptrdiff_t>(order.size());
  if (size > 0) {
    const bool c_order =
        position(LEGION_DIM_Y) < size && position(LEGION_DIM_Y) < position(LEGION_DIM_X);
    layout.dimensions = c_order ? DimensionOrder::C : DimensionOrder::F;
    layout.fields =
        position(LEGION_DIM_F) == 0 ? FieldOrder::ArrayOfStructs : FieldOrder::StructOfArrays;
  }
  if (!constraints.alignment_constraints.empty()) {
    const auto& alignment = constraints.alignment_constraints.front();
    layout.alignment =
        Alignment{relation(alignment.eqk), static_cast<std::int64_t>(alignment.alignment)};
  }
  const auto& special = constraints.specialized_constraint;
  if (special.kind == LEGION_COMPACT_SPECIALIZE ||
      special.kind == LEGION_COMPACT_REDUCTION_SPECIALIZE)
    layout.compact = true;
  if (special.is_exact()) layout.exact = true;
  return layout;
}

}  // namespace castra::legion
