#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agreement.h"
#include "lang/policy.h"
#include "lang/profile.h"
#include "machine/machine.h"
#include "program/json.h"
#include "run/legion_run.h"
#include "support/file.h"

namespace castra {

/// A virtual node with 4 GPUs of `frame` bytes each.
inline Machine four_gpus(Bytes frame = Bytes{64 << 20}) {
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

/// Runs a program under a mapping with the overlay and reads back what it recorded.
class OverlayRuns : public testing::Test {
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
    result.policy = lang::compile(source, sink, {profile_});
    EXPECT_NE(result.policy, nullptr) << render_all(*source, sink);

    run::LegionLaunch launch;
    launch.command = {program_};
    launch.command.insert(launch.command.end(), arguments.begin(), arguments.end());
    if (!machine) launch.command.insert(launch.command.end(), {"-ll:cpu", "3"});
    launch.strict = strict_;
    launch.profile = profile_;
    launch.mapping_file = base + "/m.castra";
    launch.virtual_machine = machine;
    launch.program_file = base + "/p.json";
    launch.trace_file = base + "/t.json";
    run::ProcessSpec limits;
    limits.timeout_s = 60;
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
    EXPECT_THAT(run.text, testing::HasSubstr("SUCCESS"));
    EXPECT_TRUE(run.legion.recorded) << run.text;
    if (!run.legion.recorded || !run.policy) return run;
    agreement_ = compare(*run.policy, run.program, run.trace, fall_through);
    EXPECT_THAT(agreement_.differences, testing::IsEmpty());
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
  lang::Profile profile_;
  std::unique_ptr<TemporaryDirectory> directory_;
  Agreement agreement_;
};

}  // namespace castra
