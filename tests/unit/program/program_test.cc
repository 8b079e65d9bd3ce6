#include "program/program.h"

#include <gtest/gtest.h>

#include "program/trace.h"

namespace castra {
namespace {

TEST(Program, PrivilegeWordsRoundTrip) {
  for (const auto privilege : {Privilege::None, Privilege::Read, Privilege::ReadWrite,
                               Privilege::WriteDiscard, Privilege::Reduce}) {
    EXPECT_EQ(parse_privilege(to_string(privilege)), privilege);
  }
  EXPECT_EQ(parse_privilege("ro"), std::nullopt);
}

TEST(Program, FindsTasksAndVariants) {
  Program program;
  program.tasks = {{1, "a", {{1, ProcessorKind::Cpu, true, false}}}, {2, "b", {}}};
  ASSERT_NE(program.find_task("a"), nullptr);
  EXPECT_TRUE(program.find_task("a")->has_variant(ProcessorKind::Cpu));
  EXPECT_FALSE(program.find_task("a")->has_variant(ProcessorKind::Gpu));
  EXPECT_FALSE(program.find_task("b")->has_variant(ProcessorKind::Cpu));
  EXPECT_EQ(program.find_task("c"), nullptr);
}

TEST(Trace, NamesProcessorsAndMemories) {
  EXPECT_EQ(to_string(ProcessorName{ProcessorKind::Gpu, 0, 3}), "GPU 0.3");
  EXPECT_EQ(to_string(MemoryName{MemoryKind::FrameBuffer, 1, 2}), "FBMEM 1.2");
}

}  // namespace
}  // namespace castra
