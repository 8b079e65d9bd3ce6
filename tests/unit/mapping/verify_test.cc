#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/mapping.h"

namespace castra {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Machine machine() {
  Machine m;
  m.name = "m";
  m.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 2, ""}};
  m.memories = {{MemoryKind::System, 1, Bytes{1000}, {ProcessorKind::Cpu}, ""},
                {MemoryKind::FrameBuffer, 2, Bytes{100}, {ProcessorKind::Gpu}, ""},
                {MemoryKind::ZeroCopy, 1, Bytes{50}, {ProcessorKind::Cpu, ProcessorKind::Gpu}, ""}};
  return m;
}

/// One task "t" with a CPU and a GPU variant and one argument "r" of `bytes` per point.
Program program(std::uint64_t bytes) {
  Program p;
  p.tasks = {
      {1, "t", {{1, ProcessorKind::Cpu, true, false}, {2, ProcessorKind::Gpu, true, false}}}};
  Requirement r;
  r.privilege = Privilege::ReadWrite;
  r.names = {"r"};
  r.max_bytes = Bytes{bytes};
  p.launches = {{"t", rect_of_extents({4}), 1, {r}, {}, 0}};
  return p;
}

Mapping on_gpu(std::vector<MemoryKind> memories) {
  Mapping mapping;
  ArgumentDecision argument;
  argument.memories = std::move(memories);
  argument.memories_by = {2, "Region t r GPU ...;"};
  mapping.tasks = {
      {"t", ProcessorKind::Gpu, true, {1, "Task t GPU;"}, {ProcessorKind::Gpu}, {argument}}};
  return mapping;
}

TEST(Verify, PassesWhatFits) {
  EXPECT_THAT(verify(on_gpu({MemoryKind::FrameBuffer}), program(100), machine()), IsEmpty());
}

TEST(Verify, NamesAnInvisibleMemory) {
  EXPECT_THAT(verify(on_gpu({MemoryKind::System}), program(1), machine()),
              ElementsAre("argument 0 (r) of task `t` is to live in SYSMEM, which is not visible "
                          "from GPU processors here "
                          "(line 2: `Region t r GPU ...;`)"));
}

TEST(Verify, ToldOncePerRuleAndCounted) {
  Mapping mapping = on_gpu({MemoryKind::System});
  Program p = program(1);
  for (int i = 1; i < 4; ++i) {
    mapping.tasks[0].arguments.push_back(mapping.tasks[0].arguments[0]);
    mapping.tasks[0].arguments.back().index = i;
    p.launches[0].requirements.push_back(p.launches[0].requirements[0]);
    p.launches[0].requirements.back().index = i;
  }
  EXPECT_THAT(
      verify(mapping, p, machine()),
      ElementsAre(HasSubstr("GPU processors here; the same holds for 3 more arguments (line 2:")));
}

TEST(Verify, AnArgumentNobodyAccessesNeedsNoMemory) {
  Program p = program(1);
  p.launches[0].requirements[0].privilege = Privilege::None;
  EXPECT_THAT(verify(on_gpu({MemoryKind::System}), p, machine()), IsEmpty());
}

TEST(Verify, AListNeedsOnlyOneUsableMemory) {
  EXPECT_THAT(verify(on_gpu({MemoryKind::System, MemoryKind::ZeroCopy}), program(50), machine()),
              IsEmpty());
}

TEST(Verify, ComparesTheLargestPointWithTheLargestMemory) {
  EXPECT_THAT(
      verify(on_gpu({MemoryKind::ZeroCopy, MemoryKind::FrameBuffer}), program(101), machine()),
      ElementsAre(HasSubstr("needs 101 B for its largest point, but ZCMEM,FBMEM holds 100 B")));
}

TEST(Verify, VirtualNeedsAnInnerVariant) {
  EXPECT_THAT(verify(on_gpu({MemoryKind::Virtual}), program(1), machine()),
              ElementsAre(HasSubstr("only an inner variant")));
  Program inner = program(1);
  inner.tasks[0].variants[1].inner = true;
  EXPECT_THAT(verify(on_gpu({MemoryKind::Virtual}), inner, machine()), IsEmpty());
}

TEST(Verify, NamesATaskThatCanRunNowhere) {
  Mapping mapping = on_gpu({MemoryKind::FrameBuffer});
  mapping.tasks[0].kind_decided = false;
  mapping.tasks[0].listed = {ProcessorKind::Omp};
  EXPECT_THAT(verify(mapping, program(1), machine()),
              ElementsAre(HasSubstr("has no OMP variant with a processor to run it here")));
}

TEST(Verify, RepeatsAnIndexFunctionsFailure) {
  Mapping mapping;
  mapping.launches = {{"t", rect_of_extents({4}), std::nullopt, {7, "IndexTaskMap t f;"}, "boom"}};
  EXPECT_THAT(verify(mapping, program(1), machine()),
              ElementsAre("boom (line 7: `IndexTaskMap t f;`)"));
}

TEST(Fingerprint, IgnoresRulesAndSeesDecisions) {
  Mapping a = on_gpu({MemoryKind::FrameBuffer});
  Mapping b = a;
  b.tasks[0].kind_by.line = 99;
  EXPECT_EQ(a.fingerprint(), b.fingerprint());
  b.tasks[0].arguments[0].memories = {{MemoryKind::FrameBuffer, MemoryKind::ZeroCopy}};
  EXPECT_NE(a.fingerprint(), b.fingerprint());
}

}  // namespace
}  // namespace castra
