#include "mapping/layout.h"

#include <gtest/gtest.h>

namespace castra {
namespace {

TEST(Layout, MergesMemberByMember) {
  Layout specific;
  specific.fields = FieldOrder::ArrayOfStructs;
  Layout general;
  general.fields = FieldOrder::StructOfArrays;
  general.dimensions = DimensionOrder::C;
  const Layout merged = specific.merged_over(general);
  EXPECT_EQ(merged.fields, FieldOrder::ArrayOfStructs);
  EXPECT_EQ(merged.dimensions, DimensionOrder::C);
  EXPECT_FALSE(merged.alignment.has_value());
}

TEST(Layout, PrintsInTheLanguagesWords) {
  Layout layout;
  EXPECT_EQ(to_string(layout), "");
  layout = {DimensionOrder::C, FieldOrder::ArrayOfStructs, Alignment{Relation::Equal, 128}, true,
            true};
  EXPECT_EQ(to_string(layout), "AOS C_order Align==128 Compact Exact");
  layout.alignment = Alignment{Relation::Equal, 0};
  layout.compact = false;
  EXPECT_EQ(to_string(layout), "AOS C_order No_Align Exact");
}

}  // namespace
}  // namespace castra
