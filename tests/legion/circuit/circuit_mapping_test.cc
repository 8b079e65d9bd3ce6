// What the program shows to mappers, and what its own mappers do with it, by Legion's own log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "run_circuit.h"
#include "spy_log.h"

namespace castra {
namespace {

using ::testing::ElementsAre;

constexpr int kNone = 0, kRead = 1, kReduce = 4, kReadWrite = 7;

SpyLog log_of(const Words& options, int virtual_gpus = 0) {
  const std::string path = std::string(CASTRA_BUILD_DIR) + "/tests/legion/circuit/spy_" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".log";
  const auto result = run_circuit(
      kSmallCircuit + Words{"-lg:spy", "1", "-lg:safe_mapper", "1", "-logfile", path} + options,
      virtual_gpus);
  EXPECT_EQ(result.exit_code, 0) << run::describe_end(result) << "\n" << result.err.text();
  SpyLog log = read_spy_log(path);
  std::filesystem::remove(path);
  return log;
}

const SpyLog::Launch& first_launch(const SpyLog& log, const std::string& task) {
  const auto found =
      std::find_if(log.index_launches.begin(), log.index_launches.end(),
                   [&](const SpyLog::Launch& launch) { return launch.task == task; });
  EXPECT_NE(found, log.index_launches.end()) << "no launch of " << task;
  return found == log.index_launches.end() ? log.index_launches.front() : *found;
}

/// "rp_wires 1: in_ptr out_ptr", the fields in alphabetical order.
Words requirements_of(const SpyLog& log, const std::string& task) {
  Words texts;
  for (const SpyLog::Requirement& requirement : first_launch(log, task).requirements) {
    std::string text = requirement.name + " " + std::to_string(requirement.privilege) + ":";
    for (const std::string& field : requirement.fields) text += " " + field;
    texts.push_back(text);
  }
  return texts;
}

std::string privilege(const std::string& name, int mode, const std::string& fields) {
  return name + " " + std::to_string(mode) + ":" + (fields.empty() ? "" : " " + fields);
}

TEST(CircuitMapping, MappersSeeTheKnownNamesPrivilegesAndOrder) {
  const SpyLog log = log_of({});
  std::string segments;
  for (int s = 0; s < 10; ++s) segments += "current._" + std::to_string(s) + " ";
  for (int s = 0; s < 9; ++s) segments += "voltage._" + std::to_string(s) + (s < 8 ? " " : "");
  EXPECT_THAT(
      requirements_of(log, "calculate_new_currents"),
      ElementsAre(
          privilege("rp_private", kRead, "node_voltage"),
          privilege("rp_shared", kRead, "node_voltage"),
          privilege("rp_ghost", kRead, "node_voltage"),
          privilege("rp_wires", kRead,
                    "in_location in_ptr inductance out_location out_ptr resistance wire_cap"),
          privilege("rp_wires", kReadWrite, segments),
          privilege("rp_times", kReadWrite, "start stop")));
  EXPECT_THAT(
      requirements_of(log, "distribute_charge"),
      ElementsAre(privilege("rp_private", kReadWrite, "charge"),
                  privilege("rp_shared", kReduce, "charge"),
                  privilege("rp_ghost", kReduce, "charge"),
                  privilege("rp_wires", kRead,
                            "current._0 current._9 in_location in_ptr out_location out_ptr")));
  EXPECT_THAT(requirements_of(log, "update_voltages"),
              ElementsAre(privilege("rp_private", kRead, "leakage node_cap"),
                          privilege("rp_private", kReadWrite, "charge node_voltage"),
                          privilege("rp_shared", kRead, "leakage node_cap"),
                          privilege("rp_shared", kReadWrite, "charge node_voltage"),
                          privilege("rp_times", kReadWrite, "start stop")));
  const Words init = requirements_of(log, "init_piece");
  ASSERT_EQ(init.size(), 5u);
  EXPECT_EQ(init[0], privilege("rp_ghost_ranges", kReadWrite, "rect"));
  EXPECT_EQ(init[3], privilege("all_shared", kNone, ""));
  EXPECT_EQ(requirements_of(log, "init_pointers")[2], privilege("rp_ghost", kNone, ""));
  EXPECT_EQ(log.index_launches.size(), 2u + 3u * 6u + 1u);  // 6 iterations of which 4 are timed
}

/// The three tasks of the loop.
bool is_simulation(const SpyLog::Point& point) {
  return point.task == "calculate_new_currents" || point.task == "distribute_charge" ||
         point.task == "update_voltages";
}

TEST(CircuitMapping, ExpertPutsWhatIsSharedInZeroCopyMemory) {
  const SpyLog log = log_of(with_gpus(2) + Words{"-mapper", "expert"}, 2);
  const Words& gpus = log.processors.at("GPU");
  ASSERT_EQ(gpus.size(), 2u);
  int seen = 0;
  for (const SpyLog::Point& point : log.points) {
    if (!is_simulation(point)) continue;
    ++seen;
    EXPECT_EQ(point.processor, gpus[point.color < 2 ? 0 : 1]) << point.task << point.color;
    const int first_shared = point.task == "update_voltages" ? 2 : 1;
    const std::size_t arguments = point.task == "calculate_new_currents" ? 6
                                  : point.task == "distribute_charge"    ? 4
                                                                         : 5;
    EXPECT_EQ(point.memory_kinds.size(), arguments);
    for (const auto& [index, kind] : point.memory_kinds) {
      const bool shared = index == first_shared || index == first_shared + 1;
      EXPECT_EQ(kind, shared ? "Zero-Copy" : "Framebuffer") << point.task << " " << index;
    }
  }
  EXPECT_EQ(seen, 4 * 3 * 6);
}

TEST(CircuitMapping, BadUsesOneProcessorOfEachKind) {
  const SpyLog cpus = log_of({"-ll:cpu", "3", "-mapper", "bad"});
  EXPECT_EQ(cpus.processors.at("CPU").size(), 3u);
  EXPECT_EQ(cpus.points.size(), 4u * (2 + 3 * 6 + 1));
  for (const SpyLog::Point& point : cpus.points) {
    EXPECT_EQ(point.processor, cpus.processors.at("CPU").front());
  }
  EXPECT_GT(cpus.single_task_processors.size(), 12u);
  for (const std::string& processor : cpus.single_task_processors) {
    EXPECT_EQ(processor, cpus.processors.at("CPU").front());
  }
  const SpyLog gpus = log_of(with_gpus(2) + Words{"-mapper", "bad"}, 2);
  for (const SpyLog::Point& point : gpus.points) {
    const char* kind = is_simulation(point) ? "GPU" : "CPU";
    EXPECT_EQ(point.processor, gpus.processors.at(kind).front()) << point.task;
  }
}

TEST(CircuitMapping, DefaultSpreadsOverAllGpus) {
  const SpyLog log = log_of(with_gpus(4), 4);
  Words used;
  for (const SpyLog::Point& point : log.points) {
    if (point.task == "calculate_new_currents") used.push_back(point.processor);
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  EXPECT_EQ(used, log.processors.at("GPU"));
}

}  // namespace
}  // namespace castra
