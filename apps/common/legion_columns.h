#pragma once

// From Legion's physical regions to the columns that kernels read.

#include <legion.h>

#include "common/column.h"
#include "common/id_range.h"

namespace castra::apps {

inline IdRange ids_of(Legion::Runtime* runtime, Legion::LogicalRegion region) {
  const Legion::Domain domain = runtime->get_index_space_domain(region.get_index_space());
  return domain.empty() ? IdRange{} : IdRange{domain.lo()[0], domain.hi()[0]};
}

/// A column over an accessor of any affine layout; empty if `ids` is, for then there may be no
/// instance.
template <typename T, typename Accessor>
Column<T> column_of(const Accessor& accessor, IdRange ids) {
  T* first = accessor.ptr(Legion::Point<1>(ids.lo));
  if (ids.size() == 1) return Column<T>(first, ids.lo, sizeof(T));
  T* second = accessor.ptr(Legion::Point<1>(ids.lo + 1));
  return Column<T>(first, ids.lo,
                   reinterpret_cast<const char*>(second) - reinterpret_cast<const char*>(first));
}

template <typename T>
Column<const T> read_column(const Legion::PhysicalRegion& region, Legion::FieldID field,
                            IdRange ids) {
  if (ids.size() == 0) return {};
  const Legion::FieldAccessor<LEGION_READ_ONLY, T, 1, Legion::coord_t,
                              Realm::AffineAccessor<T, 1, Legion::coord_t>>
      accessor(region, field);
  return column_of<const T>(accessor, ids);
}

template <typename T>
Column<T> write_column(const Legion::PhysicalRegion& region, Legion::FieldID field, IdRange ids) {
  if (ids.size() == 0) return {};
  const Legion::FieldAccessor<LEGION_READ_WRITE, T, 1, Legion::coord_t,
                              Realm::AffineAccessor<T, 1, Legion::coord_t>>
      accessor(region, field);
  return column_of<T>(accessor, ids);
}

/// The instance may be shared with other tasks that reduce into it: add atomically.
template <typename Operator>
Column<typename Operator::RHS> reduce_column(const Legion::PhysicalRegion& region,
                                             Legion::FieldID field, Legion::ReductionOpID id,
                                             IdRange ids) {
  using Value = typename Operator::RHS;
  if (ids.size() == 0) return {};
  const Legion::ReductionAccessor<Operator, false, 1, Legion::coord_t,
                                  Realm::AffineAccessor<Value, 1, Legion::coord_t>>
      accessor(region, field, id);
  return column_of<Value>(accessor, ids);
}

}  // namespace castra::apps
