#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lang/checker.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "lang/policy.h"
#include "maps.h"

/// usage: index_functions [REPEATS]
///
/// Nanoseconds per point, median of REPEATS (default 31) alternating runs on one thread, of five
/// index functions of the published benchmarks:
///   C++        written by hand (maps.cc), launch to owner table
///   castra     from the checked program to the same table, compilation of the function included
///   from text  the same, reading and checking the program included
///   tree       the tree evaluator, point by point (fewer repeats)
///   before     what the published implementation needs on the reference machine
/// Fails if a table differs from the one of the C++.
namespace castra::bench {
namespace {

const std::string kBlocks =
    "def block_of(IPoint point, ISpace space, MSpace machine, int from, int to) {\n"
    "  return point[from] * machine.size[to] / space[from];\n}\n"
    "def turn_of(IPoint point, MSpace machine, int from, int to) {\n"
    "  return point[from] % machine.size[to];\n}\n";
const std::string kMachine = "mgpu = Machine(GPU);\n";

struct Map {
  std::string name;
  std::string text;
  std::function<void(const Rect&, const Grid&, Owners&)> by_hand;
  Point small;  ///< extents with 4096 points
  Point large;  ///< extents with 64 Ki points
  Grid machine;
  double before;
};

std::vector<Map> maps() {
  return {
      {"auto2d",
       kMachine + kBlocks +
           "def auto2d(Task task) {\n"
           "  nodes = mgpu.auto_split(0, task.ispace);\n"
           "  per_node = task.ispace / nodes.size[:2];\n"
           "  grid = nodes.auto_split(2, per_node);\n"
           "  node = tuple(block_of(task.ipoint, task.ispace, grid, i, i) for i in (0, 1));\n"
           "  processor = tuple(turn_of(task.ipoint, grid, i, i + 2) for i in (0, 1));\n"
           "  return grid[*node, *processor];\n}\n",
       auto2d,
       {64, 64},
       {256, 256},
       {12, 6},
       4583},
      {"auto3d",
       kMachine + kBlocks +
           "def auto3d(Task task) {\n"
           "  nodes = mgpu.auto_split(0, task.ispace);\n"
           "  per_node = task.ispace / nodes.size[:3];\n"
           "  grid = nodes.auto_split(3, per_node);\n"
           "  node = tuple(block_of(task.ipoint, task.ispace, grid, i, i) for i in (0, 1, 2));\n"
           "  processor = tuple(turn_of(task.ipoint, grid, i, i + 3) for i in (0, 1, 2));\n"
           "  return grid[*node, *processor];\n}\n",
       auto3d,
       {16, 16, 16},
       {64, 32, 32},
       {12, 6},
       6304},
      {"autoblock",
       kMachine + kBlocks +
           "def autoblock(Task task) {\n"
           "  nodes = mgpu.auto_split(0, task.ispace);\n"
           "  node = tuple(block_of(task.ipoint, task.ispace, nodes, i, i) for i in (0, 1, 2));\n"
           "  return nodes[*node, 0];\n}\n",
       autoblock,
       {16, 16, 16},
       {64, 32, 32},
       {72, 1},
       3019},
      {"linearblock",
       kMachine +
           "def linearblock(Task task) {\n"
           "  return mgpu[task.ipoint[0] / mgpu.size[1], task.ipoint[0] % mgpu.size[1]];\n}\n",
       linearblock,
       {4096},
       {65536},
       {16384, 6},
       630},
      {"cyclic",
       kMachine + "def cyclic(Task task) {\n"
                  "  ip = task.ipoint;\n"
                  "  return mgpu[ip[0] % mgpu.size[0], ip[0] / mgpu.size[0] % mgpu.size[1]];\n}\n",
       cyclic,
       {4096},
       {65536},
       {12, 6},
       432},
  };
}

MachineShape shape(const Grid& grid) {
  MachineShape shape;
  shape.nodes = static_cast<int>(grid.nodes);
  for (const ProcessorKind kind : kAllProcessorKinds)
    shape.set(kind, static_cast<int>(grid.per_node));
  return shape;
}

double nanoseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return spent.count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "index_functions: {}\n", why);
  std::exit(1);
}

struct Times {
  double by_hand, castra, from_text, tree;
};

Times measure(const Map& map, const Rect& domain, int repeats) {
  const MachineShape machine = shape(map.machine);
  const auto points = static_cast<double>(domain.volume());
  Owners expected(static_cast<std::size_t>(domain.volume()));
  const SourceFile source("bench.castra", map.text);
  DiagnosticSink sink;
  const lang::CheckedProgram checked = lang::check_program(lang::parse(source, sink), source, sink);
  if (sink.has_errors()) stop(render_all(source, sink));
  const lang::Symbols& symbols = checked.symbols;
  const lang::FunctionDef& function = *symbols.functions.find(map.name)->second;

  const auto agree = [&](const lang::PlaceResult& placed) {
    if (!placed) stop(map.name + ": " + placed.error().message);
    if (!*placed) stop(map.name + ": no placement");
    const lang::OwnerTable& table = (*placed)->points;
    if (table.size() != expected.size()) stop(map.name + ": wrong number of points");
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (table.code(i) != expected[i]) stop(fmt::format("{} differs at point {}", map.name, i));
    }
  };
  const auto place = [&](lang::PlaceEngine engine) {
    const lang::LaunchQuery query{map.name, ProcessorKind::Gpu, domain, {}};
    return lang::place_points(symbols, source, function, std::nullopt, query, machine, nullptr,
                              engine);
  };

  std::vector<double> by_hand;
  std::vector<double> castra;
  std::vector<double> from_text;
  std::vector<double> tree;
  for (int i = 0; i < repeats; ++i) {
    by_hand.push_back(nanoseconds([&] {
      Owners owners(static_cast<std::size_t>(domain.volume()));
      map.by_hand(domain, map.machine, owners);
      expected = std::move(owners);
    }));
    lang::PlaceResult placed;
    castra.push_back(nanoseconds([&] { placed = place(lang::PlaceEngine::Automatic); }));
    agree(placed);
    from_text.push_back(nanoseconds([&] {
      DiagnosticSink fresh;
      const auto policy =
          lang::compile(std::make_shared<const SourceFile>("bench.castra", map.text), fresh);
      placed = policy->evaluate(map.name, domain, machine);
    }));
    agree(placed);
    if (i % 10 != 0) continue;
    tree.push_back(nanoseconds([&] { placed = place(lang::PlaceEngine::Tree); }));
    agree(placed);
  }
  return {median(by_hand) / points, median(castra) / points, median(from_text) / points,
          median(tree) / points};
}

int run(int repeats) {
  fmt::print("{:12} {:>6} {:>8} {:>8} {:>10} {:>8} {:>7} {:>13} {:>14}\n", "ns per point", "points",
             "C++", "castra", "from text", "tree", "before", "castra / C++", "before / text");
  for (const Map& map : maps()) {
    for (const Point& extents : {map.small, map.large}) {
      const Rect domain = rect_of_extents(extents);
      const Times t = measure(map, domain, repeats);
      fmt::print(
          "{:12} {:>6} {:>8.2f} {:>8.2f} {:>10.2f} {:>8.0f} {:>7.0f} {:>12.2f}x {:>13.0f}x\n",
          map.name, domain.volume(), t.by_hand, t.castra, t.from_text, t.tree, map.before,
          t.castra / t.by_hand, map.before / t.from_text);
    }
  }
  return 0;
}

}  // namespace
}  // namespace castra::bench

int main(int argc, char** argv) {
  return castra::bench::run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 31);
}
