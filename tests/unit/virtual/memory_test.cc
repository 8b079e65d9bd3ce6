#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "driver.h"
#include "virtual/memory.h"

namespace castra::virtual_gpu {
namespace {

class Memory : public WithDevices {
 protected:
  std::size_t available() {
    std::size_t free = 0;
    std::size_t total = 0;
    EXPECT_EQ(CALL(driver_, cuMemGetInfo_v2)(&free, &total), Result::Success);
    EXPECT_EQ(total, kMemory);
    return free;
  }
};

TEST_F(Memory, CapacityIsEnforcedPerDevice) {
  DevicePointer half = 0, more = 0, other = 0;
  EXPECT_EQ(available(), kMemory);
  ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&half, kMemory / 2 + 1), Result::Success);
  EXPECT_EQ(available(), kMemory / 2 - 256);
  testing::internal::CaptureStderr();
  EXPECT_EQ(CALL(driver_, cuMemAlloc_v2)(&more, kMemory / 2), Result::OutOfMemory);
  EXPECT_EQ(CALL(driver_, cuMemAlloc_v2)(&more, ~std::size_t{0}), Result::OutOfMemory);
  const std::string output = testing::internal::GetCapturedStderr();
  EXPECT_NE(output.find("device 0 is out of memory"), std::string::npos);
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1);
  EXPECT_EQ(available(), kMemory / 2 - 256);

  ASSERT_EQ(CALL(driver_, cuCtxSetCurrent)(second_), Result::Success);
  EXPECT_EQ(available(), kMemory);
  EXPECT_EQ(CALL(driver_, cuMemAlloc_v2)(&other, kMemory), Result::Success);
  EXPECT_EQ(available(), 0u);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(other), Result::Success);
  ASSERT_EQ(CALL(driver_, cuCtxSetCurrent)(first_), Result::Success);

  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(half), Result::Success);
  EXPECT_EQ(available(), kMemory);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(half), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(0), Result::Success);
}

TEST_F(Memory, HostAndManagedMemoryAreNotCharged) {
  void* host = nullptr;
  DevicePointer managed = 0;
  ASSERT_EQ(CALL(driver_, cuMemHostAlloc)(&host, 2 * kMemory, 0), Result::Success);
  ASSERT_EQ(CALL(driver_, cuMemAllocManaged)(&managed, 2 * kMemory, 1), Result::Success);
  EXPECT_EQ(available(), kMemory);
  std::memset(host, 1, 4096);
  std::memset(to_bytes(managed), 1, 4096);
  DevicePointer device_view = 0;
  EXPECT_EQ(CALL(driver_, cuMemHostGetDevicePointer_v2)(&device_view, host, 0), Result::Success);
  EXPECT_EQ(device_view, address_of(host));
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(address_of(host)), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemFreeHost)(to_bytes(managed)), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemFreeHost)(host), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(managed), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemFreeHost)(nullptr), Result::Success);
}

TEST_F(Memory, RegisteredMemoryStaysTheCallers) {
  std::vector<std::byte> mine(1000);
  DevicePointer view = 0;
  EXPECT_EQ(CALL(driver_, cuMemHostGetDevicePointer_v2)(&view, mine.data(), 0),
            Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemHostRegister_v2)(mine.data(), mine.size(), 0), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemHostRegister_v2)(mine.data(), mine.size(), 0), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemHostGetDevicePointer_v2)(&view, mine.data() + 10, 0),
            Result::Success);
  EXPECT_EQ(view, address_of(mine.data() + 10));
  EXPECT_EQ(CALL(driver_, cuMemFreeHost)(mine.data()), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemHostUnregister)(mine.data()), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemHostUnregister)(mine.data()), Result::InvalidValue);
}

TEST_F(Memory, PointerAttributesDescribeTheAllocation) {
  DevicePointer memory = 0;
  ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&memory, 5000), Result::Success);
  DevicePointer base = 0;
  std::size_t size = 0;
  int ordinal = -1;
  MemoryType type{};
  int attributes[] = {11, 12, 9, 2};
  void* values[] = {&base, &size, &ordinal, &type};
  EXPECT_EQ(CALL(driver_, cuPointerGetAttributes)(4, attributes, values, memory + 4999),
            Result::Success);
  EXPECT_EQ(base, memory);
  EXPECT_EQ(size, 5000u);
  EXPECT_EQ(ordinal, 0);
  EXPECT_EQ(type, MemoryType::Device);
  EXPECT_EQ(CALL(driver_, cuPointerGetAttributes)(4, attributes, values, memory + 5000),
            Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemGetAddressRange_v2)(&base, &size, memory + 17), Result::Success);
  EXPECT_EQ(base, memory);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(memory), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemGetAddressRange_v2)(&base, &size, memory), Result::NotFound);
}

TEST_F(Memory, AccountingHoldsUnderConcurrentUse) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([this, t, &failures] {
      CALL(driver_, cuCtxPushCurrent_v2)(t % 2 == 0 ? first_ : second_);
      Numbers numbers(t + 1);
      std::vector<DevicePointer> held;
      for (int i = 0; i < 500; ++i) {
        if (held.size() > 4 || (!held.empty() && numbers.between(0, 1) == 0)) {
          if (CALL(driver_, cuMemFree_v2)(held.back()) != Result::Success) ++failures;
          held.pop_back();
          continue;
        }
        DevicePointer memory = 0;
        if (CALL(driver_, cuMemAlloc_v2)(&memory, numbers.between(1, 1 << 20)) != Result::Success) {
          ++failures;
          continue;
        }
        *to_bytes(memory) = std::byte{1};
        held.push_back(memory);
      }
      for (const DevicePointer memory : held) CALL(driver_, cuMemFree_v2)(memory);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(available(), kMemory);
}

}  // namespace
}  // namespace castra::virtual_gpu
