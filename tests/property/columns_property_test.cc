#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check_property.h"
#include "lang/checker.h"
#include "lang/columns_trace.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "support/file.h"

/// The column engine against the tree evaluator: same owners, same errors, word for word.
namespace castra::lang {
namespace {

/// Programs with one index function `f` that mostly pass the checker and often fail at some points.
class ProgramGenerator {
 public:
  explicit ProgramGenerator(int dimensions) : dimensions_(dimensions) {}

  std::string program() {
    std::string out = "gpu = Machine(GPU);\ncpu = Machine(CPU);\n";
    out += "flat = gpu.merge(0, 1);\nback = gpu.reverse(1).swap(0, 1);\n";
    out += "grid = gpu.auto_split(0, " + extents() + ");\n";
    out += "half = gpu.slice(1, 0, gpu.size[1] / 2);\nbase = " + number() + ";\n";
    out += "def pick(IPoint v, int i) { return v[i]; }\n";
    out += "def bounded(int a, int n) { return n > 0 ? a % n : " + number() + "; }\n";
    out += "def choose(bool c, a, b) { return c ? a : b; }\n";
    out += "def sum(v) { return v[0] + v[v.len - 1]; }\n";
    out += "def half_of(int a) { return a < 2 ? a : half_of(a / 2); }\n";
    out += "def coordinate(Task t, int i) { return t.ipoint[i] - t.ispace[i] / 2; }\n";
    out += "def f(Task task) {\n  p = task.ipoint;\n  s = task.ispace;\n";
    const int locals = pick_number<int>(0, 4);
    for (int i = 0; i < locals; ++i) {
      const std::string name = "x" + std::to_string(i);
      out += "  " + name + " = " + integer(3) + ";\n";
      integers_.push_back(name);
    }
    if (chance(3)) {
      out += "  own = gpu.auto_split(1, s);\n";
      out += "  q = " + tuple(2) + ";\n";
      tuples_.push_back("q");
    }
    return out + "  return " + owner(2) + ";\n}\n";
  }

 private:
  static bool chance(int in) { return pick_number<int>(0, in) == 0; }
  static std::string number() {
    static const std::vector<std::string> kNumbers = {"0",
                                                      "1",
                                                      "2",
                                                      "3",
                                                      "4",
                                                      "7",
                                                      "-1",
                                                      "-3",
                                                      "64",
                                                      "1000000007",
                                                      "3037000500",
                                                      "9223372036854775807",
                                                      "(-9223372036854775807 - 1)"};
    // Mostly small ones.
    const auto most = chance(12) ? kNumbers.size() : 6;
    return kNumbers[pick_number<std::size_t>(0, most)];
  }
  std::string extents() const {
    std::string out = "(";
    for (int d = 0; d < dimensions_; ++d) out += std::to_string(pick_number<int>(1, 6)) + ", ";
    return out + ")";
  }
  std::string coordinate() const {
    return "p[" + std::to_string(pick_number<int>(-dimensions_, dimensions_)) + "]";
  }

  std::string integer(int depth) {
    if (depth == 0 || chance(6)) {
      switch (pick_number<int>(0, 6)) {
        case 0:
          return number();
        case 1:
          return "s[" + std::to_string(pick_number<int>(0, dimensions_)) + "]";
        case 2:
          return integers_.empty() ? coordinate()
                                   : integers_[pick_number<std::size_t>(0, integers_.size())];
        case 3:
          return chance(2) ? "gpu.size[1]" : "base";
        default:
          return coordinate();
      }
    }
    const auto sub = [&] { return integer(depth - 1); };
    switch (pick_number<int>(0, 19)) {
      case 0:
      case 1:
      case 2:
        return "(" + sub() + " + " + sub() + ")";
      case 3:
        return "(" + sub() + " - " + sub() + ")";
      case 4:
      case 5:
        return "(" + sub() + " * " + sub() + ")";
      case 6:
        return "(" + sub() + " / " + sub() + ")";
      case 7:
      case 8:
        return "(" + sub() + " % " + sub() + ")";
      case 9:
      case 10:
        return "(" + truth(depth - 1) + " ? " + sub() + " : " + sub() + ")";
      case 11:
        return "-" + sub();
      case 12:
        return "(" + tuple(depth - 1) + ")[" + sub() + "]";
      case 13:
        return "bounded(" + sub() + ", " + sub() + ")";
      case 14:
        return "choose(" + truth(depth - 1) + ", " + sub() + ", " + sub() + ")";
      case 15:
        return "sum(" + tuple(depth - 1) + ")";
      case 16:
        return chance(2) ? "half_of(" + sub() + ")" : "coordinate(task, 0)";
      case 17:
        return chance(2) ? "(" + tuple(depth - 1) + ").volume" : "(" + tuple(depth - 1) + ").len";
      default:
        return "(3, 1, 4, 1, 5)[" + sub() + " % 5]";
    }
  }

