#include "virtual/config.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace castra::virtual_gpu {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                          std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

std::string complaint(const char* variable, std::string_view value, const std::string& expected) {
  constexpr std::size_t kShown = 80;
  std::string shown{value.substr(0, kShown)};
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return std::string(variable) + "='" + shown + (value.size() > kShown ? "...'" : "'") +
         ": expected " + expected + "; running without devices";
}

ConfigReading failure(std::string problem) { return {Config{}, std::move(problem)}; }

}  // namespace

ConfigReading read_config(const std::function<const char*(const char*)>& lookup) {
  ConfigReading reading;
  const char* count = lookup(kDeviceCountVariable);
  if (count == nullptr || *count == '\0') return reading;
  const auto devices = parse_number(count, 0, kMaxDevices);
  if (!devices) {
    return failure(complaint(kDeviceCountVariable, count,
                             "a number of devices from 0 to " + std::to_string(kMaxDevices)));
  }
  if (const char* memory = lookup(kDeviceMemoryVariable)) {
    const auto bytes = parse_number(memory, 1, kMaxDeviceMemory);
    if (!bytes) {
      return failure(complaint(kDeviceMemoryVariable, memory,
                               "bytes per device from 1 to " + std::to_string(kMaxDeviceMemory)));
    }
    reading.config.memory_bytes = *bytes;
  }
  if (const char* name = lookup(kDeviceNameVariable); name != nullptr && *name != '\0') {
    if (std::strlen(name) > kMaxNameLength) {
      return failure(complaint(kDeviceNameVariable, name,
                               "at most " + std::to_string(kMaxNameLength) + " bytes"));
    }
    reading.config.device_name = name;
  }
  reading.config.devices = static_cast<int>(*devices);
  return reading;
}

}  // namespace castra::virtual_gpu
