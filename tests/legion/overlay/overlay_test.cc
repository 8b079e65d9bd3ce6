// Runs the probe under mappings and compares what Legion did with what the policy answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "agreement.h"
#include "lang/policy.h"
#include "program/json.h"
#include "run/legion_run.h"
#include "support/file.h"

namespace castra {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kTimeout = 60;

/// A virtual node with 4 GPUs of `frame` bytes each.
Machine four_gpus(Bytes frame = Bytes{64 << 20}) {
  Machine machine;
  machine.name = "four-gpus";
  machine.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 4, "test"}};
  machine.memories = {
      {MemoryKind::System, 1, Bytes{256 << 20}, {ProcessorKind::Cpu}, "test"},
      {MemoryKind::FrameBuffer, 4, frame, {ProcessorKind::Gpu}, "test"},
      {MemoryKind::ZeroCopy, 1, Bytes{64 << 20}, {ProcessorKind::Cpu, ProcessorKind::Gpu}, "test"}};
  return machine;
}

struct ProbeRun {
  run::LegionRun legion;
  Program program;
  Trace trace;
  std::shared_ptr<const lang::Policy> policy;
  std::string text;
};

class Overlay : public testing::Test {
 protected:
  void SetUp() override {
    auto directory = TemporaryDirectory::create();
    ASSERT_TRUE(directory);
    directory_ = std::make_unique<TemporaryDirectory>(std::move(*directory));
  }

  /// Runs the probe, recording, under `mapping`.
  ProbeRun run(const std::string& mapping, const std::optional<Machine>& machine,
               std::vector<std::string> arguments = {}) {
    ProbeRun result;
    const std::string base = directory_->path();
    EXPECT_TRUE(write_file(base + "/m.castra", mapping));
    DiagnosticSink sink;
    const auto source = std::make_shared<const SourceFile>(base + "/m.castra", mapping);
    result.policy = lang::compile(source, sink);
    EXPECT_NE(result.policy, nullptr) << render_all(*source, sink);

    run::LegionLaunch launch;
    launch.command = {program_};
    launch.command.insert(launch.command.end(), arguments.begin(), arguments.end());
    if (!machine) launch.command.insert(launch.command.end(), {"-ll:cpu", "3"});
    launch.strict = strict_;
    launch.mapping_file = base + "/m.castra";
    launch.virtual_machine = machine;
    launch.program_file = base + "/p.json";
    launch.trace_file = base + "/t.json";
    run::ProcessSpec limits;
    limits.timeout_s = kTimeout;
    auto legion = run::run_legion(launch, CASTRA_BUILD_DIR "/lib/castra", limits);
    EXPECT_TRUE(legion) << legion.error().to_string();
    if (!legion) return result;
    result.legion = std::move(*legion);
    result.text = result.legion.process.out.text() + result.legion.process.err.text();
    if (result.legion.recorded) {
      result.program = *program_from_json(*read_file(base + "/p.json"), "p.json");
      result.trace = *trace_from_json(*read_file(base + "/t.json"), "t.json");
    }
    return result;
  }

  /// Runs and checks that every decision was obeyed and the values are right.
  ProbeRun obeys(const std::string& mapping, const std::optional<Machine>& machine,
                 const std::vector<std::string>& arguments = {}, bool fall_through = false) {
    ProbeRun run = this->run(mapping, machine, arguments);
    EXPECT_TRUE(run.legion.process.succeeded()) << run.text;
    EXPECT_THAT(run.text, HasSubstr("SUCCESS"));
    EXPECT_TRUE(run.legion.recorded) << run.text;
    if (!run.legion.recorded || !run.policy) return run;
    agreement_ = compare(*run.policy, run.program, run.trace, fall_through);
    EXPECT_THAT(agreement_.differences, IsEmpty());
    if (program_ == kProbe) {
      EXPECT_EQ(run.trace.points.size(), kPoints);
    }
    check_bytes(run);
    return run;
  }

  /// The status's bytes per memory are those of the instances that the trace saw created.
  static void check_bytes(const ProbeRun& run) {
    ASSERT_TRUE(run.legion.status);
    std::map<MemoryName, std::pair<std::uint64_t, std::uint64_t>> created;
    for (const auto& point : run.trace.points) {
      if (!point.by_policy) continue;
      for (const auto& argument : point.arguments) {
        for (const auto& use : argument.instances) {
          if (!use.created) continue;
          ++created[use.memory].first;
          created[use.memory].second += use.bytes.value;
        }
      }
    }
    ASSERT_EQ(run.legion.status->memories.size(), created.size());
    for (const auto& use : run.legion.status->memories) {
      EXPECT_EQ(use.instances, created[use.memory].first) << to_string(use.memory);
      EXPECT_EQ(use.allocated.value, created[use.memory].second) << to_string(use.memory);
      EXPECT_LE(use.peak, use.allocated);
    }
  }

  static std::uint64_t allocated(const ProbeRun& run, MemoryName memory) {
    for (const auto& use : run.legion.status->memories) {
      if (use.memory == memory) return use.allocated.value;
    }
    return 0;
  }

  /// top_level, check, 24 points of initialisation, 3 iterations of 32 points, every replay seen.
  static constexpr std::size_t kPoints = 2 + 24 + 3 * 32;

  static constexpr const char* kProbe = CASTRA_BUILD_DIR "/tests/legion/overlay/overlay_probe";
  static constexpr const char* kCircuit = CASTRA_BUILD_DIR "/apps/circuit/circuit";

  std::string program_ = kProbe;
  bool strict_ = false;
  std::unique_ptr<TemporaryDirectory> directory_;
  Agreement agreement_;
};

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
