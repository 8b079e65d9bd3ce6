// What the behaviour profile changes about a real run; each test runs the same mapping with and
// without it.
#include <set>
#include <string>

#include "overlay_runs.h"

namespace castra {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProfileRuns : public OverlayRuns {
 protected:
  void published(lang::Naming naming = lang::Naming::Index) { profile_ = lang::dslmapper(naming); }

  /// The memories, or the layouts, of one argument of a task over the run.
  static std::set<std::string> memories(const ProbeRun& run, const std::string& task,
                                        int argument) {
    std::set<std::string> found;
    each_use(run, task, argument, [&](const InstanceUse& use) {
      found.insert(std::string(to_string(use.memory.kind)));
    });
    return found;
  }
  static std::set<std::string> layouts(const ProbeRun& run, const std::string& task, int argument) {
    std::set<std::string> found;
    each_use(run, task, argument, [&](const InstanceUse& use) { found.insert(use.layout); });
    return found;
  }
  static std::set<std::string> processors(const ProbeRun& run, const std::string& task) {
    std::set<std::string> found;
    for (const auto& point : run.trace.points) {
      if (point.task == task && point.ran_on) found.insert(to_string(*point.ran_on));
    }
    return found;
  }

 private:
  template <typename Visit>
  static void each_use(const ProbeRun& run, const std::string& task, int argument, Visit visit) {
    for (const auto& point : run.trace.points) {
      if (point.task != task) continue;
      for (const auto& given : point.arguments) {
        if (given.index != argument) continue;
        for (const auto& use : given.instances) visit(use);
      }
    }
  }
};

const std::string kTasks = "Task * GPU,CPU;\nRegion * * CPU SYSMEM;\n";

TEST_F(ProfileRuns, MemoriesOfAllRulesInARow) {
  // The stronger rule's memory exists on no GPU, the weaker one's does.
  const std::string mapping =
      kTasks + "Region stencil 0 GPU SOCKMEM;\nRegion * * GPU ZCMEM,FBMEM;\n";
  const auto own = run(mapping, four_gpus());
  EXPECT_EQ(own.legion.process.exit_code, 125);
  EXPECT_THAT(own.text, HasSubstr("none of its memories SOCKMEM can be addressed"));
  published();
  const auto both = obeys(mapping, four_gpus());
  EXPECT_THAT(memories(both, "stencil", 0), ElementsAre("ZCMEM"));
}

TEST_F(ProfileRuns, AFullMemoryEndsTheRun) {
  const std::string mapping = kTasks + "Region * * GPU FBMEM,ZCMEM;\n";
  const auto machine = four_gpus(Bytes{4 << 20});
  obeys(mapping, machine, {"-n", "48"}, true);
  published();
  const auto full = run(mapping, machine, {"-n", "48"});
  EXPECT_EQ(full.legion.process.exit_code, 125);
  ASSERT_TRUE(full.legion.status && full.legion.status->failure);
  EXPECT_EQ(full.legion.status->failure->kind, run::FailureKind::OutOfMemory);
  EXPECT_EQ(full.legion.status->failure->task, "init_bricks");
}

TEST_F(ProfileRuns, WithoutAnyMemoryOfTheListTheDefaultIsUsed) {
  const std::string mapping = kTasks + "Region stencil * GPU SOCKMEM;\n";
  EXPECT_EQ(run(mapping, four_gpus()).legion.process.exit_code, 125);
  published();
  const auto fallen = run(mapping, four_gpus());
  EXPECT_TRUE(fallen.legion.process.succeeded()) << fallen.text;
  EXPECT_THAT(memories(fallen, "stencil", 0), ElementsAre("FBMEM"));
}

TEST_F(ProfileRuns, ALimitOnAnIndexLaunchEndsTheRun) {
  const std::string mapping = kTasks + "InstanceLimit stencil 4;\n";
  EXPECT_TRUE(run(mapping, four_gpus()).legion.process.succeeded());
  published();
  const auto ended = run(mapping, four_gpus());
  EXPECT_EQ(ended.legion.process.exit_code, 125);
  ASSERT_TRUE(ended.legion.status && ended.legion.status->failure);
  EXPECT_EQ(ended.legion.status->failure->kind, run::FailureKind::InvalidMapping);
  EXPECT_EQ(ended.legion.status->failure->rule_line, 3);
  EXPECT_THAT(ended.text,
              HasSubstr("'stencil' is launched with an index and has an InstanceLimit"));
}

TEST_F(ProfileRuns, TheFirstLayoutOfAFieldSpaceStays) {
  // init_line comes first and all three regions have one field space.
  const std::string mapping = kTasks +
                              "Region * * GPU FBMEM;\nLayout init_line * * AOS C_order;\n"
                              "Layout init_tiles * * SOA C_order;\nLayout * * * SOA F_order;\n";
  const auto own = obeys(mapping, four_gpus());
  EXPECT_THAT(layouts(own, "init_tiles", 0), ElementsAre("SOA C_order"));
  published();
  const auto shared = run(mapping, four_gpus());
  EXPECT_TRUE(shared.legion.process.succeeded()) << shared.text;
  for (const char* task : {"init_tiles", "scale_tiles", "init_bricks", "sum_bricks"})
    EXPECT_THAT(layouts(shared, task, 0), ElementsAre("AOS C_order")) << task;
}

TEST_F(ProfileRuns, SingleTasksRunOnTheFirstProcessor) {
  const std::string mapping = "Task check CPU;\n";
  published();
  const auto first = obeys(mapping, std::nullopt);
  EXPECT_THAT(processors(first, "check"), ElementsAre("CPU 0.0"));
}

TEST_F(ProfileRuns, TheFirstOfEqualRulesWins) {
  const std::string mapping = kTasks +
                              "Region * * GPU FBMEM;\nm = Machine(GPU);\n"
                              "def zero(Task t) { return m[0, 0]; }\n"
                              "def last(Task t) { return m[0, 3]; }\n"
                              "IndexTaskMap stencil zero;\nIndexTaskMap stencil last;\n";
  EXPECT_THAT(processors(obeys(mapping, four_gpus()), "stencil"), ElementsAre("GPU 0.3"));
  published();
  EXPECT_THAT(processors(obeys(mapping, four_gpus()), "stencil"), ElementsAre("GPU 0.0"));
}

TEST_F(ProfileRuns, RegionsAreNamedInOneWay) {
  const std::string mapping =
      kTasks +
      "Region * * GPU FBMEM;\nRegion stencil halos GPU ZCMEM;\nRegion sum_line 0 GPU ZCMEM;\n";
  // Stronger rules come first in the concatenated list, so they decide where they apply.
  published(lang::Naming::Index);
  const auto positions = obeys(mapping, four_gpus());
  EXPECT_THAT(memories(positions, "stencil", 0), ElementsAre("FBMEM"));
  EXPECT_THAT(memories(positions, "sum_line", 0), ElementsAre("ZCMEM"));
  published(lang::Naming::Name);
  const auto names = obeys(mapping, four_gpus());
  EXPECT_THAT(memories(names, "stencil", 0), ElementsAre("ZCMEM"));
  EXPECT_THAT(memories(names, "sum_line", 0), ElementsAre("FBMEM"));
}

TEST_F(ProfileRuns, ArraysOfStructsInFortranOrderLeaveXOut) {
  const std::string mapping = kTasks + "Region * * GPU FBMEM;\nLayout * * * AOS F_order;\n";
  obeys(mapping, four_gpus());
  published();
  const auto run = this->run(mapping, four_gpus());
  EXPECT_TRUE(run.legion.process.succeeded()) << run.text;
  EXPECT_THAT(run.text, HasSubstr("SUCCESS"));
  // Legion adds the dimension that is left out at the end: fields, Y, X.
  EXPECT_THAT(layouts(run, "init_tiles", 0), ElementsAre("AOS C_order"));
}

}  // namespace
}  // namespace castra
