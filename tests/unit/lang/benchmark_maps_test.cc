#include <gtest/gtest.h>

#include "lang_test_util.h"
#include "support/file.h"

/// The expert index maps of the nine benchmarks, as our own files in share/castra/mappings, against
/// the placements recorded from the published implementation.
namespace castra::lang {
namespace {

Compiled load(const std::string& name) {
  const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/share/castra/mappings/" + name);
  EXPECT_TRUE(text) << name;
  Compiled compiled = compile_text(text.value_or(""));
  EXPECT_NE(compiled.policy, nullptr) << compiled.rendered;
  return compiled;
}

std::string digits(const Compiled& c, const char* task, ProcessorKind kind, const Point& extents,
                   const MachineShape& machine) {
  return place_digits(c->place(task, kind, rect_of_extents(extents), machine));
}

constexpr auto kGpu = ProcessorKind::Gpu;
constexpr auto kCpu = ProcessorKind::Cpu;

TEST(BenchmarkMaps, Circuit) {
  const Compiled c = load("circuit-expert.castra");
  EXPECT_EQ(digits(c, "calculate_new_currents", kGpu, {8}, shape(2, 4)), "00 01 02 03 10 11 12 13");
  EXPECT_EQ(digits(c, "init_piece", kCpu, {8}, shape(2, 4)), "00 00 00 00 10 10 10 10");
}

TEST(BenchmarkMaps, Stencil) {
  const Compiled c = load("stencil-expert.castra");
  EXPECT_EQ(digits(c, "stencil", kGpu, {8}, shape(2, 4)), "00 01 02 03 10 11 12 13");
  EXPECT_EQ(digits(c, "check", kCpu, {8}, shape(2, 4)), "00 00 00 00 10 10 10 10");
}

TEST(BenchmarkMaps, Pennant) {
  const Compiled c = load("pennant-expert.castra");
  EXPECT_EQ(digits(c, "adv_pos_half", kGpu, {8}, shape(2, 4)), "00 10 01 11 02 12 03 13");
  EXPECT_EQ(digits(c, "anything", kCpu, {8}, shape(2, 4)), "00 10 00 10 00 10 00 10");
}

TEST(BenchmarkMaps, Cannon) {
  const Compiled c = load("cannon-expert.castra");
  EXPECT_EQ(digits(c, "task_1", kGpu, {2, 2}, shape(1, 4)), "00 02 01 03");
  EXPECT_EQ(digits(c, "task_1", kGpu, {4, 2}, shape(2, 4)), "00 02 01 03 10 12 11 13");
  EXPECT_EQ(digits(c, "task_1", kGpu, {4, 4}, shape(2, 4)),
            "00 02 00 02 01 03 01 03 10 12 10 12 11 13 11 13");
  EXPECT_EQ(digits(c, "task_2", kGpu, {4, 4}, shape(4, 4)),
            "00 02 20 22 01 03 21 23 10 12 30 32 11 13 31 33");
  EXPECT_EQ(digits(c, "task_1", kGpu, {4, 4}, shape(3, 2)),
            "00 01 00 01 00 01 00 01 10 11 10 11 20 21 20 21");
  EXPECT_EQ(digits(c, "task_3", kGpu, {3, 3}, shape(2, 4)), "00 01 02 00 01 02 10 11 12");
  EXPECT_EQ(digits(c, "task_7", ProcessorKind::Omp, {2, 2}, shape(4, 1)), "00 20 10 30");
  EXPECT_EQ(digits(c, "init_cublas", kGpu, {8}, shape(2, 4)), "00 01 02 03 10 11 12 13");
}

TEST(BenchmarkMaps, CannonWhereThePublishedOneCrashed) {
  // A workload tuple with a zero: it counts as 1.
  const Compiled c = load("cannon-expert.castra");
  EXPECT_EQ(digits(c, "task_1", kGpu, {1, 1}, shape(2, 4)), "00");
  EXPECT_EQ(digits(c, "task_1", kGpu, {2, 1}, shape(4, 4)), "00 21")
      << "nodes 4x1 (ties go to greedy), GPUs 2x2: point (1,0) is in node block 1*4/2, turn 1";
}

TEST(BenchmarkMaps, Johnson) {
  const Compiled c = load("johnson-expert.castra");
  EXPECT_EQ(digits(c, "task_4", kGpu, {2, 2, 2}, shape(8, 1)), "00 40 20 60 10 50 30 70");
  EXPECT_EQ(digits(c, "task_4", kGpu, {2, 2, 2}, shape(4, 1)), "00 00 20 20 10 10 30 30");
  EXPECT_EQ(digits(c, "task_4", kGpu, {2, 2, 2}, shape(1, 4)), "00 00 00 00 00 00 00 00");
  EXPECT_EQ(digits(c, "task_2", kGpu, {2, 1, 2}, shape(8, 1)), "00 40 10 50");
}

TEST(BenchmarkMaps, Solomonik) {
  const Compiled c = load("solomonik-expert.castra");
  EXPECT_EQ(digits(c, "task_5", kGpu, {2, 2, 2}, shape(2, 4)), "00 02 01 03 10 12 11 13");
  EXPECT_EQ(digits(c, "task_5", kGpu, {2, 2, 1}, shape(1, 4)), "00 02 01 03");
  EXPECT_EQ(digits(c, "task_5", kGpu, {4, 4, 1}, shape(4, 4)),
            "00 02 20 22 01 03 21 23 10 12 30 32 11 13 31 33");
  EXPECT_EQ(digits(c, "task_1", kGpu, {2, 2, 1}, shape(2, 4)), "00 01 10 11");
}

TEST(BenchmarkMaps, Cosma) {
  const Compiled c = load("cosma-expert.castra");
  EXPECT_EQ(digits(c, "task_4", kGpu, {2, 2, 2}, shape(8, 1)), "00 40 20 60 10 50 30 70");
  EXPECT_EQ(digits(c, "task_4", kGpu, {1, 2, 2}, shape(4, 1)), "00 20 10 30");
  EXPECT_EQ(digits(c, "task_1", kGpu, {2, 2, 1}, shape(16, 1)), "00 20 10 30");
  EXPECT_EQ(digits(c, "task_2", kGpu, {1, 1, 2}, shape(4, 1)), "00 20");
}

}  // namespace
}  // namespace castra::lang
