#include "search/policy_checker.h"

#include <gtest/gtest.h>

#include "programs.h"

namespace castra::search {
namespace {

Program one_launch() {
  Program program;
  program.tasks.push_back(task_with("work", {ProcessorKind::Cpu, ProcessorKind::Gpu}));
  Launch launch;
  launch.task = "work";
  launch.domain = rect_of_extents({4});
  launch.requirements = {requirement(0, 1, 1, 100)};
  program.launches.push_back(launch);
  return program;
}

TEST(PolicyChecker, SameDecisionsAreTheSameMapping) {
  const Program program = one_launch();
  const Machine machine = test_machine(2, 2);
  const PolicyChecker checker(program, machine);
  const auto identity = [&](const char* text) { return checker.check(text).identity; };
  EXPECT_EQ(identity("Task work GPU;"), identity("# why\nTask * GPU, CPU;"));
  EXPECT_NE(identity("Task work GPU;"), identity("Task work CPU;"));
  EXPECT_EQ(identity("Region work 0 GPU FBMEM; Task work GPU;"),
            identity("Task work GPU; Region work region_0 * FBMEM;"));
}

TEST(PolicyChecker, DecidingNothingIsTheOwnMapper) {
  const Program program = one_launch();
  const Machine machine = test_machine(2, 2);
  const PolicyChecker checker(program, machine);
  EXPECT_EQ(checker.check("# nothing\n").identity, kOwnMapper);
  EXPECT_EQ(checker.check("Task other GPU;").identity, kOwnMapper);
  EXPECT_FALSE(checker.check("# nothing\n").refused);
}

TEST(PolicyChecker, WrongTextsAndIllegalMappingsAreRefused) {
  const Program program = one_launch();
  const Machine machine = test_machine(2, 0);
  const PolicyChecker checker(program, machine);
  const auto word = [&](const std::string& text) {
    const auto checked = checker.check(text);
    return checked.refused ? std::string(outcome_word(*checked.refused)) : "legal";
  };
  EXPECT_EQ(word("Task work CPU;"), "legal");
  EXPECT_EQ(word("Task work XPU;"), "compile-error");
  EXPECT_EQ(word(std::string(2 << 20, '#')), "invalid-mapping");
  EXPECT_EQ(word("Task work GPU;"), "invalid-mapping") << "there is no GPU";
  EXPECT_EQ(word("def f(Task t) { m = Machine(CPU); return m[0, t.ipoint[0]]; } IndexTaskMap work "
                 "f; Task work CPU;"),
            "invalid-mapping")
      << "4 points, 2 processors";
}

}  // namespace
}  // namespace castra::search
