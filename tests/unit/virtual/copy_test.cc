#include <cstring>

#include "driver.h"

namespace castra::virtual_gpu {
namespace {

constexpr std::size_t kArea = std::size_t{1} << 16;

/// Two areas of device memory with random contents, and what they should contain.
class Copies : public WithDevices {
 protected:
  void SetUp() override {
    WithDevices::SetUp();
    for (Area& area : areas_) {
      ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&area.device, kArea), Result::Success);
      area.expected = numbers_.bytes(kArea);
      std::memcpy(to_bytes(area.device), area.expected.data(), kArea);
    }
  }
  void TearDown() override {
    for (const Area& area : areas_) CALL(driver_, cuMemFree_v2)(area.device);
    WithDevices::TearDown();
  }
  void expect_as_planned(const char* what, int round) {
    for (int i = 0; i < 2; ++i) {
      ASSERT_EQ(std::memcmp(to_bytes(areas_[i].device), areas_[i].expected.data(), kArea), 0)
          << what << ", area " << i << ", round " << round;
    }
  }

  struct Area {
    DevicePointer device = 0;
    std::vector<std::byte> expected;
  };
  Area areas_[2];
  Numbers numbers_{7};
};

TEST_F(Copies, InOneDimension) {
  std::vector<std::byte> host = numbers_.bytes(kArea);
  for (int round = 0; round < 50; ++round) {
    const std::size_t bytes = numbers_.between(0, 3000);
    const std::size_t from = numbers_.between(0, kArea - bytes);
    const std::size_t to = numbers_.between(0, kArea - bytes);
    ASSERT_EQ(CALL(driver_, cuMemcpyAsync)(areas_[1].device + to, areas_[0].device + from, bytes,
                                           nullptr),
              Result::Success);
    std::memcpy(&areas_[1].expected[to], &areas_[0].expected[from], bytes);
    ASSERT_EQ(
        CALL(driver_, cuMemcpyHtoDAsync_v2)(areas_[0].device + to, &host[from], bytes, nullptr),
        Result::Success);
    std::memcpy(&areas_[0].expected[to], &host[from], bytes);
    expect_as_planned("1D", round);
    std::vector<std::byte> back(bytes);
    ASSERT_EQ(CALL(driver_, cuMemcpyDtoH_v2)(back.data(), areas_[1].device + to, bytes),
              Result::Success);
    EXPECT_EQ(std::memcmp(back.data(), &areas_[1].expected[to], bytes), 0);
  }
}

TEST_F(Copies, InTwoDimensions) {
  for (int round = 0; round < 200; ++round) {
    Copy2D copy{};
    copy.width_bytes = numbers_.between(0, 60);
    copy.height = numbers_.between(0, 40);
    copy.src_x_bytes = numbers_.between(0, 20);
    copy.src_y = numbers_.between(0, 5);
    copy.dst_x_bytes = numbers_.between(0, 20);
    copy.dst_y = numbers_.between(0, 5);
    copy.src_pitch = copy.src_x_bytes + copy.width_bytes + numbers_.between(0, 1) * 13;
    copy.dst_pitch = copy.dst_x_bytes + copy.width_bytes + numbers_.between(0, 1) * 7;
    copy.src_type = round % 2 == 0 ? MemoryType::Device : MemoryType::Host;
    copy.src_device = areas_[0].device;
    copy.src_host = to_bytes(areas_[0].device);
    copy.dst_type = MemoryType::Unified;
    copy.dst_device = areas_[1].device;
    ASSERT_EQ(CALL(driver_, cuMemcpy2DAsync_v2)(&copy, nullptr), Result::Success);
    for (std::size_t y = 0; y < copy.height; ++y) {
      for (std::size_t x = 0; x < copy.width_bytes; ++x) {
        areas_[1].expected[(copy.dst_y + y) * copy.dst_pitch + copy.dst_x_bytes + x] =
            areas_[0].expected[(copy.src_y + y) * copy.src_pitch + copy.src_x_bytes + x];
      }
    }
    expect_as_planned("2D", round);
  }
}

