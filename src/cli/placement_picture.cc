#include "cli/placement_picture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace castra::cli {
namespace {

constexpr std::int64_t kMaxRow = 128;
constexpr std::int64_t kMaxTextPoints = 16384;
constexpr std::int64_t kMaxSvgPoints = 65536;
constexpr std::int64_t kPointsPerLine = 32;  ///< of a one-dimensional launch
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A grid of points of one launch: all of it up to two dimensions, else one slice.
struct Grid {
  std::string caption;     ///< empty if there is one grid only
  std::int64_t first = 0;  ///< index of its first point
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t count = 0;  ///< points; fewer than rows * columns only in one dimension
  std::vector<std::int64_t> row_labels;
  std::int64_t first_column = 0;
};

std::vector<Grid> grids_of(const Rect& domain) {
  const int dimensions = domain.dimensions();
  const std::int64_t volume = domain.volume();
  if (dimensions == 1) {
    Grid grid{"", 0, 0, std::min(kPointsPerLine, volume), volume, {}, 0};
    grid.rows = (volume + grid.columns - 1) / grid.columns;
    for (std::int64_t row = 0; row < grid.rows; ++row)
      grid.row_labels.push_back(domain.lo[0] + row * grid.columns);
    return {grid};
  }
  const std::int64_t rows = domain.extent(dimensions - 2);
  const std::int64_t columns = domain.extent(dimensions - 1);
  std::vector<Grid> grids;
  for (std::int64_t first = 0; first < volume; first += rows * columns) {
    Grid grid{"", first, rows, columns, rows * columns, {}, domain.lo[dimensions - 1]};
    if (dimensions > 2) {
      const Point corner = domain.at(first);
      const Point leading(corner.begin(), corner.end() - 2);
      grid.caption = fmt::format("slice ({},*,*)", fmt::join(leading, ","));
    }
    for (std::int64_t row = 0; row < rows; ++row)
      grid.row_labels.push_back(domain.lo[dimensions - 2] + row);
    grids.push_back(std::move(grid));
  }
  return grids;
}

std::size_t digits(std::int64_t number) { return std::to_string(number).size(); }

std::string owner_text(const lang::ProcessorSet& owner, ProcessorKind kind) {
  return fmt::format("node {}, {} {}", owner.node, to_string(kind),
                     fmt::join(owner.processors, ","));
}

/// Processors of the kind that no point may run on.
std::size_t idle_processors(const PlacementView& view, const Owners& owners) {
  std::map<std::pair<int, int>, bool> used;
  for (const lang::ProcessorSet& owner : owners.sets) {
    for (const int processor : owner.processors) used[{owner.node, processor}] = true;
  }
  const auto all = static_cast<std::size_t>(view.machine.nodes) *
                   static_cast<std::size_t>(view.machine.count(view.placement.kind));
  return all - std::min(all, used.size());
}

std::string idle_text(const PlacementView& view, const Owners& owners) {
  const std::size_t idle = idle_processors(view, owners);
  if (idle == 0) return "";
  return fmt::format("{} of {} {} processors have no point", idle,
                     view.machine.nodes * view.machine.count(view.placement.kind),
                     to_string(view.placement.kind));
}

/// `text` on the colour's nearest neighbour in the terminal's cube of 6 x 6 x 6 colours.
std::string painted(const std::string& text, const Colour& colour) {
  const auto level = [](int value) { return (value * 5 + 127) / 255; };
  const int index = 16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue);
  return fmt::format("\x1b[48;5;{}m\x1b[38;5;{}m{}\x1b[0m", index, is_light(colour) ? 16 : 231,
                     text);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out;
}

}  // namespace

Owners owners_of(const lang::Placement& placement) {
  const auto less = [](const lang::ProcessorSet& a, const lang::ProcessorSet& b) {
    return std::tie(a.node, a.processors) < std::tie(b.node, b.processors);
  };
  Owners owners;
  owners.sets.assign(placement.points.begin(), placement.points.end());
  std::sort(owners.sets.begin(), owners.sets.end(), less);
  owners.sets.erase(std::unique(owners.sets.begin(), owners.sets.end()), owners.sets.end());
  owners.points.assign(owners.sets.size(), 0);
  for (const lang::ProcessorSet point : placement.points) {
    const auto found = std::lower_bound(owners.sets.begin(), owners.sets.end(), point, less);
    const auto index = static_cast<std::size_t>(found - owners.sets.begin());
    owners.of_point.push_back(index);
    ++owners.points[index];
  }
  return owners;
}