  std::string truth(int depth) {
    const auto sub = [&] { return integer(std::max(0, depth - 1)); };
    static const std::vector<std::string> kCompare = {"<", "<=", ">", ">=", "==", "!="};
    switch (depth == 0 ? 0 : pick_number<int>(0, 8)) {
      case 4:
        return "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
      case 5:
        return "(" + truth(depth - 1) + " || " + truth(depth - 1) + ")";
      case 6:
        return "!" + truth(depth - 1);
      case 7:
        return "(" + tuple(depth - 1) + " == " + tuple(depth - 1) + ")";
      default:
        return "(" + sub() + " " + kCompare[pick_number<std::size_t>(0, kCompare.size())] + " " +
               sub() + ")";
    }
  }

  std::string tuple(int depth) {
    if (depth <= 0) {
      return tuples_.empty() || chance(2) ? (chance(2) ? "s" : "p")
                                          : tuples_[pick_number<std::size_t>(0, tuples_.size())];
    }
    switch (pick_number<int>(0, 9)) {
      case 0:
        return "(" + integer(depth - 1) + ", " + integer(depth - 1) + ")";
      case 1:
        return "(" + tuple(depth - 1) + " + " + tuple(depth - 1) + ")";
      case 2:
        return "(" + tuple(depth - 1) + " * " + integer(depth - 1) + ")";
      case 3:
        return "(" + tuple(depth - 1) + " % " + tuple(depth - 1) + ")";
      case 4:
        return "(*" + tuple(depth - 1) + ", " + integer(depth - 1) + ")";
      case 5:
        return "tuple(i + " + integer(depth - 1) + " for i in " + tuple(depth - 1) + ")";
      case 6:
        return tuple(depth - 1) + "[" + std::to_string(pick_number<int>(-2, 2)) + ":]";
      case 7:
        return "(" + truth(depth - 1) + " ? " + tuple(depth - 1) + " : " + tuple(depth - 1) + ")";
      default:
        return "flat[" + integer(depth - 1) + " % flat.size[0]]";
    }
  }

  /// An index into a dimension, in range more often than not.
  std::string position(const std::string& machine, int d) {
    const std::string size = machine + ".size[" + std::to_string(d) + "]";
    switch (pick_number<int>(0, 8)) {
      case 0:
        return integer(2);
      case 1:
        return coordinate();
      case 2:
        return chance(3) ? "*" : "0";
      case 3:
        return coordinate() + " * " + size + " / s[0]";
      default:
        return "(" + integer(2) + ") % " + size;
    }
  }

  std::string owner(int depth) {
    if (depth > 0 && chance(3)) {
      return "(" + truth(2) + " ? " + owner(depth - 1) + " : " + owner(depth - 1) + ")";
    }
    switch (pick_number<int>(0, 9)) {
      case 0:
        return "flat[" + position("flat", 0) + "]";
      case 1:
        return "back[" + position("back", 0) + ", " + position("back", 1) + "]";
      case 2:
        return "half[" + position("half", 0) + ", " + position("half", 1) + "]";
      case 3: {
        std::string out = "grid[";
        for (int d = 0; d < dimensions_; ++d) out += position("grid", d) + ", ";
        return out + "0]";
      }
      case 4:
        return chance(6) ? "cpu[0, 0]" : "gpu[*" + tuple(1) + "[0:1], 0]";
      case 5:
        return "gpu.split(1, gpu.size[1])[" + position("gpu", 0) + ", " + position("gpu", 1) +
               ", 0]";
      default:
        return "gpu[" + position("gpu", 0) + ", " + position("gpu", 1) + "]";
    }
  }

  int dimensions_;
  std::vector<std::string> integers_;
  std::vector<std::string> tuples_;
};

struct Checked {
  SourceFile source;
  CheckedProgram checked;
  const Symbols& symbols = checked.symbols;
  bool correct = false;

