#include "lang/check_against.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lang/diagnostics.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// One node, 2 CPUs, 4 GPUs; SYSMEM 1000 B (CPU), FBMEM 1000 B each (GPU), ZCMEM 400 B (both).
Machine machine() {
  Machine m;
  m.name = "m";
  m.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 4, ""}};
  m.memories = {
      {MemoryKind::System, 1, Bytes{1000}, {ProcessorKind::Cpu}, ""},
      {MemoryKind::FrameBuffer, 4, Bytes{1000}, {ProcessorKind::Gpu}, ""},
      {MemoryKind::ZeroCopy, 1, Bytes{400}, {ProcessorKind::Cpu, ProcessorKind::Gpu}, ""}};
  return m;
}

Requirement argument(int index, Privilege privilege, const std::string& name, std::uint64_t bytes,
                     std::uint64_t points) {
  Requirement r;
  r.index = index;
  r.privilege = privilege;
  r.names = {name};
  r.fields = {{static_cast<std::uint32_t>(100 + index), "", Bytes{8}}};
  r.bytes = Bytes{bytes * points};
  r.max_bytes = Bytes{bytes};
  return r;
}

/// "main" (CPU), launched singly; "work" (CPU, GPU) over 8 points with arguments "cells" (written)
/// and "ghost" (read) of so many bytes a point.
Program program(std::uint64_t cells = 10, std::uint64_t ghost = 10) {
  Program p;
  p.machine = machine();
  p.tasks = {
      {2, "main", {{1, ProcessorKind::Cpu, false, false}}},
      {1, "work", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}}};
  p.launches = {{"main", std::nullopt, 1, {}, {}, 0},
                {"work",
                 rect_of_extents({8}),
                 1,
                 {argument(0, Privilege::ReadWrite, "cells", cells, 8),
                  argument(1, Privilege::Read, "ghost", ghost, 8)},
                 {},
                 0}};
  return p;
}

struct Checked {
  Compiled compiled;
  DiagnosticSink sink;
  std::string rendered() const { return render_all(*compiled.source, sink); }
  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const Diagnostic& d : sink.diagnostics()) out.push_back(d.code);
    std::ranges::sort(out);
    return out;
  }
  const Diagnostic& only() const {
    EXPECT_EQ(sink.diagnostics().size(), 1u) << rendered();
    static const Diagnostic kNone;
    return sink.diagnostics().empty() ? kNone : sink.diagnostics().front();
  }
  /// The text with the only finding's fixes applied.
  std::string fixed() const {
    std::string text = compiled.source->text();
    std::vector<FixIt> fixes = only().fixes;
    std::ranges::sort(fixes, [](const FixIt& a, const FixIt& b) { return b.span < a.span; });
    for (const FixIt& fix : fixes)
      text.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
    return text;
  }
};

Checked check(const std::string& text, const std::optional<Program>& program,
              const std::optional<Machine>& machine, const Profile& profile = {}) {
  Checked result{compile_text(text, profile), DiagnosticSink()};
  EXPECT_NE(result.compiled.policy, nullptr) << result.compiled.rendered;
  if (result.compiled.policy == nullptr) return result;
  check_against(*result.compiled.policy, program ? &*program : nullptr,
                machine ? &*machine : nullptr, result.sink);
  return result;
}

Checked check_both(const std::string& text, const Program& p = program()) {
  return check(text, p, machine());
}

std::string map(const std::string& body, const std::string& before = "Task work GPU;\n") {
  return before + "g = Machine(GPU);\nc = Machine(CPU);\ndef f(Task t) { " + body +
         " }\nIndexTaskMap work f;\n";
}

const std::string kEven = "return g[0, t.ipoint[0] % g.size[1]];";

