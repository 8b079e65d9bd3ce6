#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "program/index_space.h"

namespace castra::search {

/// The index launches of one task on one processor kind, as far as placing their points goes.
struct IndexMapContext {
  ProcessorKind kind = ProcessorKind::Cpu;
  int nodes = 1;
  int per_node = 1;
  int rank = 1;  ///< dimensions of the launch domain
  Point origin;  ///< lowest corner of all recorded domains
  Point tiles;   ///< processors per dimension for "tiles"; empty if that is no map of its own
  bool operator==(const IndexMapContext&) const = default;
};

struct NodeAndProcessor {
  int node = 0;
  int processor = 0;
  auto operator<=>(const NodeAndProcessor&) const = default;
};

/// The maps worth telling apart for these domains (all of one rank), the usual first:
///   block     equal runs of consecutive points, last dimension fastest
///   slab0...  equal slabs along one dimension (two dimensions and more)
///   tiles     a grid of processors shaped like the domain (two dimensions and more)
///   cyclic    points dealt out one by one
///   reversed  block, from the last processor to the first
///   default   no rule: the program's own mapper places the points
/// Of maps that place every point alike only the first is kept. Fills context.tiles.
std::vector<std::string> distinct_index_maps(const std::vector<Rect>& domains,
                                             IndexMapContext& context);

/// What the map says for a point of a domain. Any point of any domain of the context's rank gets a
/// processor of the machine. Not for "default".
NodeAndProcessor index_map_owner(const std::string& map, const IndexMapContext& context,
                                 const Point& point, const Rect& domain);

/// The same as a function of the mapping language, named `function`.
std::string index_map_source(const std::string& map, const IndexMapContext& context,
                             const std::string& function);

}  // namespace castra::search
