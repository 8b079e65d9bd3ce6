#include "machine/machine.h"

#include <gtest/gtest.h>

namespace castra {
namespace {

const std::string kShare = CASTRA_SOURCE_DIR "/share/castra";

TEST(Kinds, RoundTrip) {
  for (ProcessorKind kind : kAllProcessorKinds)
    EXPECT_EQ(parse_processor_kind(to_string(kind)), kind);
  for (MemoryKind kind : kAllMemoryKinds) EXPECT_EQ(parse_memory_kind(to_string(kind)), kind);
  EXPECT_EQ(parse_processor_kind("gpu"), std::nullopt);
}

TEST(Kinds, AreSpeltAsInTheLanguage) {
  const auto spelt = [](const auto& kinds) {
    std::string words;
    for (const auto kind : kinds) words += std::string(to_string(kind)) + " ";
    return words;
  };
  EXPECT_EQ(spelt(kAllProcessorKinds), "CPU GPU OMP IO PY PROC ");
  EXPECT_EQ(spelt(kAllMemoryKinds), "SYSMEM FBMEM ZCMEM SOCKMEM RDMEM VIRTUAL ");
  EXPECT_EQ(to_string(ProcessorKind::Gpu), "GPU");
  EXPECT_EQ(to_string(MemoryKind::FrameBuffer), "FBMEM");
}

TEST(MachineFile, EveryBuiltInLoadsUnderItsOwnName) {
  const auto names = builtin_machines(kShare);
  ASSERT_GE(names.size(), 3u);
  for (const std::string& name : names) {
    const auto machine = load_machine(name, kShare);
    ASSERT_TRUE(machine) << machine.error().to_string();
    EXPECT_EQ(machine->name, name);
    EXPECT_FALSE(machine->processors.empty());
  }
}

TEST(MachineFile, P100x4IsWhatTheFileSays) {
  const Machine machine = load_machine("p100x4", kShare).value();
  EXPECT_EQ(machine.shape().count(ProcessorKind::Gpu), 4);
  EXPECT_TRUE(machine.visible(MemoryKind::ZeroCopy, ProcessorKind::Gpu));
  EXPECT_FALSE(machine.visible(MemoryKind::System, ProcessorKind::Gpu));
  EXPECT_EQ(legion_options(machine),
            (std::vector<std::string>{"-ll:cpu", "2", "-ll:gpu", "4", "-ll:csize", "16384",
                                      "-ll:fsize", "15360", "-ll:zsize", "2048"}));
}

TEST(Machine, ATinyMemoryIsNotRoundedAway) {
  Machine machine;
  machine.processors = {{ProcessorKind::Gpu, 1, ""}};
  machine.memories = {{MemoryKind::FrameBuffer, 1, Bytes{107}, {ProcessorKind::Gpu}, ""}};
  EXPECT_EQ(legion_options(machine), (std::vector<std::string>{"-ll:gpu", "1", "-ll:fsize", "1"}));
}

TEST(MachineFile, UnknownNamesAreAnsweredWithTheList) {
  const auto machine = load_machine("p100x5", kShare);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().what, "there is no machine called 'p100x5'");
  EXPECT_NE(machine.error().remedy.find("did you mean 'p100x4'?"), std::string::npos);
}

TEST(MachineFile, FaultsNameFileLineAndKey) {
  const auto fault = [](const std::string& text) {
    return parse_machine(text, "m.toml").error().what;
  };
  EXPECT_EQ(fault("nodes = 1\n"), "m.toml:1: `name` is missing");
  EXPECT_EQ(fault("name = \"m\"\nnodse = 1\n"),
            "m.toml:2: unknown key `nodse`; did you mean `nodes`?");
  EXPECT_EQ(fault("name = \"m\"\nnodes = -1\n"),
            "m.toml:2: `nodes` must be an integer from 1 to 1024");
  EXPECT_EQ(fault("name = \"m\"\n[[processor]]\nkind = \"TPU\"\n"),
            "m.toml:2: `TPU` is not a processor kind (CPU, GPU, OMP, IO, PY, PROC)");
  EXPECT_EQ(fault("name = \"m\"\n[processor]\nkind = \"CPU\"\n"),
            "m.toml:2: write `[[processor]]`, not `[processor]`");
  EXPECT_EQ(fault("name = \"m\"\n[[memory]]\nkind = \"FBMEM\"\ncapacity_gib = 0\n"),
            "m.toml:4: `capacity_gib` must be a number above 0, at most 1e6");
  EXPECT_EQ(
      fault("name = \"m\"\n[[processor]]\nkind = \"GPU\"\nper_node = 4\n[[processor]]\nkind = "
            "\"GPU\"\nper_node = 2\n"),
      "m.toml:5: GPU processors are stated twice");
  EXPECT_EQ(fault("name = ").substr(0, 9), "m.toml:1:");
}

}  // namespace
}  // namespace castra