TEST(CheckAgainst, SoundMappingsGetNoWord) {
  EXPECT_THAT(check_both(map(kEven) + "Region * * GPU FBMEM;\nRegion work ghost GPU ZCMEM;\n"
                                      "CollectMemory work ghost;\nTask main CPU;\n")
                  .rendered(),
              IsEmpty());
  EXPECT_THAT(check(map(kEven), std::nullopt, machine()).rendered(), IsEmpty());
  EXPECT_THAT(check(map(kEven), program(), std::nullopt).rendered(), IsEmpty());
  EXPECT_THAT(check(map("return g[0, t.ipoint[0]];"), std::nullopt, std::nullopt).rendered(),
              IsEmpty());
}

TEST(CheckAgainst, OverflowNamesWhatIsWritten) {
  for (const auto& [value, name] : {std::pair("abs(-9223372036854775807 - 1)", "abs"),
                                    {"sum((9223372036854775807, 1))", "sum"}}) {
    const std::string text = map(fmt::format("return g[0, {} * t.ipoint[0] % g.size[1]];", value));
    const Checked c = check(text, std::nullopt, machine());
    EXPECT_THAT(c.only().message, HasSubstr(fmt::format("`{}` can give more than 64 bits", name)));
  }
}

TEST(CheckAgainst, UnknownNamesAreFixedEverywhere) {
  const Checked c = check("Task wrk GPU;\nRegion wrk * GPU FBMEM;\n", program(), std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::UnknownTask).code);
  EXPECT_EQ(c.fixed(), "Task work GPU;\nRegion work * GPU FBMEM;\n");
}

TEST(CheckAgainst, TheFixQuotesWhatIsNoPlainName) {
  Program p = program();
  p.tasks[1].name = p.launches[1].task = "do work";
  EXPECT_EQ(check("Task \"do_work\" GPU;", p, std::nullopt).fixed(), "Task \"do work\" GPU;");
}

TEST(CheckAgainst, ARegionWhereATaskStandsIsNamed) {
  const Checked c = check("Task cells GPU;", program(), std::nullopt);
  EXPECT_THAT(c.only().help, HasSubstr("`cells` is a region"));
  EXPECT_THAT(c.only().fixes, IsEmpty());
}

TEST(CheckAgainst, ArgumentsAreListed) {
  const Checked position = check("Region work 7 GPU FBMEM;", program(), std::nullopt);
  EXPECT_EQ(position.only().code, info(Finding::UnknownArgument).code);
  EXPECT_EQ(position.only().help, "arguments of `work`: 0 (cells), 1 (ghost)");
  Program p = program();
  p.launches[0].requirements = {argument(0, Privilege::ReadWrite, "whole", 1, 1)};
  const Checked region = check("Region work whole GPU FBMEM;", p, std::nullopt);
  EXPECT_EQ(region.only().code, info(Finding::RegionNotOfTask).code);
  EXPECT_EQ(region.only().message, "no launch of work has an argument named `whole`");
  EXPECT_THAT(check("Region work, main whole * FBMEM;", p, std::nullopt).rendered(), IsEmpty());
}

TEST(CheckAgainst, OnlyWhatIsReadCanBeCollected) {
  const Checked c = check("CollectMemory work cells;", program(), std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::CollectWritten).code);
  EXPECT_EQ(c.only().message, "argument 0 of task `work` is not only read (privilege RW)");
  EXPECT_EQ(c.only().help, "arguments of `work` that are only read: 1");
  EXPECT_THAT(check("CollectMemory work *;", program(), std::nullopt).rendered(), IsEmpty());
  Program written = program();
  written.launches[1].requirements.pop_back();
  EXPECT_THAT(check("CollectMemory work *;", written, std::nullopt).codes(),
              ElementsAre(info(Finding::CollectWritten).code));
  EXPECT_THAT(check("CollectMemory main *;", program(), std::nullopt).rendered(), IsEmpty());
  EXPECT_THAT(check("CollectMemory * 0;", program(), std::nullopt).codes(),
              ElementsAre(info(Finding::CollectWritten).code));
}

