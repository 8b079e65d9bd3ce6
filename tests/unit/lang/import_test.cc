#include "lang/import.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

#include "lang/format.h"
#include "lang/parser.h"
#include "lang_test_util.h"

/// Conversions of the earlier forms, against their own formulas evaluated here.
namespace castra::lang {
namespace {

struct Imported {
  std::shared_ptr<const SourceFile> source;
  std::optional<ImportedProgram> program;
  std::vector<std::string> codes;
  std::string rendered;
};

Imported import_text(const std::string& text, std::optional<Dialect> dialect = {}) {
  Imported result;
  result.source = std::make_shared<const SourceFile>("old.map", text);
  DiagnosticSink sink;
  result.program = import_program(*result.source, dialect, sink);
  for (const Diagnostic& d : sink.diagnostics())
    if (d.severity != Severity::Note) result.codes.push_back(d.code);
  result.rendered = render_all(*result.source, sink);
  return result;
}

/// The machine of August 2022: sizes, and the index of the machine before from the one after.
class OldMachine {
 public:
  using Index = std::vector<std::int64_t>;

  OldMachine(std::int64_t nodes, std::int64_t per_node) : sizes{nodes, per_node} {}

  OldMachine split(std::size_t d, std::int64_t f) const {
    OldMachine next = *this;
    next.sizes[d] = sizes[d] / f;
    next.sizes.insert(next.sizes.begin() + static_cast<std::ptrdiff_t>(d) + 1, f);
    next.steps.push_back([d, f](Index i) {
      i[d] = i[d] * f + i[d + 1];
      i.erase(i.begin() + static_cast<std::ptrdiff_t>(d) + 1);
      return i;
    });
    return next;
  }

  /// Factors ascending, the last dimension fastest.
  OldMachine balance_split(std::size_t d, std::size_t parts) const {
    std::vector<std::int64_t> factors(parts, 1);
    std::int64_t rest = sizes[d];
    for (std::int64_t p = 2; rest > 1; ++p) {
      for (; rest % p == 0; rest /= p) *std::min_element(factors.begin(), factors.end()) *= p;
    }
    std::sort(factors.begin(), factors.end());
    OldMachine next = *this;
    next.sizes.erase(next.sizes.begin() + static_cast<std::ptrdiff_t>(d));
    next.sizes.insert(next.sizes.begin() + static_cast<std::ptrdiff_t>(d), factors.begin(),
                      factors.end());
    next.steps.push_back([d, factors](Index i) {
      std::int64_t old = 0;
      for (std::size_t k = 0; k < factors.size(); ++k) old = old * factors[k] + i[d + k];
      i.erase(i.begin() + static_cast<std::ptrdiff_t>(d),
              i.begin() + static_cast<std::ptrdiff_t>(d + factors.size()));
      i.insert(i.begin() + static_cast<std::ptrdiff_t>(d), old);
      return i;
    });
    return next;
  }

  OldMachine swap(std::size_t a, std::size_t b) const {
    OldMachine next = *this;
    std::swap(next.sizes[a], next.sizes[b]);
    next.steps.push_back([a, b](Index i) {
      std::swap(i[a], i[b]);
      return i;
    });
    return next;
  }

  /// For a < b.
  OldMachine merge(std::size_t a, std::size_t b) const {
    OldMachine next = *this;
    const std::int64_t size_b = sizes[b];
    next.sizes[a] *= size_b;
    next.sizes.erase(next.sizes.begin() + static_cast<std::ptrdiff_t>(b));
    next.steps.push_back([a, b, size_b](Index i) {
      i.insert(i.begin() + static_cast<std::ptrdiff_t>(b), i[a] % size_b);
      i[a] /= size_b;
      return i;
    });
    return next;
  }

  ProcessorSet at(Index index) const {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) index = (*step)(index);
    return {static_cast<int>(index[0]), {static_cast<int>(index[1])}};
  }

  Index sizes;

