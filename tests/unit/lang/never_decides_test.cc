#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/check_against.h"
#include "lang/diagnostics.h"
#include "lang_test_util.h"

/// Rules that decide nothing, of any program (found by the checker) or of a recorded one.
namespace castra::lang {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "main" (CPU), launched singly; "sweep" (GPU) over points with "cells" (written) and "ghost", a
/// partition of "cells" (read); "both" (CPU, GPU) over points with "cells" (written).
Program program() {
  const auto argument = [](int index, Privilege privilege, std::vector<std::string> names) {
    Requirement r;
    r.index = index;
    r.privilege = privilege;
    r.names = std::move(names);
    return r;
  };
  Program p;
  p.tasks = {
      {3, "both", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}},
      {1, "main", {{1, ProcessorKind::Cpu, false, false}}},
      {2, "sweep", {{1, ProcessorKind::Gpu, true, false}}}};
  p.launches = {
      {"main", std::nullopt, 1, {}, {}, 0},
      {"sweep",
       rect_of_extents({4}),
       1,
       {argument(0, Privilege::ReadWrite, {"cells"}),
        argument(1, Privilege::Read, {"ghost", "cells"})},
       {},
       0},
      {"both", rect_of_extents({4}), 1, {argument(0, Privilege::ReadWrite, {"cells"})}, {}, 0}};
  return p;
}

/// "LINE: text" of every warning and error with and without a program.
std::vector<std::string> findings(const std::string& text, const Program* program,
                                  const Profile& profile = {}) {
  auto source = std::make_shared<const SourceFile>("test", text);
  DiagnosticSink sink;
  const auto policy = compile(source, sink, {profile});
  EXPECT_NE(policy, nullptr) << render_all(*source, sink);
  if (policy != nullptr) check_against(*policy, program, nullptr, sink);
  std::vector<std::string> out;
  for (const Diagnostic& d : sink.diagnostics()) {
    if (d.severity == Severity::Note) continue;
    out.push_back(fmt::format("{}: {} {}", source->locate(d.span.begin).line, d.code,
                              d.code == info(Finding::NeverDecides).code ? d.message : ""));
  }
  return out;
}

std::vector<std::string> alone(const std::string& text, const Profile& profile = {}) {
  return findings(text, nullptr, profile);
}
std::vector<std::string> with_program(const std::string& text) {
  const Program p = program();
  return findings(text, &p);
}

const std::string kMaps =
    "g = Machine(GPU);\nc = Machine(CPU);\n"
    "def on_gpu(Task t) { return g[0, t.ipoint[0] % g.size[1]]; }\n"
    "def on_cpu(Task t) { return c[0, 0]; }\n"
    "def mixed(Task t) { return g[0, t.ipoint[0] % c.size[1] % g.size[1]]; }\n"
    "def either(Task t) { return t.ipoint[0] > 0 ? g[0, 0] : c[0, 0]; }\n";

// Without a program

TEST(NeverDecides, AnyKindBesideRulesForEveryKind) {
  EXPECT_THAT(
      alone("Task foo GPU, CPU;\n"
            "Region foo * * ZCMEM;\n"
            "Region foo * GPU FBMEM;\n"
            "Region foo * CPU SYSMEM;\n"),
      ElementsAre(HasSubstr("2: W0328 this rule never decides: its tasks run on CPU or GPU")));
  EXPECT_THAT(alone("Task * GPU;\nTaskSteal * GPU SAME_NODE;\nTaskSteal * * ANY_NODE;\n"),
              ElementsAre(HasSubstr("3: W0328")));
  EXPECT_THAT(alone("Task * GPU;\nLayout a, b x GPU SOA C_order;\nLayout b x * AOS F_order;\n"),
              ElementsAre(HasSubstr("3: W0328")));
}

TEST(NeverDecides, AnyKindThatHasSomethingLeft) {
  for (const char* text :
       {"Task foo GPU, CPU;\nRegion foo * GPU FBMEM;\nRegion foo * * ZCMEM;\n",
        "Region foo * GPU FBMEM;\nRegion foo * CPU SYSMEM;\nRegion foo * * ZCMEM;\n",
        "Task bar GPU;\nRegion * * GPU FBMEM;\nRegion * * * ZCMEM;\n",
        "Task foo GPU;\nRegion foo 1 GPU FBMEM;\nRegion foo * * ZCMEM;\n",
        "Task foo GPU;\nRegion foo 1 GPU FBMEM;\nRegion foo 1, 2 * ZCMEM;\n",
        "Task foo GPU;\nRegion * 1 GPU FBMEM;\nRegion foo 1 * ZCMEM;\n",
        "Task foo GPU;\nTask bar CPU;\nRegion foo, bar * GPU FBMEM;\nRegion foo, bar * * ZCMEM;\n",
        "Task foo GPU;\nLayout foo 1 GPU SOA;\nLayout foo 1 * AOS C_order;\n",
        "Task foo GPU;\nLayout foo 1 FBMEM SOA;\nLayout foo 1 * AOS;\n"}) {
    EXPECT_THAT(alone(text), Not(::testing::Contains(HasSubstr("W0328")))) << text;
  }
}