TEST(CheckAgainst, MapsForTheOtherKindOfLaunch) {
  const std::string maps = "c = Machine(CPU);\ndef f(Task t) { return c[0, 0]; }\n";
  const Checked index = check(maps + "IndexTaskMap main f;", program(), std::nullopt);
  EXPECT_EQ(index.only().code, info(Finding::NeverIndexLaunched).code);
  EXPECT_THAT(index.only().help, HasSubstr("SingleTaskMap"));
  const Checked single = check(maps + "SingleTaskMap work f;", program(), std::nullopt);
  EXPECT_EQ(single.only().code, info(Finding::NeverSingleLaunched).code);
}

TEST(CheckAgainst, MissingVariants) {
  const Checked some = check("Task main GPU, CPU;", program(), std::nullopt);
  EXPECT_EQ(some.only().code, info(Finding::MissingVariant).code);
  EXPECT_EQ(some.only().message, "task `main` has no GPU variant");
  const Checked none = check("Task main GPU;", program(), std::nullopt);
  EXPECT_EQ(none.only().code, info(Finding::CannotRunHere).code);
  EXPECT_TRUE(none.sink.has_errors());
  const Checked here = check_both("Task main GPU;\n");
  EXPECT_EQ(here.only().code, info(Finding::CannotRunHere).code);
  EXPECT_EQ(here.fixed(), "Task main CPU;\n");
  EXPECT_THAT(check_both("Task * GPU, CPU;").rendered(), IsEmpty());
}

TEST(CheckAgainst, AMapForAnotherKindThanTheTasks) {
  const Checked c = check_both(map("return g[0, t.ipoint[0] % 4];", "Task work CPU;\n"));
  EXPECT_EQ(c.only().code, info(Finding::MapNotUsed).code);
  EXPECT_EQ(c.only().message, "task `work` runs on CPU here, but `f` places points on GPU");
  Machine cpus = machine();
  cpus.processors.pop_back();
  EXPECT_THAT(check(map("return g[0, t.ipoint[0] % 4];", "Task work GPU, CPU;\n"), program(), cpus)
                  .rendered(),
              IsEmpty())
      << "a mapping may travel";
}

TEST(CheckAgainst, KindsAndMemoriesOfTheMachine) {
  const Checked kind = check("Task * OMP;", std::nullopt, machine());
  EXPECT_EQ(kind.only().code, info(Finding::AbsentProcessor).code);
  EXPECT_EQ(kind.only().help, "it has CPU (2 per node), GPU (4 per node)");
  const Checked absent = check("Region * * CPU SOCKMEM;", std::nullopt, machine());
  EXPECT_EQ(absent.only().code, info(Finding::AbsentMemory).code);
  EXPECT_EQ(absent.only().help, "it has SYSMEM (1000 B), ZCMEM (400 B)");
  const Checked hidden = check("Region * * GPU SYSMEM, FBMEM;", std::nullopt, machine());
  EXPECT_EQ(hidden.only().code, info(Finding::UnreachableInList).code);
  EXPECT_EQ(hidden.only().help, "GPU processors can address FBMEM (1000 B), ZCMEM (400 B)");
}

TEST(CheckAgainst, MemoriesThatCannotWork) {
  const Checked hidden = check_both("Task work GPU;\nRegion work cells * SYSMEM;\n");
  EXPECT_EQ(hidden.only().code, info(Finding::UnreachableMemory).code);
  EXPECT_EQ(hidden.compiled.source->locate(hidden.only().span.begin).line, 2);
  EXPECT_EQ(hidden.only().help, "GPU processors see FBMEM (1000 B), ZCMEM (400 B)");
  const Checked virtuals = check_both("Task work GPU;\nRegion work cells * VIRTUAL;\n");
  EXPECT_EQ(virtuals.only().code, info(Finding::VirtualArgument).code);
  const Checked large =
      check_both("Task work GPU;\nRegion work cells * ZCMEM;\n", program(500, 10));
  EXPECT_EQ(large.only().code, info(Finding::ArgumentTooLarge).code);
  EXPECT_EQ(large.only().help, "large enough here: FBMEM (1000 B)");
}

