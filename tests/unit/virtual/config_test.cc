#include "virtual/config.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace castra::virtual_gpu {
namespace {

ConfigReading read(const std::map<std::string, std::string>& environment) {
  return read_config([&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(VirtualConfig, HasNoDevicesByDefault) {
  EXPECT_EQ(read({}).config.devices, 0);
  EXPECT_EQ(read({{kDeviceCountVariable, ""}}).config.devices, 0);
  EXPECT_EQ(read({{kDeviceCountVariable, "0"}}).config.devices, 0);
  EXPECT_EQ(read({}).problem, "");
}

TEST(VirtualConfig, ReadsAllVariables) {
  const auto reading = read({{kDeviceCountVariable, "16"},
                             {kDeviceMemoryVariable, "17179869184"},
                             {kDeviceNameVariable, "Tesla P100-SXM2-16GB"}});
  EXPECT_EQ(reading.problem, "");
  EXPECT_EQ(reading.config.devices, 16);
  EXPECT_EQ(reading.config.memory_bytes, 17179869184ULL);
  EXPECT_EQ(reading.config.device_name, "Tesla P100-SXM2-16GB");
}

TEST(VirtualConfig, UsesDefaultsForMemoryAndName) {
  const auto reading = read({{kDeviceCountVariable, "1"}});
  EXPECT_EQ(reading.config.memory_bytes, kDefaultDeviceMemory);
  EXPECT_EQ(reading.config.device_name, kDefaultDeviceName);
}

TEST(VirtualConfig, RefusesMalformedValues) {
  for (const char* bad : {"17", "-1", "4x", " 4", "4 ", "0x4", "1e1", "99999999999999999999"}) {
    const auto reading = read({{kDeviceCountVariable, bad}});
    EXPECT_EQ(reading.config.devices, 0) << bad;
    EXPECT_NE(reading.problem.find(kDeviceCountVariable), std::string::npos) << bad;
    EXPECT_NE(reading.problem.find(std::string("'") + bad + "'"), std::string::npos) << bad;
  }
  for (const char* bad : {"", "0", "16G", "-5", "2199023255553", "99999999999999999999"}) {
    const auto reading = read({{kDeviceCountVariable, "2"}, {kDeviceMemoryVariable, bad}});
    EXPECT_EQ(reading.config.devices, 0) << bad;
    EXPECT_NE(reading.problem.find(kDeviceMemoryVariable), std::string::npos) << bad;
  }
  const auto reading =
      read({{kDeviceCountVariable, "2"}, {kDeviceNameVariable, std::string(256, 'n')}});
  EXPECT_EQ(reading.config.devices, 0);
  EXPECT_NE(reading.problem.find(kDeviceNameVariable), std::string::npos);
}

TEST(VirtualConfig, ComplainsInOneLine) {
  const auto reading = read({{kDeviceCountVariable, "a\nb\t" + std::string(500, 'c')}});
  EXPECT_EQ(reading.problem.find('\n'), std::string::npos);
  EXPECT_LT(reading.problem.size(), 300u);
}

}  // namespace
}  // namespace castra::virtual_gpu