TEST(NeverDecides, AProfileThatPassesTaskRulesOver) {
  const std::string text = "Task foo GPU;\nRegion foo 1 GPU FBMEM;\nRegion foo 1 * ZCMEM;\n";
  EXPECT_THAT(alone(text), ElementsAre(HasSubstr("3: W0328")));
  EXPECT_THAT(alone(text, dslmapper()), IsEmpty());
}

TEST(NeverDecides, MapsForAnyTaskBesideMapsForEveryKind) {
  EXPECT_THAT(alone(kMaps + "Task * GPU;\nIndexTaskMap GPU on_gpu;\nIndexTaskMap * on_gpu;\n"),
              ::testing::Contains(HasSubstr("9: W0328")));
  EXPECT_THAT(alone(kMaps + "Task * GPU, CPU;\nIndexTaskMap GPU on_gpu;\nIndexTaskMap CPU on_cpu;\n"
                            "IndexTaskMap * either;\n"),
              ::testing::Contains(HasSubstr("10: W0328")));
}

TEST(NeverDecides, MapsThatMayBePassedOverLeaveTheRest) {
  for (const char* rules :
       {"Task * GPU, CPU;\nIndexTaskMap GPU on_gpu;\nIndexTaskMap * either;\n",
        // Inactive on a machine without CPUs, and for points that it places on another kind.
        "Task * GPU;\nIndexTaskMap GPU mixed;\nIndexTaskMap * on_gpu;\n",
        "Task * GPU;\nIndexTaskMap GPU either;\nIndexTaskMap * on_gpu;\n",
        "Task foo GPU;\nIndexTaskMap GPU on_gpu;\nIndexTaskMap * either;\n",
        "IndexTaskMap GPU on_gpu;\nIndexTaskMap * either;\n"}) {
    EXPECT_THAT(alone(kMaps + rules), Not(::testing::Contains(HasSubstr("W0328")))) << rules;
  }
}

TEST(NeverDecides, LayoutsOfNoInstance) {
  EXPECT_THAT(alone("Layout foo 0 VIRTUAL SOA;"), ElementsAre(HasSubstr("1: W0328")));
}

// With a program

TEST(NeverDecides, OneArgumentUnderTwoNames) {
  const std::string text = "Region sweep ghost GPU ZCMEM;\nRegion sweep 1 GPU FBMEM;\n";
  EXPECT_THAT(with_program(text), ElementsAre(HasSubstr("1: W0328")));
  EXPECT_THAT(alone(text), IsEmpty());
  EXPECT_THAT(with_program("Region sweep cells GPU ZCMEM;\nRegion sweep 1 GPU FBMEM;\n"),
              IsEmpty());  // argument 0 is left
  EXPECT_THAT(with_program("Region sweep ghost GPU ZCMEM;\nRegion sweep 1 * FBMEM;\n"),
              ElementsAre(HasSubstr("2: W0328")));
}

TEST(NeverDecides, AnyTaskWhereAllAreNamed) {
  EXPECT_THAT(with_program("Task sweep, both GPU;\nTask main CPU;\nTask * OMP;\n"),
              ElementsAre(HasSubstr("3: W0328")));
  EXPECT_THAT(with_program("Task sweep GPU;\nTask main CPU;\nTask * GPU;\n"), IsEmpty());
  EXPECT_THAT(
      with_program("InstanceLimit sweep, both 2;\nInstanceLimit main 1;\nInstanceLimit * 3;\n"),
      ElementsAre(HasSubstr("3: W0328")));
}

TEST(NeverDecides, MapsForAKindNoLaunchRunsOn) {
  const std::string rule = "Task both GPU;\nIndexTaskMap CPU on_cpu;\nIndexTaskMap GPU on_gpu;\n";
  EXPECT_THAT(with_program(kMaps + rule),
              ::testing::Contains(HasSubstr("8: W0328 this rule never decides: no task that is "
                                            "launched over points runs on CPU")));
  EXPECT_THAT(with_program(kMaps + "IndexTaskMap CPU on_cpu;\n"),
              Not(::testing::Contains(HasSubstr("W0328"))));  // "both" may
  EXPECT_THAT(with_program(kMaps + "SingleTaskMap CPU on_cpu;\n"),
              Not(::testing::Contains(HasSubstr("W0328"))));
  EXPECT_THAT(with_program(kMaps + "SingleTaskMap GPU on_gpu;\n"),
              ::testing::Contains(HasSubstr("launched singly runs on GPU")));
}

