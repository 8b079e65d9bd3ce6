#pragma once

#include <string>
#include <vector>

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/index_space.h"
#include "support/result.h"

namespace castra::cli {

/// Owners of the points of a launch, for tables and pictures.
struct PlacementView {
  std::string title;
  Rect domain;
  lang::Placement placement;
  MachineShape machine;
};

/// The distinct owners of a placement and which of them each point has.
struct Owners {
  std::vector<lang::ProcessorSet> sets;  ///< ascending by node, then processors
  std::vector<std::size_t> of_point;     ///< index into `sets`, row-major
  std::vector<std::size_t> points;       ///< how many points each has
};
Owners owners_of(const lang::Placement& placement);

struct Colour {
  int red = 0, green = 0, blue = 0;
};
/// A colour for an owner: the hue says the node, the lightness the processor.
Colour colour_of(const lang::ProcessorSet& owner, const MachineShape& machine, ProcessorKind kind);
/// Whether black is easier to read on it than white.
bool is_light(const Colour& colour);

/// "a", "b", ..., "z", "A", ..., "Z"; all of two letters if there are more than 52, and so on.
std::string symbol_of(std::size_t owner, std::size_t owners);

/// A letter for every point, one row of text per index of the last dimension but one, leading
/// dimensions as slices, and a legend. With `colour`, ANSI escapes for 256 colours. Fails if a row
/// or the whole would not fit a screen: over 128 points in a row, over 16384 points.
Result<std::string> draw_text(const PlacementView& view, bool colour);
/// The same as a self-contained SVG; up to 65536 points.
Result<std::string> draw_svg(const PlacementView& view);

}  // namespace castra::cli
