#pragma once

#include <vector>

#include "legion.h"
#include "mapping/layout.h"

namespace castra::legion {

/// What an instance for one requirement has to look like, besides its layout.
struct InstanceShape {
  int dimensions = 1;
  std::vector<Legion::FieldID> fields;
  Legion::ReductionOpID reduction = 0;  ///< 0: not a reduction instance
  Legion::Memory::Kind memory = Legion::Memory::NO_MEMKIND;
  bool aos_f_order_omits_x = false;  ///< as the published implementation; Legion puts X last then
};

/// Legion's constraints for a layout. Members the mapping leaves open are F order and struct of
/// arrays, as Legion's default mapper chooses; what `demanded` (the task variant's own constraints)
/// states is kept as it is. An alignment of 0 bytes states none.
Legion::LayoutConstraintSet constraints_for(const Layout& layout, const InstanceShape& shape,
                                            const Legion::LayoutConstraintSet* demanded);

/// What an instance's constraints say, in the language's terms; dimension order of a 1-D instance
/// reads as F.
Layout layout_of(const Legion::LayoutConstraintSet& constraints);

}  // namespace castra::legion
