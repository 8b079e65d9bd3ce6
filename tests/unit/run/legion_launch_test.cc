#include "run/legion_launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "run/legion_run.h"
#include "run/overlay_contract.h"

namespace castra::run {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// CASTRA_TEST_LIBRARY_DIR is laid out like lib/castra, with stand-ins for both libraries.
class LegionLaunchTest : public testing::Test {
 protected:
  static std::string value(const ProcessSpec& spec, const std::string& name) {
    std::string found = "(unset)";
    for (const auto& change : spec.environment) {
      if (change.name == name) found = change.value.value_or("(unset)");
    }
    return found;
  }
  const std::string directory_ = CASTRA_TEST_LIBRARY_DIR;
};

TEST_F(LegionLaunchTest, FindsItsLibraries) {
  unsetenv("CASTRA_LIBRARY_DIR");
  EXPECT_THAT(find_library_directory("/nonexistent/bin").error().to_string(),
              HasSubstr("is missing\n  remedy: build Castra"));
  setenv("CASTRA_LIBRARY_DIR", directory_.c_str(), 1);
  EXPECT_TRUE(find_library_directory("/nonexistent/bin"));
  unsetenv("CASTRA_LIBRARY_DIR");
}

TEST_F(LegionLaunchTest, StatesEnvironment) {
  setenv("LEGION_DEFAULT_ARGS", "-ll:cpu 3", 1);
  LegionLaunch launch;
  launch.command = {"sh", "-c", "true"};
  launch.mapping_file = "m.castra";
  launch.status_file = "/tmp/s.json";
  launch.strict = true;
  const auto spec = prepare_launch(launch, directory_);
  unsetenv("LEGION_DEFAULT_ARGS");
  ASSERT_TRUE(spec) << spec.error().to_string();
  EXPECT_EQ(spec->argv, launch.command);
  EXPECT_THAT(value(*spec, "LD_PRELOAD"), StartsWith(directory_ + "/libcastra-preload.so"));
  EXPECT_THAT(value(*spec, contract::kMapping), HasSubstr("/m.castra"));
  EXPECT_THAT(value(*spec, contract::kMapping), StartsWith("/"));
  EXPECT_EQ(value(*spec, contract::kStatus), "/tmp/s.json");
  EXPECT_EQ(value(*spec, contract::kStrict), "1");
  EXPECT_EQ(value(*spec, contract::kTrace), "(unset)");
  EXPECT_EQ(value(*spec, contract::kCommand), R"(["sh","-c","true"])");
  EXPECT_THAT(value(*spec, "LEGION_DEFAULT_ARGS"), StartsWith("-lg:safe_mapper "));
  EXPECT_THAT(value(*spec, "LEGION_DEFAULT_ARGS"), EndsWith(" -ll:cpu 3"));
}

TEST_F(LegionLaunchTest, SilenceAboutMissingGpusUnlessTheProgramWantsThem) {
  LegionLaunch launch;
  launch.command = {"sh", "-ll:cpu", "1"};
  const auto plain = prepare_launch(launch, directory_);
  ASSERT_TRUE(plain);
  const bool no_driver = value(*plain, "LD_LIBRARY_PATH") != "(unset)";  // of this machine
  EXPECT_EQ(value(*plain, "LEGION_DEFAULT_ARGS"),
            no_driver ? "-lg:safe_mapper -level gpu=6" : "-lg:safe_mapper");
  launch.command = {"sh", "-ll:gpu", "1"};
  EXPECT_EQ(value(*prepare_launch(launch, directory_), "LEGION_DEFAULT_ARGS"), "-lg:safe_mapper");
}

TEST_F(LegionLaunchTest, VirtualMachineSetsDevicesAndMemories) {
  LegionLaunch launch;
  launch.command = {"sh"};
  Machine machine;
  machine.name = "two";
  machine.processors = {{ProcessorKind::Cpu, 2, ""}, {ProcessorKind::Gpu, 2, "Model X"}};
  machine.memories = {{MemoryKind::FrameBuffer, 2, Bytes{64 << 20}, {ProcessorKind::Gpu}, "test"}};
  launch.virtual_machine = machine;
  launch.log_file = "/tmp/a b.log";
  const auto spec = prepare_launch(launch, directory_);
  ASSERT_TRUE(spec) << spec.error().to_string();
  EXPECT_THAT(value(*spec, "LD_LIBRARY_PATH"), StartsWith(directory_ + "/virtual"));
  EXPECT_EQ(value(*spec, "CASTRA_VIRTUAL_GPUS"), "2");
  EXPECT_EQ(value(*spec, "CASTRA_VIRTUAL_GPU_NAME"), "Model X");
  EXPECT_EQ(
      value(*spec, "LEGION_DEFAULT_ARGS"),
      "-lg:safe_mapper -ll:cpu 2 -ll:gpu 2 -ll:fsize 64 -cuda:dynfb 0 -logfile '/tmp/a b.log'");

  launch.virtual_machine->processors[1].per_node = 17;
  EXPECT_THAT(prepare_launch(launch, directory_).error().what, HasSubstr("at most 16"));
  launch.virtual_machine->nodes = 2;
  EXPECT_THAT(prepare_launch(launch, directory_).error().what, HasSubstr("has 2 nodes"));
}

TEST_F(LegionLaunchTest, RunsAScriptAndRefusesUnwritableOutput) {
  LegionLaunch launch;
  launch.command = {"sh", "-c", "exit 7"};
  const auto run = run_legion(launch, directory_, {});
  ASSERT_TRUE(run) << run.error().to_string();
  EXPECT_EQ(run->process.exit_code, 7);
  EXPECT_FALSE(run->status);
  launch.trace_file = "/nonexistent/t.json";
  EXPECT_THAT(run_legion(launch, directory_, {}).error().to_string(),
              HasSubstr("/nonexistent/t.json: cannot be written: No such file"));
  launch.trace_file = "/tmp";
  EXPECT_THAT(run_legion(launch, directory_, {}).error().what, HasSubstr("is a directory"));
}

}  // namespace
}  // namespace castra::run