TEST_F(Copies, InThreeDimensions) {
  for (int round = 0; round < 200; ++round) {
    Copy3D copy{};
    copy.width_bytes = numbers_.between(1, 30);
    copy.height = numbers_.between(1, 12);
    copy.depth = numbers_.between(1, 6);
    copy.src_x_bytes = numbers_.between(0, 9);
    copy.src_y = numbers_.between(0, 3);
    copy.src_z = numbers_.between(0, 2);
    copy.dst_x_bytes = numbers_.between(0, 9);
    copy.dst_y = numbers_.between(0, 3);
    copy.dst_z = numbers_.between(0, 2);
    copy.src_pitch = copy.src_x_bytes + copy.width_bytes + numbers_.between(0, 1) * 5;
    copy.dst_pitch = copy.dst_x_bytes + copy.width_bytes + numbers_.between(0, 1) * 3;
    copy.src_height = copy.src_y + copy.height + numbers_.between(0, 2);
    copy.dst_height = copy.dst_y + copy.height + numbers_.between(0, 2);
    copy.src_type = copy.dst_type = MemoryType::Device;
    copy.src_device = areas_[0].device;
    copy.dst_device = areas_[1].device;
    ASSERT_EQ(CALL(driver_, cuMemcpy3DAsync_v2)(&copy, nullptr), Result::Success);
    for (std::size_t z = 0; z < copy.depth; ++z) {
      for (std::size_t y = 0; y < copy.height; ++y) {
        for (std::size_t x = 0; x < copy.width_bytes; ++x) {
          areas_[1]
              .expected[((copy.dst_z + z) * copy.dst_height + copy.dst_y + y) * copy.dst_pitch +
                        copy.dst_x_bytes + x] =
              areas_[0]
                  .expected[((copy.src_z + z) * copy.src_height + copy.src_y + y) * copy.src_pitch +
                            copy.src_x_bytes + x];
        }
      }
    }
    expect_as_planned("3D", round);
  }
}

TEST_F(Copies, RefuseWhatTheManualForbids) {
  Copy2D copy{};
  copy.src_type = copy.dst_type = MemoryType::Device;
  copy.src_device = areas_[0].device;
  copy.dst_device = areas_[1].device;
  copy.width_bytes = 10;
  copy.height = 2;
  copy.src_pitch = 9;
  copy.dst_pitch = 10;
  EXPECT_EQ(CALL(driver_, cuMemcpy2DAsync_v2)(&copy, nullptr), Result::InvalidValue);
  copy.src_pitch = 10;
  copy.src_type = MemoryType::Array;
  EXPECT_EQ(CALL(driver_, cuMemcpy2DAsync_v2)(&copy, nullptr), Result::NotSupported);
  EXPECT_EQ(CALL(driver_, cuMemcpy2DAsync_v2)(nullptr, nullptr), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuMemcpyAsync)(0, areas_[0].device, 8, nullptr), Result::InvalidValue);
  expect_as_planned("refused", 0);
}

TEST_F(Copies, FillsInOneAndTwoDimensions) {
  for (int round = 0; round < 200; ++round) {
    const std::size_t unit = std::size_t{1} << (round % 3);
    const std::size_t width = numbers_.between(0, 50);
    const std::size_t height = numbers_.between(0, 20);
    const std::size_t pitch = (width + numbers_.between(0, 5)) * unit;
    const std::size_t start = numbers_.between(0, 100) * unit;
    const auto value = static_cast<unsigned>(numbers_.next());
    const DevicePointer to = areas_[0].device + start;
    const bool flat = round % 2 == 0;
    const Result result =
        unit == 1 ? (flat ? CALL(driver_, cuMemsetD8Async)(to, value & 255, width, nullptr)
                          : CALL(driver_, cuMemsetD2D8Async)(to, pitch, value & 255, width, height,
                                                             nullptr))
        : unit == 2
            ? (flat ? CALL(driver_, cuMemsetD16Async)(to, value & 65535, width, nullptr)
                    : CALL(driver_, cuMemsetD2D16Async)(to, pitch, value & 65535, width, height,
                                                        nullptr))
            : (flat ? CALL(driver_, cuMemsetD32Async)(to, value, width, nullptr)
                    : CALL(driver_, cuMemsetD2D32Async)(to, pitch, value, width, height, nullptr));
    ASSERT_EQ(result, Result::Success);
    for (std::size_t y = 0; y < (flat ? 1 : height); ++y) {
      for (std::size_t i = 0; i < width * unit; ++i) {
        areas_[0].expected[start + y * pitch + i] =
            static_cast<std::byte>(value >> (8 * (i % unit)));
      }
    }
    expect_as_planned("memset", round);
  }
  EXPECT_EQ(CALL(driver_, cuMemsetD32Async)(areas_[0].device + 2, 1, 4, nullptr),
            Result::InvalidValue);
}

}  // namespace
}  // namespace castra::virtual_gpu