TEST(NeverDecides, NamedMapsThatMayBePassedOverLeaveTheRest) {
  EXPECT_THAT(with_program(kMaps + "Task both GPU;\nIndexTaskMap sweep, both on_gpu;\n"
                                   "IndexTaskMap GPU either;\n"),
              ::testing::Contains(HasSubstr("9: W0328")));
  EXPECT_THAT(with_program(kMaps + "Task both GPU;\nIndexTaskMap sweep, both mixed;\n"
                                   "IndexTaskMap GPU either;\n"),
              Not(::testing::Contains(HasSubstr("W0328"))));
}

TEST(NeverDecides, LayoutsOfMemoriesNothingIsIn) {
  EXPECT_THAT(with_program("Region * * GPU ZCMEM;\nLayout * * FBMEM SOA;\n"),
              ElementsAre(HasSubstr("2: W0328 this rule never decides: no argument it is about is "
                                    "ever placed in FBMEM")));
  EXPECT_THAT(with_program("Region * * GPU ZCMEM, FBMEM;\nLayout * * FBMEM SOA;\n"), IsEmpty());
  EXPECT_THAT(with_program("Region sweep * GPU ZCMEM;\nLayout * * FBMEM SOA;\n"), IsEmpty());
  EXPECT_THAT(with_program("Region * * GPU ZCMEM;\nLayout * * SYSMEM SOA;\n"), IsEmpty());
  EXPECT_THAT(with_program("Region * ghost GPU ZCMEM;\nLayout * ghost FBMEM SOA;\n"),
              ElementsAre(HasSubstr("2: W0328")));
}

TEST(NeverDecides, KindsWithoutAVariant) {
  EXPECT_THAT(with_program("TaskSteal sweep CPU ANY_NODE;\n"),
              ElementsAre(HasSubstr("1: W0328 this rule never decides: no task it is about can run "
                                    "on CPU")));
  EXPECT_THAT(with_program("Region sweep ghost CPU SYSMEM;\n"), ElementsAre(HasSubstr("W0328")));
  EXPECT_THAT(with_program("Layout * ghost CPU SOA;\n"), ElementsAre(HasSubstr("W0328")));
  EXPECT_THAT(with_program("Region sweep, both cells CPU SYSMEM;\nTaskSteal both CPU ANY_NODE;\n"),
              IsEmpty());
}

TEST(NeverDecides, DefaultsMayBeThereForOtherPrograms) {
  EXPECT_THAT(with_program("Task * GPU, OMP;\nRegion * * OMP SOCKMEM;\nRegion * * GPU FBMEM;\n"
                           "Layout * * OMP SOA;\n"
                           "TaskSteal * OMP SAME_NODE;\n"),
              IsEmpty());
}

TEST(NeverDecides, DefaultsForTheKindsOfOtherTasks) {
  Program p = program();
  p.tasks.erase(p.tasks.begin());  // "both": no task with arguments runs on CPU
  p.launches.pop_back();
  EXPECT_THAT(findings("Region * * GPU FBMEM;\nRegion * * * SYSMEM;\nRegion * * CPU SYSMEM;\n", &p),
              IsEmpty());
}

TEST(NeverDecides, TasksThatWereNotLaunchedAreNotJudged) {
  Program p = program();
  p.launches.erase(p.launches.begin() + 1);  // of "sweep"
  EXPECT_THAT(findings("Region sweep ghost GPU ZCMEM;\n", &p), ElementsAre(HasSubstr("W0306")));
  EXPECT_THAT(findings("Region sweep cells CPU ZCMEM;\nLayout sweep cells FBMEM SOA;\n", &p),
              IsEmpty());
}

TEST(NeverDecides, WhatIsFoundAlreadyIsNotToldAgain) {
  EXPECT_THAT(with_program("Task * GPU;\nRegion sweep ghost CPU SYSMEM;\n"),
              ElementsAre(HasSubstr("W0322")));
  EXPECT_THAT(with_program("Task swep GPU;\n"), ElementsAre(HasSubstr("W0305")));
  EXPECT_THAT(with_program("Task sweep GPU;\nTask sweep GPU;\n"), ElementsAre(HasSubstr("W0301")));
}

}  // namespace
}  // namespace castra::lang