Colour colour_of(const lang::ProcessorSet& owner, const MachineShape& machine, ProcessorKind kind) {
  // Hues a golden angle apart stay distinct for any number of nodes.
  const double hue = std::fmod(210.0 + 137.508 * owner.node, 360.0);
  const int count = std::max(machine.count(kind), 1);
  const double position =
      count == 1 ? 0.5
                 : static_cast<double>(owner.processors.front()) / static_cast<double>(count - 1);
  const double lightness = 0.80 - 0.42 * position;
  const double saturation = owner.processors.size() > 1 ? 0.30 : 0.62;
  const double chroma = (1 - std::abs(2 * lightness - 1)) * saturation;
  const auto channel = [&](double offset) {
    const double turn = std::fmod(hue / 60.0 + offset, 6.0);
    const double part = std::clamp(std::abs(turn - 3.0) - 1.0, 0.0, 1.0);
    return static_cast<int>(std::lround(255 * (lightness + chroma * (part - 0.5))));
  };
  return {channel(0), channel(4), channel(2)};
}

bool is_light(const Colour& colour) {
  return 299 * colour.red + 587 * colour.green + 114 * colour.blue > 140000;
}

std::string symbol_of(std::size_t owner, std::size_t owners) {
  std::size_t length = 1;
  for (std::size_t names = kLetters.size(); names < owners; names *= kLetters.size()) ++length;
  std::string symbol(length, ' ');
  for (std::size_t i = length; i-- > 0; owner /= kLetters.size())
    symbol[i] = kLetters[owner % kLetters.size()];
  return symbol;
}

Result<std::string> draw_text(const PlacementView& view, bool colour) {
  const Rect& domain = view.domain;
  const bool wide = domain.dimensions() > 1 && domain.extent(domain.dimensions() - 1) > kMaxRow;
  if (wide || domain.volume() > kMaxTextPoints) {
    return failure(fmt::format("a picture of {} points does not fit a screen", domain.volume()),
                   "draw it with --svg FILE, or evaluate a smaller domain");
  }
  const Owners owners = owners_of(view.placement);
  const ProcessorKind kind = view.placement.kind;
  const auto shown = [&](std::size_t owner, std::size_t width) {
    const std::string cell = fmt::format("{:>{}}", symbol_of(owner, owners.sets.size()), width);
    return colour ? painted(cell, colour_of(owners.sets[owner], view.machine, kind)) : cell;
  };
  std::string out = view.title + "\n";
  for (const Grid& grid : grids_of(domain)) {
    out += "\n";
    if (!grid.caption.empty()) out += grid.caption + "\n";
    const std::int64_t last_column = grid.first_column + grid.columns - 1;
    std::size_t width = symbol_of(0, owners.sets.size()).size();
    if (domain.dimensions() > 1)
      width = std::max({width, digits(grid.first_column), digits(last_column)});
    const std::size_t label =
        std::max(digits(grid.row_labels.front()), digits(grid.row_labels.back()));
    if (domain.dimensions() > 1) {
      out += std::string(label, ' ') + " ";
      for (std::int64_t column = grid.first_column; column <= last_column; ++column)
        out += fmt::format(" {:>{}}", column, width);
      out += "\n";
    }
    for (std::int64_t row = 0; row < grid.rows; ++row) {
      out += fmt::format("{:>{}} ", grid.row_labels[static_cast<std::size_t>(row)], label);
      for (std::int64_t column = 0; column < grid.columns; ++column) {
        const std::int64_t index = row * grid.columns + column;
        if (index >= grid.count) break;
        const auto point = static_cast<std::size_t>(grid.first + index);
        out += " " + shown(owners.of_point[point], width);
      }
      out += "\n";
    }
  }
  out += "\n";
  for (std::size_t i = 0; i < owners.sets.size(); ++i) {
    const std::size_t width = symbol_of(0, owners.sets.size()).size();
    out += fmt::format("{}  {}: {} point{}\n", shown(i, width), owner_text(owners.sets[i], kind),
                       owners.points[i], owners.points[i] == 1 ? "" : "s");
  }
  if (const std::string idle = idle_text(view, owners); !idle.empty()) out += idle + "\n";
  return out;
}