TEST(CheckAgainst, WhatAPointNeedsAtOnce) {
  const std::string text = "Task work GPU;\nRegion work * GPU FBMEM;\n";
  const Checked c = check_both(text, program(700, 350));
  EXPECT_EQ(c.only().code, info(Finding::TooMuchAtOnce).code);
  EXPECT_EQ(c.only().message,
            "one point of task `work` needs at least 1.03 KiB at once in FBMEM (1000 B): argument "
            "0 (cells) 700 B, argument 1 (ghost) 350 B");
  EXPECT_EQ(c.only().help,
            "let argument 1 fall through to ZCMEM (400 B): `Region work 1 GPU FBMEM, ZCMEM;`");
  EXPECT_THAT(check_both(text + "Region work 1 GPU FBMEM, ZCMEM;\n", program(700, 350)).rendered(),
              IsEmpty())
      << "the help works";
  EXPECT_THAT(check_both(text + "Region work 1 GPU FBMEM, ZCMEM;\n", program(900, 600)).codes(),
              ElementsAre(info(Finding::TooMuchAtOnce).code))
      << "the list is full to its end";
}

TEST(CheckAgainst, WritesOfManyPoints) {
  const std::string text = map("return g[0, t.ipoint[0] % 2];") + "Region work cells GPU FBMEM;\n";
  const Checked c = check_both(text, program(300, 10));
  EXPECT_THAT(c.codes(),
              ElementsAre(info(Finding::IdleProcessors).code, info(Finding::WritesExceed).code));
  EXPECT_THAT(c.rendered(), HasSubstr("the 4 points of task `work` on GPU 0 of node 0 write at "
                                      "least 1.17 KiB in all, but their memory is FBMEM (1000 B)"));
  EXPECT_FALSE(c.sink.has_errors());
}

TEST(CheckAgainst, ALayoutTheVariantDoesNotTake) {
  Program p = program();
  p.tasks[1].variants[1].layouts = {{0, "SOA F_order"}};
  p.launches[1].requirements[0].dimensions = 2;
  const Checked c = check_both("Task work GPU;\nLayout * * * SOA C_order;\n", p);
  EXPECT_EQ(c.only().code, info(Finding::LayoutOverridden).code);
  EXPECT_THAT(c.only().message, HasSubstr("registered with F_order for argument 0"));
  EXPECT_EQ(c.only().help, "write `Layout work 0 GPU F_order;`");
  EXPECT_THAT(check_both("Task work GPU;\nLayout * * * SOA C_order;\n" +
                             std::string("Layout work 0 GPU F_order;\n"),
                         p)
                  .rendered(),
              IsEmpty());
  p.launches[1].requirements[0].dimensions = 1;
  EXPECT_THAT(check_both("Task work GPU;\nLayout * * * SOA C_order;\n", p).rendered(), IsEmpty());
}

TEST(CheckAgainst, IdleProcessors) {
  const Checked c = check_both(map("return g[0, t.ipoint[0] % 2 * 2];"));
  EXPECT_EQ(c.only().code, info(Finding::IdleProcessors).code);
  EXPECT_EQ(c.only().message, "2 of 4 GPU processors get no point of any launch (node 0: 1,3)");
  EXPECT_THAT(c.only().help, HasSubstr("8 points"));
  Program few = program();
  few.launches[1].domain = rect_of_extents({2});
  EXPECT_THAT(check_both(map("return g[0, t.ipoint[0] % 2 * 2];"), few).rendered(), IsEmpty())
      << "2 points cannot use more than 2 processors";
}

TEST(CheckAgainst, UnevenLoad) {
  const std::string text = map("return g[0, t.ipoint[0] < 5 ? 0 : t.ipoint[0] - 4];");
  const Checked c = check_both(text);
  EXPECT_EQ(c.only().code, info(Finding::UnevenLoad).code);
  EXPECT_EQ(c.only().message,
            "GPU 0 of node 0 gets 5 points of the launch [(0)..(7)] of `work`: 2.50 times the mean "
            "of 2 over 4 processors");
  Program timed = program();
  timed.launches[0].total_time = Nanoseconds{999};
  timed.launches[1].total_time = Nanoseconds{1};
  EXPECT_THAT(check_both(text, timed).rendered(), IsEmpty()) << "a thousandth of the time";
  timed.launches[1].total_time = Nanoseconds{333};
  EXPECT_THAT(check_both(text, timed).only().help, HasSubstr("25% of the recorded task time"));
  Program five = program();
  five.launches[1].domain = rect_of_extents({5});
  EXPECT_THAT(check_both(map(kEven), five).rendered(), IsEmpty()) << "5 on 4 cannot be even";
}

