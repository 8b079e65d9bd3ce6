// Runs the probe under mappings and compares what Legion did with what the policy answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "overlay_runs.h"

namespace castra {
namespace {

using ::testing::HasSubstr;

using Overlay = OverlayRuns;

const std::string kGpu = "Task * GPU,CPU;\nRegion * * CPU SYSMEM;\n";

TEST_F(Overlay, FrameBufferStructsOfArrays) {
  const auto run = obeys(kGpu + "Region * * GPU FBMEM;\nLayout * * * SOA F_order;\n", four_gpus());
  EXPECT_GE(agreement_.points, 120);
  EXPECT_EQ(agreement_.arguments, 24 + 3 * 56 + 4);
  EXPECT_EQ(agreement_.layouts, agreement_.arguments);
}

TEST_F(Overlay, ZeroCopyArraysOfStructs) {
  obeys(kGpu + "Region * * GPU ZCMEM;\nLayout * * * AOS C_order;\n", four_gpus());
  EXPECT_EQ(agreement_.layouts, 24 + 3 * 56 + 4);
}

TEST_F(Overlay, MixedMemoriesAndLayoutsByNameAndIndex) {
  obeys(kGpu +
            "Region * * GPU FBMEM;\nRegion * halos GPU ZCMEM;\nRegion sum_line 1 GPU ZCMEM;\n"
            "Region scale_tiles tiles GPU ZCMEM;\nRegion * bricks * ZCMEM,FBMEM;\n"
            "Layout * * * SOA C_order;\nLayout scale_tiles tiles ZCMEM AOS F_order;\n"
            "Layout * bricks * AOS C_order Align==128;\n",
        four_gpus());
  EXPECT_EQ(agreement_.arguments, 24 + 3 * 56 + 4);
}

TEST_F(Overlay, AllFourOrdersWithAlignment) {
  for (const char* layout : {"SOA F_order", "SOA C_order", "AOS F_order", "AOS C_order"}) {
    SCOPED_TRACE(layout);
    obeys(kGpu + "Region * * GPU FBMEM;\nLayout * * * " + layout + " Align==64;\n", four_gpus());
  }
}

TEST_F(Overlay, ExactAndCompact) {
  obeys(kGpu +
            "Region * * GPU FBMEM;\nLayout * tiles * Exact;\nLayout * bricks * Compact;\nLayout * "
            "halos * "
            "Compact Exact;\n",
        four_gpus());
  EXPECT_EQ(agreement_.layouts, 8 + 3 * 8 + 8 + 3 * 8 + 3 * 8);
}

TEST_F(Overlay, BlockCyclicAndAllOnOne) {
  for (const char* place : {"linear_index * 4 / volume", "linear_index % 4", "0"}) {
    SCOPED_TRACE(place);
    std::string formula = place;
    std::string text = "mgpu = Machine(GPU);\n";
    text +=
        "def one(Task t) { linear_index = t.ipoint[0]; volume = t.ispace[0]; return mgpu[0, " +
        formula +
        "]; }\n"
        "def two(Task t) { linear_index = t.ipoint[0] * t.ispace[1] + t.ipoint[1];\n"
        "  volume = t.ispace[0] * t.ispace[1]; return mgpu[0, " +
        formula +
        "]; }\n"
        "def three(Task t) { linear_index = (t.ipoint[0] * t.ispace[1] + t.ipoint[1]) * "
        "t.ispace[2] + t.ipoint[2];\n"
        "  volume = t.ispace[0] * t.ispace[1] * t.ispace[2]; return mgpu[0, " +
        formula +
        "]; }\n"
        "IndexTaskMap init_line,stencil,sum_line one;\nIndexTaskMap init_tiles,scale_tiles two;\n"
        "IndexTaskMap init_bricks,sum_bricks three;\n";
    obeys(kGpu + "Region * * GPU FBMEM;\n" + text, four_gpus());
    EXPECT_GE(agreement_.points, 2 * 120);
  }
}

TEST_F(Overlay, BytesAreThoseOfThePieces) {
  const auto run = obeys(
      "Task * GPU,CPU;\nRegion * * GPU FBMEM;\nRegion * sums GPU ZCMEM;\nRegion * * CPU SYSMEM;\n"
      "mgpu = Machine(GPU);\n"
      "def byx(Task t) { return mgpu[0, t.ipoint[0] * 4 / t.ispace[0]]; }\n"
      "IndexTaskMap init_line,stencil,sum_line,init_tiles,scale_tiles byx;\n"
      "def bricks(Task t) { return mgpu[0, t.ipoint[0] * 2 + t.ipoint[1]]; }\n"
      "IndexTaskMap init_bricks,sum_bricks bricks;\n",
      four_gpus(), {"-n", "8"});
  // Per GPU, with three 8-byte fields: 2 line blocks of 64 elements, 2 tiles of 8x8, 2 bricks of
  // 8x8x8, and the halos of its two blocks, one element more on each inner side.
  for (int gpu = 0; gpu < 4; ++gpu) {
    const std::uint64_t halos = (gpu == 0 || gpu == 3) ? 2 * 64 + 3 : 2 * 64 + 4;
    EXPECT_EQ(allocated(run, {MemoryKind::FrameBuffer, 0, gpu}),
              24 * (2 * 64 + 2 * 64 + 2 * 512 + halos))
        << gpu;
  }
  // In each of 3 iterations, one fresh instance of two 8-byte sums for each of two launches and
  // four GPUs.
  EXPECT_EQ(allocated(run, {MemoryKind::ZeroCopy, 0, 0}), 3U * 2 * 4 * 16);
}

/// Bytes of the instances that the points of init_line used in SYSMEM.
std::set<std::uint64_t> line_instances(const Trace& trace) {
  std::set<std::uint64_t> bytes;
  for (const auto& point : trace.points) {
    if (point.task != "init_line") continue;
    for (const auto& use : point.arguments.at(0).instances) {
      EXPECT_EQ(use.memory.kind, MemoryKind::System);
      bytes.insert(use.bytes.value);
    }
  }
  return bytes;
}

/// 8 blocks of 64 elements with three 8-byte fields. Destroying a region whose whole instance was
/// copied to frame buffers in pieces made Legion 25.12 abort.
TEST_F(Overlay, OnlyNodesWithoutGpusHaveInstancesOfWholeRegions) {
  const std::string mapping = "Task init_line CPU;\nRegion * * CPU SYSMEM;\n";
  EXPECT_THAT(line_instances(obeys(mapping, std::nullopt, {"-n", "8"}).trace),
              testing::ElementsAre(24 * 512));
  EXPECT_THAT(line_instances(obeys(mapping, four_gpus(), {"-n", "8"}).trace),
              testing::ElementsAre(24 * 64));
}

TEST_F(Overlay, ProgramsOwnMapperIsOverridden) {
  obeys(kGpu +
            "Region * * GPU FBMEM;\nmgpu = Machine(GPU);\n"
            "def last(Task t) { return mgpu[0, 3 - t.ipoint[0] % 4]; }\nIndexTaskMap GPU last;\n",
        four_gpus(), {"-own"});
  EXPECT_GE(agreement_.points, 120);
}

TEST_F(Overlay, ProcessorsOfOneKindOnCpus) {
  obeys(
      "Task * CPU;\nRegion * * * SYSMEM;\nLayout * * * AOS F_order;\nmcpu = Machine(CPU);\n"
      "def cyclic(Task t) { return mcpu[0, t.ipoint[0] % mcpu.size[1]]; }\nIndexTaskMap * "
      "cyclic;\n",
      std::nullopt);
  EXPECT_GE(agreement_.points, 2 * 120);
  obeys(
      "mcpu = Machine(CPU);\ndef last(Task t) { return mcpu[0, 2]; }\nIndexTaskMap stencil last;\n",
      std::nullopt, {"-own"});
  EXPECT_EQ(agreement_.points, 3 * 8);
}

TEST_F(Overlay, WhatAVariantDemandsIsRecordedAndKept) {
  const auto run = this->run(kGpu + "Region * * GPU FBMEM;\nLayout * * * AOS F_order;\n",
                             four_gpus(), {"-demand"});
  EXPECT_TRUE(run.legion.process.succeeded()) << run.text;
  const std::map<int, std::string> demanded = {{0, "SOA C_order"}};
  for (const auto& task : run.program.tasks) {
    for (const auto& variant : task.variants)
      EXPECT_EQ(variant.layouts.empty(), task.name != "scale_tiles") << task.name;
  }
  const Task* task = run.program.find_task("scale_tiles");
  ASSERT_NE(task, nullptr);
  for (const auto& variant : task->variants) EXPECT_EQ(variant.layouts, demanded);
  int arguments = 0;
  for (const auto& point : run.trace.points) {
    if (point.task != "scale_tiles") continue;
    for (const auto& use : point.arguments.at(0).instances) {
      EXPECT_EQ(use.layout, "SOA C_order");
      ++arguments;
    }
  }
  EXPECT_EQ(arguments, 3 * 8);
}

TEST_F(Overlay, LaunchesOfOneShapeKeepTheirLeastBytes) {
  const auto run = this->run(kGpu + "Region * * GPU FBMEM;\n", four_gpus(), {"-corners"});
  EXPECT_TRUE(run.legion.process.succeeded()) << run.text;
  int seen = 0;
  for (const auto& launch : run.program.launches) {
    if (launch.task == "init_tiles") {
      ++seen;
      EXPECT_EQ(launch.count, 2U);
      EXPECT_EQ(launch.requirements[0].bytes, Bytes{8U * 3 * 8 * 4 * 4});
      EXPECT_EQ(launch.requirements[0].least_bytes, Bytes{8U * 3 * 8 * 2 * 2});
    } else if (launch.count == 1) {
      for (const auto& requirement : launch.requirements)
        EXPECT_EQ(requirement.least_bytes, std::nullopt) << launch.task;
    }
  }
  EXPECT_EQ(seen, 1);
}

TEST_F(Overlay, SilentTasksStayWithTheProgramsMapper) {
  const auto run = obeys("Region stencil halos GPU ZCMEM;\n", four_gpus());
  ASSERT_TRUE(run.legion.status);
  EXPECT_EQ(run.legion.status->points_by_policy, 3U * 8);
  EXPECT_EQ(run.legion.status->points_forwarded, kPoints - 3 * 8);
  EXPECT_EQ(agreement_.arguments, 3 * 8);
}

TEST_F(Overlay, MappingForAnotherMachineTravels) {
  const auto run = obeys(kGpu +
                             "Region * * GPU FBMEM;\nmgpu = Machine(GPU);\n"
                             "def any(Task t) { return mgpu[0, 0]; }\nIndexTaskMap GPU any;\n",
                         std::nullopt);
  EXPECT_GT(agreement_.points, 100);
}

TEST_F(Overlay, FullFrameBufferFallsThrough) {
  // A brick is 24 bytes x 48^3 = 2.5 MiB: of the two on a GPU only one fits into 4 MiB.
  const auto run =
      obeys(kGpu + "Region * * GPU FBMEM,ZCMEM;\n", four_gpus(Bytes{4 << 20}), {"-n", "48"}, true);
  std::map<MemoryKind, int> uses;
  for (const auto& point : run.trace.points) {
    for (const auto& argument : point.arguments) {
      for (const auto& use : argument.instances) ++uses[use.memory.kind];
    }
  }
  EXPECT_GT(uses[MemoryKind::FrameBuffer], 0);
  EXPECT_GT(uses[MemoryKind::ZeroCopy], 0);
  for (int gpu = 0; gpu < 4; ++gpu)
    EXPECT_LE(allocated(run, {MemoryKind::FrameBuffer, 0, gpu}), std::uint64_t{4 << 20}) << gpu;
}

TEST_F(Overlay, ExhaustedListEndsTheRunByName) {
  const auto run =
      this->run(kGpu + "Region * * GPU FBMEM;\n", four_gpus(Bytes{2 << 20}), {"-n", "48"});
  EXPECT_EQ(run.legion.process.exit_code, 125);
  EXPECT_LT(run.legion.process.seconds, 20);
  ASSERT_TRUE(run.legion.status && run.legion.status->failure);
  const auto& failure = *run.legion.status->failure;
  EXPECT_EQ(failure.kind, run::FailureKind::OutOfMemory);
  EXPECT_EQ(failure.memories, "FBMEM");
  EXPECT_EQ(failure.argument, 0);
  EXPECT_EQ(failure.rule_line, 3);
  EXPECT_EQ(failure.capacity, Bytes{2 << 20});
  EXPECT_EQ(failure.task, "init_bricks");
  EXPECT_EQ(failure.wanted, Bytes{24U * 48 * 48 * 48});
  EXPECT_THAT(run.text, HasSubstr("castra: error: out of memory: task '"));
  EXPECT_THAT(run.text, HasSubstr("line 3: Region * * GPU FBMEM;"));
}

TEST_F(Overlay, UnreachableMemoryIsNamed) {
  const auto run = this->run("Task * GPU,CPU;\nRegion stencil * GPU SYSMEM;\n", four_gpus());
  EXPECT_EQ(run.legion.process.exit_code, 125);
  ASSERT_TRUE(run.legion.status && run.legion.status->failure);
  EXPECT_EQ(run.legion.status->failure->kind, run::FailureKind::InvalidMapping);
  EXPECT_EQ(run.legion.status->failure->task, "stencil");
  EXPECT_THAT(run.text, HasSubstr("none of its memories SYSMEM can be addressed by GPU 0."));
}

TEST_F(Overlay, AVirtualArgumentThatALeafAccessesIsNamed) {
  const auto run = this->run("Task * GPU,CPU;\nRegion stencil 0 GPU VIRTUAL;\n", four_gpus());
  EXPECT_EQ(run.legion.process.exit_code, 125);
  EXPECT_THAT(run.text, HasSubstr("it is mapped VIRTUAL, but the task's GPU variant accesses it"));
}

TEST_F(Overlay, FailingFunctionIsNamed) {
  const auto run =
      this->run(kGpu +
                    "mgpu = Machine(GPU);\ndef bad(Task t) { return mgpu[0, t.ipoint[0]]; }\n"
                    "IndexTaskMap stencil bad;\n",
                four_gpus());
  EXPECT_EQ(run.legion.process.exit_code, 125);
  ASSERT_TRUE(run.legion.status && run.legion.status->failure);
  EXPECT_EQ(run.legion.status->failure->kind, run::FailureKind::FunctionError);
  EXPECT_EQ(run.legion.status->failure->rule_line, 5);
}

/// `pieces` of 40 nodes and 80 wires, 4 iterations, values checked.
std::vector<std::string> small_circuit(const char* pieces) {
  return {"-p", pieces, "-npp", "40", "-wpp", "80", "-l", "4", "-pct", "70", "-checks"};
}

TEST_F(Overlay, CircuitObeysItsPublishedMappings) {
  program_ = kCircuit;
  for (const char* name : {"circuit-expert", "circuit-best"}) {
    SCOPED_TRACE(name);
    const auto text =
        read_file(std::string(CASTRA_SOURCE_DIR "/share/castra/mappings/") + name + ".castra");
    ASSERT_TRUE(text) << text.error().to_string();
    obeys(*text, four_gpus(), small_circuit("4"));
    // Three launches of 4 pieces in each of 4 iterations.
    EXPECT_GE(agreement_.points, 3 * 4 * 4);
    EXPECT_GE(agreement_.arguments, 3 * 4 * 4);
    EXPECT_GE(agreement_.layouts, 3 * 4 * 4);
  }
}

TEST_F(Overlay, CircuitObeysCyclicPlacementByRegionName) {
  program_ = kCircuit;
  obeys(kGpu +
            "Region * * GPU FBMEM;\nRegion * rp_ghost GPU ZCMEM;\nRegion distribute_charge 3 GPU "
            "ZCMEM;\n"
            "Layout * rp_wires * AOS;\nLayout * * ZCMEM C_order Align==64;\nmgpu = Machine(GPU);\n"
            "def cyclic(Task t) { return mgpu[0, (t.ipoint[0] + 1) % 4]; }\nIndexTaskMap GPU "
            "cyclic;\n",
        four_gpus(), small_circuit("8"));
  EXPECT_GE(agreement_.points, 3 * 8 * 4);
}

/// Reductions get fresh instances; once the memory is full, old ones must make room.
TEST_F(Overlay, CircuitCollectsOldReductionsInAFullMemory) {
  program_ = kCircuit;
  Machine machine = four_gpus();
  machine.memories.back().capacity = Bytes{1 << 20};
  const auto run = obeys(
      "Task * GPU,CPU;\nRegion * * GPU FBMEM;\nRegion distribute_charge * GPU ZCMEM;\n", machine,
      {"-p", "8", "-npp", "1000", "-wpp", "1000", "-pct", "10", "-l", "150", "-i", "1", "-checks"});
  EXPECT_GT(allocated(run, {MemoryKind::ZeroCopy, 0, 0}), std::uint64_t{1 << 20});
}

/// The instances of distribute_charge's two reductions: (launch, processor) -> instances, created.
using Reductions =
    std::map<std::pair<std::uint64_t, ProcessorName>, std::pair<std::set<std::uint64_t>, int>>;

Reductions charge_instances(const Trace& trace) {
  Reductions result;
  for (const auto& point : trace.points) {
    if (point.task != "distribute_charge") continue;
    auto& [instances, created] = result[{point.launch, point.target}];
    for (const auto& argument : point.arguments) {
      if (argument.index != 1 && argument.index != 2) continue;
      for (const auto& use : argument.instances) {
        instances.insert(use.instance);
        created += use.created ? 1 : 0;
      }
    }
  }
  return result;
}

constexpr const char* kTwoBlocks =
    "m = Machine(CPU);\ndef block(Task t) { return m[0, t.ipoint[0] * 2 / t.ispace[0]]; }\n"
    "IndexTaskMap CPU block;\n";

TEST_F(Overlay, PointsOfAProcessorReduceIntoOneInstanceOfTheirLaunch) {
  program_ = kCircuit;
  const auto run =
      obeys("Region * * CPU SYSMEM;\n" + std::string(kTwoBlocks), std::nullopt, small_circuit("8"));
  const auto reductions = charge_instances(run.trace);
  EXPECT_GE(reductions.size(), 2 * 4U);  // two processors in four iterations
  for (const auto& [where, use] : reductions) {
    EXPECT_EQ(use.first.size(), 1U) << where.first;
    EXPECT_EQ(use.second, 1) << where.first;
  }
}

TEST_F(Overlay, ExactReductionsHaveAnInstanceEach) {
  program_ = kCircuit;
  const auto run =
      obeys("Region * * CPU SYSMEM;\nLayout * * * SOA F_order Exact;\n" + std::string(kTwoBlocks),
            std::nullopt, small_circuit("8"));
  for (const auto& [where, use] : charge_instances(run.trace))
    EXPECT_EQ(use.second, 4 * 2) << where.first;
}

/// Mapped apart, the two reductions of a point keep an instance each.
TEST_F(Overlay, ReductionsInDifferentMemoriesAreNotShared) {
  program_ = kCircuit;
  const auto run = obeys(kGpu +
                             "Region * * GPU FBMEM;\nRegion * rp_ghost GPU ZCMEM;\n"
                             "m = Machine(GPU);\ndef f(Task t) { return m[0, t.ipoint[0] % 2]; }\n"
                             "IndexTaskMap GPU f;\n",
                         four_gpus(), small_circuit("8"));
  for (const auto& [where, use] : charge_instances(run.trace)) EXPECT_GE(use.first.size(), 2U);
}

TEST_F(Overlay, StrictnessRefusesAKindWithoutVariant) {
  const std::string mapping = "Task check GPU;\n";
  EXPECT_TRUE(run(mapping, four_gpus()).legion.process.succeeded());
  strict_ = true;
  const auto refused = run(mapping, four_gpus());
  EXPECT_EQ(refused.legion.process.exit_code, 125);
  ASSERT_TRUE(refused.legion.status && refused.legion.status->failure);
  EXPECT_EQ(refused.legion.status->failure->task, "check");
  EXPECT_EQ(refused.legion.status->failure->rule_line, 1);
}

TEST_F(Overlay, CircuitOnCpus) {
  program_ = kCircuit;
  obeys(
      "Task * CPU;\nRegion * * * SYSMEM;\nmcpu = Machine(CPU);\n"
      "def back(Task t) { return mcpu[0, 2 - t.ipoint[0] % 3]; }\nIndexTaskMap * back;\n",
      std::nullopt, small_circuit("8"));
  EXPECT_GE(agreement_.points, 3 * 8 * 4);
}

}  // namespace
}  // namespace castra