Result<std::string> draw_svg(const PlacementView& view) {
  if (view.domain.volume() > kMaxSvgPoints) {
    return failure(fmt::format("a picture of {} points is too large", view.domain.volume()),
                   "evaluate a smaller domain; --json gives every point");
  }
  constexpr int kCell = 30, kMargin = 16, kLabel = 40, kText = 20;
  const Owners owners = owners_of(view.placement);
  const ProcessorKind kind = view.placement.kind;
  const auto hex = [&](std::size_t owner) {
    const Colour c = colour_of(owners.sets[owner], view.machine, kind);
    return fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue);
  };
  const auto ink = [&](std::size_t owner) {
    return is_light(colour_of(owners.sets[owner], view.machine, kind)) ? "#000" : "#fff";
  };
  std::string body;
  const auto text = [&](std::int64_t x, std::int64_t y, std::string_view anchor,
                        std::string_view words, std::string_view fill = "#000") {
    body += fmt::format(R"(<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>)"
                        "\n",
                        x, y, anchor, fill, escaped(words));
  };
  std::int64_t y = kMargin + kText;
  std::int64_t width = 420;
  text(kMargin, y, "start", view.title);
  for (const Grid& grid : grids_of(view.domain)) {
    y += kText;
    if (!grid.caption.empty()) text(kMargin, y + kText / 2, "start", grid.caption);
    y += kText;
    if (view.domain.dimensions() > 1) {
      for (std::int64_t column = 0; column < grid.columns; ++column) {
        text(kMargin + kLabel + column * kCell + kCell / 2, y, "middle",
             std::to_string(grid.first_column + column), "#555");
      }
      y += kText / 2;
    }
    for (std::int64_t i = 0; i < grid.count; ++i) {
      const std::int64_t row = i / grid.columns;
      const std::int64_t x = kMargin + kLabel + i % grid.columns * kCell;
      const std::int64_t top = y + row * kCell;
      if (i % grid.columns == 0) {
        text(kMargin + kLabel - 6, top + kCell * 2 / 3, "end",
             std::to_string(grid.row_labels[static_cast<std::size_t>(row)]), "#555");
      }
      const std::size_t owner = owners.of_point[static_cast<std::size_t>(grid.first + i)];
      const lang::ProcessorSet& set = owners.sets[owner];
      const std::string point = to_string(view.domain.at(grid.first + i));
      body += fmt::format(
          R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}: {}</title></rect>)"
          "\n",
          x, top, kCell - 2, kCell - 2, hex(owner), point, owner_text(set, kind));
      const std::string name = set.processors.size() == 1
                                   ? fmt::format("{}.{}", set.node, set.processors.front())
                                   : fmt::format("{}.*", set.node);
      text(x + kCell / 2 - 1, top + kCell * 2 / 3, "middle", name, ink(owner));
    }
    y += grid.rows * kCell;
    width = std::max(width, kMargin * 2 + kLabel + grid.columns * kCell);
  }
  y += kText;
  for (std::size_t i = 0; i < owners.sets.size(); ++i, y += kText) {
    body += fmt::format(R"(<rect x="{}" y="{}" width="14" height="14" fill="{}"/>)"
                        "\n",
                        kMargin, y, hex(i));
    text(kMargin + 22, y + 12, "start",
         fmt::format("{}: {} point{}", owner_text(owners.sets[i], kind), owners.points[i],
                     owners.points[i] == 1 ? "" : "s"));
  }
  if (const std::string idle = idle_text(view, owners); !idle.empty())
    text(kMargin, y + 12, "start", idle);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{2}</svg>\n",
      width, y + kText + kMargin, body);
}

}  // namespace castra::cli