TEST(CheckAgainst, AllOnOneProcessorIsUneven) {
  Program two = program();
  two.launches.push_back(two.launches[1]);
  two.launches.back().task = "left_to_the_program";
  two.tasks.push_back(two.tasks.back());
  two.tasks.back().name = "left_to_the_program";
  const Checked c = check_both(
      "Task work GPU; Task left_to_the_program GPU; g = Machine(GPU);\n"
      "def f(Task t) { return g[0, 0]; }\nIndexTaskMap work f;",
      two);
  EXPECT_THAT(c.codes(), ElementsAre(info(Finding::UnevenLoad).code));
  EXPECT_THAT(c.rendered(), HasSubstr("4.00 times the mean of 2 over 4 processors"));
}

TEST(CheckAgainst, AFailingMapIsShownWhereItFails) {
  const Checked c = check_both(map("return g[t.ipoint[0] % g.size[1], 0];"));
  EXPECT_EQ(c.only().code, info(Finding::IndexOutsideMachine).code);
  EXPECT_THAT(c.only().message, HasSubstr("point (1)"));
  EXPECT_THAT(c.only().message, HasSubstr("task `work`"));
  EXPECT_EQ(c.only().help, "index 0 is taken modulo `g.size[1]`: write `g.size[0]`");
  EXPECT_THAT(c.fixed(), HasSubstr("t.ipoint[0] % g.size[0], 0]"));
}

TEST(CheckAgainst, AlwaysFailing) {
  for (const auto& known : {std::optional<Machine>(), std::optional(machine())}) {
    const Checked c = check(map("return g[0, g.size[1]];"), std::nullopt, known);
    EXPECT_EQ(c.only().code, info(Finding::AlwaysFails).code);
    EXPECT_TRUE(c.sink.has_errors());
  }
  EXPECT_THAT(check(map("return g[0, g.size[1]];"), std::nullopt, machine()).only().message,
              "`f` fails at every point of every launch: index 1 of `g` is 4, outside 0..3");
}

TEST(CheckAgainst, AlwaysFailingForSingleTasks) {
  const auto single = [](const std::string& body) {
    return check("g = Machine(GPU);\ndef f(Task t) { " + body + " }\nSingleTaskMap work f;",
                 std::nullopt, machine());
  };
  const std::string always = info(Finding::AlwaysFails).code.data();
  const Checked outside = single("return g[0, 9];");
  EXPECT_THAT(outside.codes(), ElementsAre(always));
  EXPECT_THAT(outside.rendered(),
              HasSubstr("`f` fails for every single task: index 1 of `g` is 9, outside 0..3"));
  EXPECT_THAT(single("return g[0, t.ipoint[0] % 4];").codes(), ElementsAre(always));
  EXPECT_THAT(single("return g[*t.parent.processor(g)];").codes(), IsEmpty());
  EXPECT_THAT(single("return t.name == \"work\" ? g[0, 1] : g[0, 9];").codes(), IsEmpty());
}

TEST(CheckAgainst, WhatIndexLaunchesDoNotHave) {
  const Checked c = check(map("return g[*t.parent.processor(g)];"), std::nullopt, std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::AlwaysFails).code);
  EXPECT_THAT(c.only().help, HasSubstr("SingleTaskMap"));
}