 private:
  std::vector<std::function<Index(Index)>> steps;
};

using OldFunction = std::function<OldMachine::Index(const Point&, const Point&, const OldMachine&)>;

/// As helpers of that time were written, for a machine of as many dimensions as the launch.
const char* const kBlock =
    "def block(IPoint point, ISpace space, MSpace machine) {\n"
    "  return point * machine.size / space;\n}\n";
OldMachine::Index block(const Point& p, const Point& space, const OldMachine& machine) {
  OldMachine::Index index;
  for (std::size_t d = 0; d < p.size(); ++d) index.push_back(p[d] * machine.sizes[d] / space[d]);
  return index;
}
const char* const kCyclic =
    "def cyclic(IPoint point, ISpace space, MSpace machine) {\n"
    "  return point % machine.size;\n}\n";
OldMachine::Index cyclic(const Point& p, const Point& /*space*/, const OldMachine& machine) {
  OldMachine::Index index;
  for (std::size_t d = 0; d < p.size(); ++d) index.push_back(p[d] % machine.sizes[d]);
  return index;
}
const char* const kLinear =
    "def linear(IPoint point, ISpace space, MSpace machine) {\n"
    "  return point[0] * machine.size[0] / space[0];\n}\n";
OldMachine::Index linear(const Point& p, const Point& space, const OldMachine& machine) {
  return {p[0] * machine.sizes[0] / space[0]};
}

struct D1Case {
  std::string machine;  ///< transforms of Machine(GPU)
  std::function<OldMachine(const OldMachine&)> transform;
  std::string definition;
  std::string name;
  OldFunction function;
  Point extents;
};

TEST(ImportD1, PlacesAsTheOldFormulasDid) {
  const std::vector<D1Case> cases = {
      {"", [](const OldMachine& m) { return m; }, kBlock, "block", block, {4, 4}},
      {".split(1, 2)",
       [](const OldMachine& m) { return m.split(1, 2); },
       kBlock,
       "block",
       block,
       {4, 6, 2}},
      {".split(1, 3)",
       [](const OldMachine& m) { return m.split(1, 3); },
       kCyclic,
       "cyclic",
       cyclic,
       {4, 6, 3}},
      {".split(0, 2).split(0, 2)",
       [](const OldMachine& m) { return m.split(0, 2).split(0, 2); },
       kCyclic,
       "cyclic",
       cyclic,
       {3, 4, 5, 6}},
      {".balance_split(0, 2)",
       [](const OldMachine& m) { return m.balance_split(0, 2); },
       kBlock,
       "block",
       block,
       {6, 6, 2}},
      {".balance_split(0, 2).swap(0, 1)",
       [](const OldMachine& m) { return m.balance_split(0, 2).swap(0, 1); },
       kBlock,
       "block",
       block,
       {6, 6, 2}},
      {".balance_split(1, 3).swap(1, 2)",
       [](const OldMachine& m) { return m.balance_split(1, 3).swap(1, 2); },
       kCyclic,
       "cyclic",
       cyclic,
       {4, 3, 5, 7}},
      {".balance_split(1, 3).swap(3, 1)",
       [](const OldMachine& m) { return m.balance_split(1, 3).swap(3, 1); },
       kCyclic,
       "cyclic",
       cyclic,
       {4, 3, 5, 7}},
      {".merge(0, 1)",
       [](const OldMachine& m) { return m.merge(0, 1); },
       kLinear,
       "linear",
       linear,
       {20}},
      {".merge(0, 1).split(0, 4).swap(0, 1)",
       [](const OldMachine& m) { return m.merge(0, 1).split(0, 4).swap(0, 1); },
       kBlock,
       "block",
       block,
       {8, 12}},
      {".merge(0, 1).balance_split(0, 3)",
       [](const OldMachine& m) { return m.merge(0, 1).balance_split(0, 3); },
       kBlock,
       "block",
       block,
       {8, 12, 6}},
  };
  for (const D1Case& c : cases) {
    const Imported imported = import_text("Task * GPU;\nm = Machine(GPU)" + c.machine + ";\n" +
                                          c.definition + "IndexTaskMap task_1 m " + c.name + ";\n");
    ASSERT_TRUE(imported.program) << c.machine << "\n" << imported.rendered;
    EXPECT_EQ(imported.program->dialect, Dialect::D1);
    const Compiled today = compile_text(imported.program->text);
    ASSERT_NE(today.policy, nullptr) << today.rendered;
    for (const auto& [nodes, per_node] : {std::pair{4, 12}, {8, 6}, {12, 30}, {4, 24}}) {
      const Rect domain = rect_of_extents(c.extents);
      const OldMachine machine = c.transform(OldMachine(nodes, per_node));
      const auto placed =
          today->place("task_1", ProcessorKind::Gpu, domain, shape(nodes, per_node));
      ASSERT_TRUE(placed && *placed)
          << (placed ? "none" : placed.error().message) << imported.program->text;
      for (std::int64_t i = 0; i < domain.volume(); ++i) {
        const Point point = domain.at(i);
        EXPECT_EQ((*placed)->points[static_cast<std::size_t>(i)],
                  machine.at(c.function(point, c.extents, machine)))
            << c.machine << " " << castra::to_string(point) << "\n"
            << imported.program->text;
      }
    }
  }
}

TEST(ImportD1, SwapsThatUndoTheConversionAreLeftOut) {
  const Imported imported =
      import_text("m = Machine(GPU);\ng = m.balance_split(0, 2).swap(0, 1);\nh = m.split(1, 2);\n" +
                  std::string(kCyclic) + "IndexTaskMap * g cyclic;\n");
  ASSERT_TRUE(imported.program) << imported.rendered;
  const std::string& text = imported.program->text;
  EXPECT_NE(text.find("g = m.balance_split(0, 2);"), std::string::npos) << text;
  EXPECT_NE(text.find("h = m.split(1, 2).swap(1, 2);"), std::string::npos) << text;
}

TEST(ImportD1, NamedMapsComeBeforeTheStar) {
  const Imported imported = import_text(
      "m = Machine(GPU);\nn = m.merge(0, 1);\n" + std::string(kCyclic) + kLinear +
      "IndexTaskMap * m cyclic;\nIndexTaskMap init, fill n linear;\nIndexTaskMap copy m cyclic;\n");
  ASSERT_TRUE(imported.program) << imported.rendered;
  const Compiled today = compile_text(imported.program->text);
  ASSERT_NE(today.policy, nullptr) << today.rendered;
  const auto digits = [&](const char* task, const Point& extents) {
    return place_digits(
        today->place(task, ProcessorKind::Gpu, rect_of_extents(extents), shape(2, 2)));
  };
  EXPECT_EQ(digits("init", {4}), "00 01 10 11");
  EXPECT_EQ(digits("fill", {8}), "00 00 01 01 10 10 11 11");
  EXPECT_EQ(digits("copy", {2, 2}), "00 01 10 11");
  EXPECT_EQ(digits("anything", {2, 3}), "00 01 00 10 11 10");
  EXPECT_EQ(imported.program->text.find("cyclic_on_m(Task"),
            imported.program->text.rfind("cyclic_on_m(Task"))
      << "one function for both of its maps";
}

TEST(ImportD1, KeepsWhatRulesDecided) {
  const Imported imported = import_text(
      "Task * GPU, CPU;\nTask * CPU;\nRegion t * GPU FBMEM;\nRegion t * GPU ZCMEM;\n"
      "InstanceLimit task_4 GPU 2;\n"
      "Layout * * * C_order SOA;\nLayout t * * AOS;\n");
  ASSERT_TRUE(imported.program) << imported.rendered;
  EXPECT_EQ(imported.codes, (std::vector<std::string>{"W0368", "W0368"}));
  const Compiled today = compile_text(imported.program->text);
  ASSERT_NE(today.policy, nullptr) << today.rendered;
  EXPECT_EQ(today->processors("x")->value.front(), ProcessorKind::Gpu);
  const ArgumentQuery query{"t", 0, {}, ProcessorKind::Gpu};
  EXPECT_EQ(today->memories(query)->value.front(), MemoryKind::FrameBuffer);
  EXPECT_EQ(to_string(today->layout(query, MemoryKind::FrameBuffer)->layout), "AOS F_order")
      << "rules were not merged";
  EXPECT_NE(imported.program->text.find("InstanceLimit task_4 2;"), std::string::npos);
}

TEST(ImportD1, FindingsNamePlacesOfTheOldText) {
  const Imported unknown = import_text("m = Machine(GPU);\nIndexTaskMap * m block;\n");
  EXPECT_FALSE(unknown.program);
  EXPECT_EQ(unknown.codes, std::vector<std::string>{"E0202"});
  EXPECT_NE(unknown.rendered.find("old.map:2:18"), std::string::npos) << unknown.rendered;

  const Imported machine = import_text(std::string(kCyclic) + "IndexTaskMap * m cyclic;\n");
  EXPECT_EQ(machine.codes, std::vector<std::string>{"E0201"});
  EXPECT_NE(machine.rendered.find("old.map:4:16"), std::string::npos) << machine.rendered;

  const Imported entry =
      import_text("m = Machine(GPU);\ndef f(Task t) { return (0, 0); }\nIndexTaskMap a m f;\n");
  EXPECT_EQ(entry.codes, std::vector<std::string>{"E0163"});

  const Imported parts = import_text("m = Machine(GPU);\nn = m.balance_split(0, m.len);\n" +
                                     std::string(kCyclic) + "IndexTaskMap a n cyclic;\n");
  EXPECT_EQ(parts.codes, std::vector<std::string>{"E0164"});

  const Imported stray =
      import_text("m = Machine(GPU);\n-\n" + std::string(kCyclic) + "IndexTaskMap a m cyclic;\n");
  EXPECT_FALSE(stray.program);
  EXPECT_NE(stray.rendered.find("old.map:2:1"), std::string::npos) << stray.rendered;

  const Imported inside = import_text(
      "m = Machine(GPU);\ndef f(IPoint p, ISpace s, MSpace n) {\n"
      "  return (p[0] % k, 0);\n}\nIndexTaskMap a m f;\n");
  EXPECT_EQ(inside.codes, std::vector<std::string>{"E0201"});
  EXPECT_NE(inside.rendered.find("old.map:3:18"), std::string::npos) << inside.rendered;

  const Imported merge = import_text("m = Machine(GPU).merge(1, 0);\n" + std::string(kLinear) +
                                     "IndexTaskMap a m linear;\n");
  EXPECT_TRUE(merge.program) << merge.rendered;
  EXPECT_EQ(merge.codes, std::vector<std::string>{"W0367"});
}

TEST(ImportD0, TurnsDefaultsIntoStars) {
  const Imported imported = import_text(
      "# the kinds\n"
      "taskdefault GPU\n"
      "task h.initialize_TG CPU\n"
      "task print_summary CPU, OMP   // two\n"
      "regiondefault GPU FBMEM\n"
      "regiondefault CPU SYSMEM\n"
      "region calculate_new_currents rp_shared ZCMEM\n");
  ASSERT_TRUE(imported.program) << imported.rendered;
  EXPECT_EQ(imported.program->dialect, Dialect::D0);
  EXPECT_EQ(imported.codes, std::vector<std::string>{});
  const Compiled today = compile_text(imported.program->text);
  ASSERT_NE(today.policy, nullptr) << today.rendered;
  EXPECT_EQ(today->processors("h.initialize_TG")->value,
            std::vector<ProcessorKind>{ProcessorKind::Cpu});
  EXPECT_EQ(today->processors("print_summary")->value,
            (std::vector<ProcessorKind>{ProcessorKind::Cpu, ProcessorKind::Omp}));
  EXPECT_EQ(today->processors("anything")->value, std::vector<ProcessorKind>{ProcessorKind::Gpu});
  const std::vector<std::string> shared = {"rp_shared"};
  for (const ProcessorKind kind : {ProcessorKind::Gpu, ProcessorKind::Cpu}) {
    const auto named = today->memories({"calculate_new_currents", 0, shared, kind});
    EXPECT_EQ(named->value, std::vector<MemoryKind>{MemoryKind::ZeroCopy});
  }
  EXPECT_EQ(today->memories({"other", 0, shared, ProcessorKind::Gpu})->value,
            std::vector<MemoryKind>{MemoryKind::FrameBuffer});
  EXPECT_EQ(today->memories({"other", 0, shared, ProcessorKind::Cpu})->value,
            std::vector<MemoryKind>{MemoryKind::System});
}

TEST(ImportD0, FindingsNamePlacesOfTheOldText) {
  const Imported imported =
      import_text("task foo GPUS\nregion foo r\ntaks bar CPU\ntask foo CPU\n");
  EXPECT_FALSE(imported.program);
  EXPECT_EQ(imported.codes, (std::vector<std::string>{"E0109", "E0162", "E0161", "W0368"}));
  EXPECT_NE(imported.rendered.find("old.map:1:10"), std::string::npos) << imported.rendered;
  EXPECT_NE(imported.rendered.find("did you mean `task`?"), std::string::npos);
}

TEST(Import, KnowsTheFormOrSaysSo) {
  EXPECT_EQ(detect_dialect(SourceFile("a", "taskdefault GPU\n")), Dialect::D0);
  EXPECT_EQ(detect_dialect(SourceFile("a", "Task * GPU; IndexTaskMap * m f;")), Dialect::D1);
  EXPECT_EQ(detect_dialect(SourceFile("a", "InstanceLimit t GPU 1;")), Dialect::D1);
  EXPECT_EQ(detect_dialect(SourceFile("a", "Task * GPU; IndexTaskMap a, b f;")), std::nullopt);
  const Imported today = import_text("Task * GPU;\n");
  EXPECT_FALSE(today.program);
  EXPECT_EQ(today.codes, std::vector<std::string>{"E0160"});
  EXPECT_TRUE(import_text("Task * GPU;\n", Dialect::D1).program) << "when asked for";
}

TEST(Import, TheResultIsCanonical) {
  const Imported imported = import_text("m=Machine(GPU);  # all\n" + std::string(kCyclic) +
                                        "IndexTaskMap   a   m   cyclic;\n");
  ASSERT_TRUE(imported.program) << imported.rendered;
  EXPECT_EQ(imported.program->text,
            "# Converted by castra import from old.map, written in the form of August 2022.\n"
            "# Index maps with a machine operand became functions of a task.\n"
            "m = Machine(GPU);  # all\n\n"
            "def cyclic(IPoint point, ISpace space, MSpace machine) {\n"
            "  return point % machine.size;\n"
            "}\n\n"
            "def cyclic_on_m(Task task) {\n"
            "  return m[*cyclic(task.ipoint, task.ispace, m)];\n"
            "}\n\n"
            "IndexTaskMap a cyclic_on_m;\n");
  const SourceFile converted("t", imported.program->text);
  DiagnosticSink sink;
  EXPECT_EQ(format(parse(converted, sink), converted), imported.program->text);
}

TEST(Import, HostileTextEndsInFindings) {
  for (const std::string& text : {std::string("IndexTaskMap"), std::string("IndexTaskMap a,,, m f"),
                                  std::string("IndexTaskMap * m"), std::string("InstanceLimit"),
                                  std::string("task"), std::string("region\0x y", 10),
                                  std::string(200000, '('), std::string("IndexTaskMap , ;")}) {
    for (const Dialect dialect : {Dialect::D0, Dialect::D1}) import_text(text, dialect);
  }
}

}  // namespace
}  // namespace castra::lang
