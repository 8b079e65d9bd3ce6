#include "search/index_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "support/check.h"

namespace castra::search {
namespace {

/// Points beyond which two maps are compared on a part of the domain only.
constexpr std::int64_t kComparedPoints = 4096;

std::int64_t modulo(std::int64_t a, std::int64_t n) { return ((a % n) + n) % n; }

/// Position in the domain's own bounding box, as the generated functions compute it.
std::int64_t coordinate(const IndexMapContext& context, const Point& point, const Rect& domain,
                        int d) {
  return modulo(point[d] - context.origin[d], domain.extent(d));
}

std::int64_t flat_index(const IndexMapContext& context, const Point& point, const Rect& domain) {
  std::int64_t flat = 0;
  for (int d = 0; d < context.rank; ++d) {
    flat = flat * domain.extent(d) + coordinate(context, point, domain, d);
  }
  return flat;
}

int slab_dimension(const std::string& map) { return map.back() - '0'; }

/// Splits `processors` over the dimensions, prime factors from the largest, each to the dimension
/// with the most points per processor.
Point tile_grid(int processors, const Point& extents) {
  Point grid(extents.size(), 1);
  std::vector<int> factors;
  for (int n = processors, f = 2; n > 1;) {
    if (n % f == 0) {
      factors.push_back(f);
      n /= f;
    } else {
      ++f;
    }
  }
  for (auto factor = factors.rbegin(); factor != factors.rend(); ++factor) {
    std::size_t best = 0;
    for (std::size_t d = 1; d < grid.size(); ++d) {
      if (extents[d] * grid[best] > extents[best] * grid[d]) best = d;
    }
    grid[best] *= *factor;
  }
  return grid;
}

std::vector<NodeAndProcessor> table(const std::string& map, const IndexMapContext& context,
                                    const std::vector<Rect>& domains) {
  std::vector<NodeAndProcessor> owners;
  for (const Rect& domain : domains) {
    const std::int64_t volume = domain.volume();
    const std::int64_t step = std::max<std::int64_t>(1, volume / kComparedPoints);
    for (std::int64_t i = 0; i < volume; i += step) {
      owners.push_back(index_map_owner(map, context, domain.at(i), domain));
    }
  }
  return owners;
}

std::string relative_coordinate(const IndexMapContext& context, int d) {
  const std::int64_t origin = context.origin[d];
  std::string at = fmt::format("t.ipoint[{}]", d);
  if (origin > 0) at = fmt::format("({} - {})", at, origin);
  if (origin < 0) at = fmt::format("({} + {})", at, -origin);
  return fmt::format("{} % t.ispace[{}]", at, d);
}

std::string flat_source(const IndexMapContext& context) {
  std::string flat = relative_coordinate(context, 0);
  for (int d = 1; d < context.rank; ++d) {
    flat = fmt::format("({}) * t.ispace[{}] + {}", flat, d, relative_coordinate(context, d));
  }
  return flat;
}

std::string tiles_source(const IndexMapContext& context) {
  std::string linear;
  for (int d = 0; d < context.rank; ++d) {
    const std::string here = fmt::format("({}) * {} / t.ispace[{}]",
                                         relative_coordinate(context, d), context.tiles[d], d);
    linear = d == 0 ? here : fmt::format("({}) * {} + {}", linear, context.tiles[d], here);
  }
  return fmt::format("({}) % n", linear);
}

}  // namespace

NodeAndProcessor index_map_owner(const std::string& map, const IndexMapContext& context,
                                 const Point& point, const Rect& domain) {
  const std::int64_t n = std::int64_t{context.nodes} * context.per_node;
  const std::int64_t flat = flat_index(context, point, domain);
  std::int64_t owner = 0;
  if (map == "block") {
    owner = flat * n / domain.volume();
  } else if (map == "reversed") {
    owner = n - 1 - flat * n / domain.volume();
  } else if (map == "cyclic") {
    owner = flat % n;
  } else if (map == "tiles") {
    for (int d = 0; d < context.rank; ++d) {
      const std::int64_t tile =
          coordinate(context, point, domain, d) * context.tiles[d] / domain.extent(d);
      owner = owner * context.tiles[d] + tile;
    }
    owner %= n;
  } else {
    const int d = slab_dimension(map);
    CASTRA_CHECK(map.starts_with("slab") && d >= 0 && d < context.rank, "unknown index map");
    owner = coordinate(context, point, domain, d) * n / domain.extent(d);
  }
  return {static_cast<int>(owner / context.per_node), static_cast<int>(owner % context.per_node)};
}

std::vector<std::string> distinct_index_maps(const std::vector<Rect>& domains,
                                             IndexMapContext& context) {
  std::vector<std::string> maps = {"block"};
  if (context.rank > 1) {
    for (int d = 0; d < context.rank; ++d) maps.push_back(fmt::format("slab{}", d));
    const auto largest = std::ranges::max_element(
        domains, [](const Rect& a, const Rect& b) { return a.volume() < b.volume(); });
    context.tiles = tile_grid(context.nodes * context.per_node, largest->extents());
    maps.emplace_back("tiles");
  }
  maps.insert(maps.end(), {"cyclic", "reversed"});
  std::set<std::vector<NodeAndProcessor>> seen;
  std::erase_if(maps, [&](const std::string& map) {
    return !seen.insert(table(map, context, domains)).second;
  });
  maps.emplace_back("default");
  return maps;
}

std::string index_map_source(const std::string& map, const IndexMapContext& context,
                             const std::string& function) {
  std::string owner;
  std::string index = flat_source(context);
  if (map == "block") {
    owner = "i * n / t.ispace.volume";
  } else if (map == "reversed") {
    owner = "n - 1 - i * n / t.ispace.volume";
  } else if (map == "cyclic") {
    owner = "i % n";
  } else if (map == "tiles") {
    index.clear();
    owner = tiles_source(context);
  } else {
    index = relative_coordinate(context, slab_dimension(map));
    owner = fmt::format("i * n / t.ispace[{}]", slab_dimension(map));
  }
  std::string text = fmt::format("def {}(Task t) {{\n  m = Machine({});\n", function,
                                 castra::to_string(context.kind));
  text += "  n = m.size[0] * m.size[1];\n";
  if (!index.empty()) text += fmt::format("  i = {};\n", index);
  text += fmt::format("  g = {};\n  return m[g / m.size[1], g % m.size[1]];\n}}\n", owner);
  return text;
}

}  // namespace castra::search