/// What only fails without the profile is no finding under it, and the other way round.
TEST(CheckAgainst, AProfileIsHeldToItsOwnRules) {
  const auto codes = [](const std::string& body, const Profile& profile) {
    return check(map(body), std::nullopt, machine(), profile).codes();
  };
  const std::string always = info(Finding::AlwaysFails).code.data();
  const std::string tried = info(Finding::MayFail).code.data();
  EXPECT_THAT(codes("return g[0, t.ipoint[0] % 4 - 1];", {}), ElementsAre(tried));
  EXPECT_THAT(codes("return g[0, t.ipoint[0] % 4 - 1];", dslmapper()), IsEmpty());
  EXPECT_THAT(codes("h = g.swap(0, 1); return h.split(0, 2)[2, 0, 0];", {}), ElementsAre(always));
  EXPECT_THAT(codes("h = g.swap(0, 1); return h.split(0, 2)[2, 0, 0];", dslmapper()), IsEmpty());
  EXPECT_THAT(codes("return g[False && 1 / (2 - 2) > 0 ? 0 : 0, 0];", {}), IsEmpty());
  EXPECT_THAT(codes("return g[False && 1 / (2 - 2) > 0 ? 0 : 0, 0];", dslmapper()),
              ElementsAre(always));
  EXPECT_THAT(codes("return g[0, t.ispace[0] * 1000000000 < 0 ? 4 : 0];", {}), IsEmpty());
  EXPECT_THAT(codes("return g[0, t.ispace[0] * 1000000000 < 0 ? 4 : 0];", dslmapper()),
              ElementsAre(tried));
}

TEST(CheckAgainst, AFailureFoundByTrying) {
  const Checked c = check(map("return g[0, t.ipoint[0]];"), std::nullopt, machine());
  EXPECT_EQ(c.only().code, info(Finding::MayFail).code);
  EXPECT_THAT(c.only().message, HasSubstr("index 1 of `g` is 4, outside 0..3"));
  EXPECT_THAT(c.only().message, HasSubstr("point (4)"));
  EXPECT_FALSE(c.sink.has_errors());
}

TEST(CheckAgainst, AnUnboundFunctionIsCheckedToo) {
  const Checked c = check("g = Machine(GPU);\ndef f(Task t) { return g[0, 1 / (2 - 2)]; }",
                          std::nullopt, std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::AlwaysFails).code);
}

TEST(CheckAgainst, TheWrongModulusIsFixed) {
  const Checked c =
      check(map("n = t.ipoint[0] % g.size[1]; return g[n, 0];"), std::nullopt, std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::WrongModulus).code);
  EXPECT_THAT(c.fixed(), HasSubstr("n = t.ipoint[0] % g.size[0];"));
}

TEST(CheckAgainst, AModulusThatOthersUseIsNotChanged) {
  const Checked c =
      check(map("n = t.ipoint[0] % g.size[0]; return g[n, n];"), std::nullopt, std::nullopt);
  EXPECT_EQ(c.only().code, info(Finding::WrongModulus).code);
  EXPECT_THAT(c.only().fixes, IsEmpty());
}

TEST(CheckAgainst, LongChainsOfFunctionsAreLookedAtWithinABudget) {
  std::string text = "m = Machine(GPU);\n";
  for (int i = 0; i < 300; ++i)
    text += fmt::format("def f{}(Task t) {{ return f{}(t); }}\n", i, i + 1);
  text += "def f300(Task t) { return m[0, t.ipoint[0] % m.size[1]]; }\n";
  EXPECT_THAT(check(text, std::nullopt, machine()).rendered(), IsEmpty());
}

TEST(CheckAgainst, LaunchesTooLargeToTryAreAnalysed) {
  Program p = program();
  p.launches[1].domain = rect_of_extents({1 << 30});
  EXPECT_THAT(check_both(map(kEven), p).rendered(), IsEmpty());
  EXPECT_THAT(check_both(map("return g[0, t.ipoint[0] / 1000];"), p).codes(),
              ElementsAre(info(Finding::MayFail).code));
  EXPECT_THAT(check_both(map("return g[0, t.ipoint[0] + 4];"), p).codes(),
              ElementsAre(info(Finding::AlwaysFails).code));
}

}  // namespace
}  // namespace castra::lang