  explicit Checked(const std::string& text) : source("test.castra", text) {
    DiagnosticSink sink;
    checked = check_program(parse(source, sink), source, sink);
    correct = sink.error_count() == 0;
  }
  bool compiles(const std::string& function, const Rect& domain,
                const MachineShape& machine) const {
    const auto tuple = [](const Point& point) {
      return std::make_shared<const Tuple>(point.begin(), point.end());
    };
    LaunchPoint launch;
    launch.ipoint = tuple(domain.lo);
    launch.ispace = tuple(domain.extents());
    return columns::Tracer(symbols, domain, machine, {}, launch)
        .compile(*symbols.functions.find(function)->second)
        .has_value();
  }
  PlaceResult place(const std::string& function, const Rect& domain, const MachineShape& machine,
                    PlaceEngine engine) const {
    return place_points(symbols, source, *symbols.functions.find(function)->second, std::nullopt,
                        {"task", ProcessorKind::Gpu, domain, {}}, machine, nullptr, engine);
  }
};

std::string text_of(const PlaceResult& result) {
  if (!result) {
    const Diagnostic& d = result.error();
    return d.code + " " + std::to_string(d.span.begin) + " " + d.message + " / " + d.help;
  }
  if (!*result) return "inactive";
  std::string out(to_string((*result)->kind));
  for (const ProcessorSet& set : (*result)->points) {
    out += " " + std::to_string(set.node);
    for (const int processor : set.processors) out += "." + std::to_string(processor);
  }
  return out;
}

MachineShape random_machine() {
  MachineShape machine;
  machine.nodes = pick_number<int>(1, 5);
  for (const ProcessorKind kind : kAllProcessorKinds)
    machine.set(kind, pick_number<int>(0, 12) == 0 ? 0 : pick_number<int>(1, 7));
  return machine;
}

Rect random_domain(int dimensions) {
  Rect domain;
  for (int d = 0; d < dimensions; ++d) {
    const auto low = pick_number<int>(0, 4) == 0 ? pick_number<std::int64_t>(-5, 6) : 0;
    domain.lo.push_back(low);
    domain.hi.push_back(low + pick_number<std::int64_t>(0, dimensions == 1 ? 40 : 8));
  }
  return domain;
}

TEST(ColumnsProperty, RandomProgramsAgreeWithTheTreeEvaluator) {
  int correct = 0;
  int total = 0;
  int placed = 0;
  int failed = 0;
  int compiled = 0;
  check_property(
      "same owners and same errors",
      [&] {
        const int dimensions = pick_number<int>(1, 4);
        const std::string text = ProgramGenerator(dimensions).program();
        const Checked program(text);
        ++total;
        if (!program.correct) return;
        ++correct;
        for (int i = 0; i < 3; ++i) {
          const Rect domain = random_domain(dimensions);
          const MachineShape machine = random_machine();
          const std::string slow = text_of(program.place("f", domain, machine, PlaceEngine::Tree));
          const std::string fast =
              text_of(program.place("f", domain, machine, PlaceEngine::Columns));
          placed += slow.starts_with("GPU") ? 1 : 0;
          failed += slow.starts_with("E0") ? 1 : 0;
          compiled += program.compiles("f", domain, machine) ? 1 : 0;
          if (slow != fast) RC_LOG() << text << "\n" << to_string(domain) << "\n";
          RC_ASSERT(fast == slow);
        }
      },
      4000);
  EXPECT_GT(correct, total / 2) << "the generator should write programs that pass the checker";
  RecordProperty("correct", correct);
  RecordProperty("placed", placed);
  RecordProperty("failed", failed);
  RecordProperty("compiled", compiled);
  EXPECT_GT(placed, total / 2);
  EXPECT_GT(failed, total / 2);
  EXPECT_GT(compiled, total) << "most functions should not be left to the tree evaluator whole";
}

/// Every index function of every mapping program in the repository.
TEST(ColumnsProperty, FilesAgreeWithTheTreeEvaluator) {
  namespace fs = std::filesystem;
  std::set<std::string> files;
  for (const char* folder : {"/share", "/tests"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(std::string(CASTRA_SOURCE_DIR) + folder)) {
      if (entry.path().extension() == ".castra") files.insert(entry.path().string());
    }
  }
  const std::vector<Point> extents = {{1},    {8},    {33},      {2, 2},    {4, 4},
                                      {5, 3}, {1, 1}, {2, 2, 2}, {4, 4, 1}, {3, 2, 5}};
  const std::vector<std::pair<int, int>> machines = {{1, 4}, {2, 4}, {4, 4},
                                                     {3, 2}, {8, 1}, {5, 0}};
  int functions = 0;
  for (const std::string& file : files) {
    const Checked program(read_file(file).value_or(""));
    if (!program.correct) continue;
    for (const auto& [name, function] : program.symbols.functions) {
      if (!takes_one_task(*function)) continue;
      ++functions;
      for (const Point& size : extents) {
        for (const auto& [nodes, per_node] : machines) {
          MachineShape machine;
          machine.nodes = nodes;
          for (const ProcessorKind kind : kAllProcessorKinds) machine.set(kind, per_node);
          const Rect domain = rect_of_extents(size);
          EXPECT_EQ(text_of(program.place(name, domain, machine, PlaceEngine::Columns)),
                    text_of(program.place(name, domain, machine, PlaceEngine::Tree)))
              << file << " " << name << " " << to_string(domain) << " " << nodes << "x" << per_node;
        }
      }
    }
  }
  EXPECT_GT(functions, 20);
}

/// What the random programs reach seldom.
TEST(ColumnsProperty, SpecialCasesAgreeWithTheTreeEvaluator) {
  const std::string big = "9223372036854775807";
  const std::vector<std::string> results = {
      "m[p % m.size[0], *]",
      "m[*, p % 2]",
      "m[*, *]",
      "m.merge(0, 1)[*]",
      "p < 3 ? m[0, *] : m[1, p % 2]",
      "p < 3 ? m[0, *] : m[*, 0]",
      "p % 2 == 0 ? m[0, 0] : c[0, 0]",
      "p < 0 ? c[0, 0] : m[0, 0]",
      "m[fact(p % 7) % 2, 0]",
      "m[fact(p) % 2, 0]",
      "m[deep(p), 0]",
      "m[deep(p + 60), 0]",
      "m[fib(p % 9) % 2, 0]",
      "m[fib(p) % 2, 0]",
      "m[(p * " + big + ") % 2, 0]",
      "m[(" + big + " - p * 0 + p / 39) % 2, 0]",
      "m[0, 0 - (p - 39) / (p + 1)]",
      "m[0, (-" + big + " - 1) / (p - 20) == 0 ? 1 : 0]",
      "m[0, (-" + big + " - 1) % (p - 20) == 0 ? 1 : 0]",
      "m[0, p % (-" + big + " - 1) % 2]",
      "m[0, (p - 5) % -3 + 2]",
      "m[0, (p - 5) / -3 % 2 + 1]",
      "m[0, -(p - 100) * 3000000000 % 2]",
      "m[0, ((1, 2), (3, p))[p % 2][1] % 2]",
      "m[0, (task, p)[1] % 2]",
      "m[0, (p > 3 ? task : task).ipoint[0] % 2]",
      "m[0, task.ipoint.len % 2]",
      "m[task.ipoint[0] % 2, task.ispace[-1] % 2]",
      "m[0, (p > 5 ? (0, 1) : (1, 0))[p % 2]]",
      "m[0, (p > 5 ? (0, 1) : (1, 0, 2))[p % 2]]",
      "(p > 5 ? m : c)[0, 0]",
      "(p > 5 ? m : m.reverse(1))[0, p % 2]",
      "m.split(1, p % 2 + 1)[0, 0, 0]",
      "m[m[p % 2, 1][0], m[p % 2, p % 2] == (1, 1) ? 0 : 1]",
      "m[p % 2, 0].has(FBMEM) ? m[0, 0] : m[1, 0]",
      "p > 4 && 1 / (p - 5) == 0 ? m[0, 0] : m[0, 1]",
      "p == 5 || 1 / (p - 5) == 0 ? m[0, 0] : m[0, 1]",
      "(p, 0) == (5, 1 / (p - 5)) ? m[0, 0] : m[0, 1]",
      "m[0, tuple(i * p for i in (1, 2, 3))[p % 3] % 2]",
      "m[*(p % 2, 0)]",
      "m[*(p % 2, 0, 0)]",
      "p > 3 ? (1, 2) : m[0, 0]",
      "m.slice(1, 1, 1)[p % 2, 0]",
      "m.swap(0, 1).reverse(0).merge(1, 0)[p * m.volume / 40]",
      "m.balance_split(1, 2)[p % 2, 0, 0]",
      "m.auto_split(0, task.ispace)[*tuple(0 for i in task.ispace), p % 2]",
      "e[0, p]",
      "m[0, 0]",
      "c[p, p]",
  };
  for (const std::string& result : results) {
    const std::string text =
        "m = Machine(GPU); c = Machine(CPU); e = Machine(IO);\n"
        "def fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }\n"
        "def fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n"
        "def deep(int n) { return n < 1 ? 0 : deep(n - 1); }\n"
        "def f(Task task) { p = task.ipoint[0]; return " +
        result + "; }";
    const Checked program(text);
    if (!program.correct) continue;
    MachineShape machine;
    machine.nodes = 2;
    for (const ProcessorKind kind : kAllProcessorKinds) machine.set(kind, 2);
    machine.set(ProcessorKind::Io, 0);
    for (const Rect& domain : {Rect{{0}, {39}}, Rect{{-6}, {30}}, Rect{{0, 0}, {7, 4}},
                               Rect{{5}, {5}}, Rect{{0}, {5000}}}) {
      EXPECT_EQ(text_of(program.place("f", domain, machine, PlaceEngine::Columns)),
                text_of(program.place("f", domain, machine, PlaceEngine::Tree)))
          << result << " over " << to_string(domain);
    }
  }
}

}  // namespace
}  // namespace castra::lang
