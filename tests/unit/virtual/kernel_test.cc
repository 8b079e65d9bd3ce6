#include <cstring>
#include <string>

#include "driver.h"

namespace castra::virtual_gpu {
namespace {

// Realm's parameter structures, and what its device code does with them one element after another.

/// A parameter structure is a sequence of words; one dimension has no strides at all.
class Words {
 public:
  void add(std::size_t word) { words_.push_back(word); }
  void add(const std::vector<std::size_t>& words) {
    words_.insert(words_.end(), words.begin(), words.end());
  }
  std::size_t size() const { return words_.size() * sizeof(std::size_t); }
  const std::size_t* data() const { return words_.data(); }

 private:
  std::vector<std::size_t> words_;
};

std::vector<std::size_t> coordinates(std::size_t index, const std::vector<std::size_t>& extents) {
  std::vector<std::size_t> at(extents.size());
  for (std::size_t d = 0; d + 1 < extents.size(); ++d) {
    at[d] = index % extents[d];
    index /= extents[d];
  }
  at.back() = index;
  return at;
}

std::size_t element(const std::vector<std::size_t>& at, const std::vector<std::size_t>& strides) {
  std::size_t index = 0;
  std::size_t factor = 1;
  for (std::size_t d = 0; d < at.size(); ++d) {
    index += factor * at[d];
    if (d + 1 < at.size()) factor *= strides[d];
  }
  return index;
}

constexpr std::size_t kArea = std::size_t{1} << 18;
constexpr int kSlots = 4;  // rectangles of one launch lie in separate parts of the area

class Kernels : public WithDevices {
 protected:
  void SetUp() override {
    WithDevices::SetUp();
    ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&from_, kArea), Result::Success);
    ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&to_, kArea), Result::Success);
    const auto source = numbers_.bytes(kArea);
    expected_ = numbers_.bytes(kArea);
    std::memcpy(to_bytes(from_), source.data(), kArea);
    std::memcpy(to_bytes(to_), expected_.data(), kArea);
    static const char kImage[] = "not looked at";
    ASSERT_EQ(CALL(driver_, cuModuleLoadDataEx)(&module_, kImage, 0, nullptr, nullptr),
              Result::Success);
  }
  void TearDown() override {
    CALL(driver_, cuModuleUnload)(module_);
    CALL(driver_, cuMemFree_v2)(from_);
    CALL(driver_, cuMemFree_v2)(to_);
    WithDevices::TearDown();
  }

  Kernel* kernel(const std::string& name) {
    Kernel* found = nullptr;
    EXPECT_EQ(CALL(driver_, cuModuleGetFunction)(&found, module_, name.c_str()), Result::Success);
    return found;
  }
  Result launch(Kernel* function, const void* parameter) {
    void* parameters[] = {const_cast<void*>(parameter)};
    return CALL(driver_, cuLaunchKernel)(function, 4, 1, 1, 256, 1, 1, 0, nullptr, parameters,
                                         nullptr);
  }
  void expect_as_planned(const std::string& what) {
    ASSERT_EQ(std::memcmp(to_bytes(to_), expected_.data(), kArea), 0) << what;
  }

  struct Rectangle {
    std::vector<std::size_t> extents, from_strides, to_strides;
    std::size_t volume, from_offset, to_offset;
  };
  /// A rectangle inside its own part of the area: strides at least the extents.
  Rectangle rectangle(std::size_t dim, std::size_t bytes, int slot) {
    Rectangle r{};
    r.volume = 1;
    for (std::size_t d = 0; d < dim; ++d) {
      r.extents.push_back(numbers_.between(1, dim == 1 ? 900 : 11));
      r.volume *= r.extents.back();
      if (d + 1 == dim) break;
      r.from_strides.push_back(r.extents[d] + numbers_.between(0, 2));
      r.to_strides.push_back(r.extents[d] + numbers_.between(0, 2));
    }
    const std::size_t base = static_cast<std::size_t>(slot) * (kArea / kSlots);
    r.from_offset = base + numbers_.between(0, 7) * bytes;
    r.to_offset = base + numbers_.between(0, 7) * bytes;
    return r;
  }

  DevicePointer from_ = 0, to_ = 0;
  std::vector<std::byte> expected_;
  Module* module_ = nullptr;
  Numbers numbers_{11};
};

TEST_F(Kernels, AffineFillsOfAllDimensionsAndSizes) {
  for (std::size_t dim = 1; dim <= 3; ++dim) {
    for (std::size_t bytes = 1; bytes <= 16; bytes *= 2) {
      const std::string name =
          "fill_affine_batch" + std::to_string(dim) + "D_" + std::to_string(8 * bytes);
      for (int round = 0; round < 10; ++round) {
        const auto value = numbers_.bytes(16);
        const int count = static_cast<int>(numbers_.between(1, kSlots));
        Words rectangles;
        for (int slot = 0; slot < count; ++slot) {
          const Rectangle r = rectangle(dim, bytes, slot);
          rectangles.add(r.to_strides);
          rectangles.add(r.volume);
          rectangles.add(r.extents);
          rectangles.add(to_ + r.to_offset);
          for (std::size_t i = 0; i < r.volume; ++i) {
            const std::size_t at = element(coordinates(i, r.extents), r.to_strides);
            std::memcpy(&expected_[r.to_offset + at * bytes], value.data(), bytes);
          }
        }
        std::vector<std::byte> parameter(4096);
        const auto number = static_cast<std::uint16_t>(count);
        std::memcpy(parameter.data(), value.data(), 16);
        std::memcpy(&parameter[16], &number, sizeof(number));
        std::memcpy(&parameter[24], rectangles.data(), rectangles.size());
        ASSERT_EQ(launch(kernel(name), parameter.data()), Result::Success);
        expect_as_planned(name);
      }
    }
  }
}

TEST_F(Kernels, AffineCopiesOfAllDimensionsAndSizes) {
  for (std::size_t dim = 1; dim <= 3; ++dim) {
    for (std::size_t bytes = 1; bytes <= 16; bytes *= 2) {
      const std::string name =
          "memcpy_affine_batch" + std::to_string(dim) + "D_" + std::to_string(8 * bytes);
      const std::size_t pair_bytes = (3 * dim + 1) * 8;
      for (int round = 0; round < 10; ++round) {
        const int count = static_cast<int>(numbers_.between(1, kSlots));
        Words pairs;
        for (int slot = 0; slot < count; ++slot) {
          const Rectangle r = rectangle(dim, bytes, slot);
          pairs.add(r.from_strides);
          pairs.add(from_ + r.from_offset);
          pairs.add(r.to_strides);
          pairs.add(to_ + r.to_offset);
          pairs.add(r.extents);
          pairs.add(r.volume);
          for (std::size_t i = 0; i < r.volume; ++i) {
            const auto at = coordinates(i, r.extents);
            std::memcpy(&expected_[r.to_offset + element(at, r.to_strides) * bytes],
                        to_bytes(from_ + r.from_offset + element(at, r.from_strides) * bytes),
                        bytes);
          }
        }
        std::vector<std::byte> parameter(4096);
        const auto number = static_cast<std::uint16_t>(count);
        std::memcpy(parameter.data(), pairs.data(), pairs.size());
        std::memcpy(&parameter[4094 / pair_bytes * pair_bytes], &number, sizeof(number));
        ASSERT_EQ(launch(kernel(name), parameter.data()), Result::Success);
        expect_as_planned(name);
      }
    }
  }
}

TEST_F(Kernels, TransposesOfAllSizes) {
  for (std::size_t bytes = 1; bytes <= 16; bytes *= 2) {
    const std::string name = "memcpy_transpose" + std::to_string(8 * bytes);
    for (int round = 0; round < 20; ++round) {
      const std::size_t chunk = bytes * (bytes == 16 ? numbers_.between(1, 4) : 1);
      const std::size_t ny = numbers_.between(1, 70);
      const std::size_t nx = numbers_.between(1, 40);
      // Source rows along y, destination rows along x, as for a change of dimension order.
      const std::size_t src_y = chunk, src_x = chunk * (ny + numbers_.between(0, 3));
      const std::size_t dst_x = chunk, dst_y = chunk * (nx + numbers_.between(0, 3));
      const std::size_t parameter[] = {chunk, ny, nx, src_y, src_x, dst_y, dst_x, 32, to_, from_};
      for (std::size_t y = 0; y < ny; ++y) {
        for (std::size_t x = 0; x < nx; ++x) {
          std::memcpy(&expected_[y * dst_y + x * dst_x], to_bytes(from_ + y * src_y + x * src_x),
                      chunk);
        }
      }
      ASSERT_EQ(launch(kernel(name), parameter), Result::Success);
      expect_as_planned(name);
    }
  }
}

/// Gather, scatter or both through `dim`-dimensional index points of `Coordinate`s.
template <class Coordinate>
class IndirectCase {
 public:
  IndirectCase(Numbers& numbers, std::size_t dim, std::size_t field_bytes)
      : dim_(dim), field_bytes_(field_bytes) {
    std::size_t strides[2] = {1, 1};
    for (std::size_t d = 0; d < dim; ++d) {
      extents_.push_back(numbers.between(2, dim == 1 ? 300 : 9));
      volume_ *= extents_.back();
      for (int side = 0; side < 2; ++side) {
        strides_[side].push_back(strides[side]);
        strides[side] *= extents_.back() + static_cast<std::size_t>(side);  // rows with a gap
      }
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < volume_; ++i) order.push_back(i);
    for (std::size_t i = volume_; i > 1; --i) {
      std::swap(order[i - 1], order[numbers.between(0, i - 1)]);
    }
    for (const std::size_t target : order) {
      std::size_t index[2] = {0, 0};
      const auto at = coordinates(target, extents_);
      for (std::size_t d = 0; d < dim; ++d) {
        points_.push_back(static_cast<Coordinate>(at[d]));
        for (int side = 0; side < 2; ++side) index[side] += at[d] * strides_[side][d];
      }
      for (int side = 0; side < 2; ++side) targets_[side].push_back(index[side]);
    }
  }

  std::vector<std::size_t> parameter(bool gather, bool scatter, DevicePointer from,
                                     DevicePointer to) const {
    std::vector<std::size_t> words{volume_, field_bytes_};
    for (int side = 0; side < 2; ++side) {
      for (std::size_t d = 0; d < 3; ++d) words.push_back(d < dim_ ? strides_[side][d] : 0);
    }
    words.push_back(gather ? address_of(points_.data()) : 0);
    words.push_back(scatter ? address_of(points_.data()) : 0);
    words.push_back(from);
    words.push_back(to);
    return words;
  }
  void expect(bool gather, bool scatter, DevicePointer from, std::byte* to) const {
    for (std::size_t i = 0; i < volume_; ++i) {
      std::memcpy(to + (scatter ? targets_[1][i] : i) * field_bytes_,
                  to_bytes(from + (gather ? targets_[0][i] : i) * field_bytes_), field_bytes_);
    }
  }

 private:
  std::size_t dim_, field_bytes_, volume_ = 1;
  std::vector<std::size_t> extents_;
  std::vector<std::size_t> strides_[2], targets_[2];  // of the source and of the destination
  std::vector<Coordinate> points_;
};

TEST_F(Kernels, IndirectCopiesOfAllDimensionsSizesAndCoordinates) {
  for (std::size_t dim = 1; dim <= 3; ++dim) {
    for (std::size_t bytes = 1; bytes <= 16; bytes *= 2) {
      const std::string name =
          "memcpy_indirect" + std::to_string(dim) + "D_" + std::to_string(8 * bytes);
      for (int round = 0; round < 8; ++round) {
        const bool gather = round % 2 == 0;
        const bool scatter = round % 3 == 0;
        const std::size_t field_bytes = bytes * (round % 4 == 3 ? 3 : 1);
        const auto check = [&](const auto& test_case, const char* coordinate_bits) {
          test_case.expect(gather, scatter, from_, expected_.data());
          const auto parameter = test_case.parameter(gather, scatter, from_, to_);
          ASSERT_EQ(launch(kernel(name + coordinate_bits), parameter.data()), Result::Success);
          expect_as_planned(name + coordinate_bits);
        };
        check(IndirectCase<std::int32_t>(numbers_, dim, field_bytes), "32");
        check(IndirectCase<std::int64_t>(numbers_, dim, field_bytes), "64");
      }
    }
  }
}

void add_scaled(void* to, std::size_t to_stride, const void* from, std::size_t from_stride,
                std::size_t count, const void* userdata) {
  int scale = 0;
  std::memcpy(&scale, userdata, sizeof(scale));
  for (std::size_t i = 0; i < count; ++i) {
    int a = 0;
    int b = 0;
    std::memcpy(&a, static_cast<std::byte*>(to) + i * to_stride, sizeof(a));
    std::memcpy(&b, static_cast<const std::byte*>(from) + i * from_stride, sizeof(b));
    a += b * scale;
    std::memcpy(static_cast<std::byte*>(to) + i * to_stride, &a, sizeof(a));
  }
}

TEST_F(Kernels, ReductionsRunTheOperatorsOwnLoop) {
  const auto look_up = driver_.get<void* (*)(void*)>(kReductionKernelSymbol);
  ASSERT_NE(look_up, nullptr);
  EXPECT_EQ(look_up(nullptr), nullptr);
  auto* const function = static_cast<Kernel*>(look_up(reinterpret_cast<void*>(&add_scaled)));
  ASSERT_NE(function, nullptr);
  EXPECT_EQ(look_up(reinterpret_cast<void*>(&add_scaled)), function);

  int sums[6] = {1, 2, 3, 4, 5, 6};
  const int values[3] = {10, 20, 30};
  struct {
    std::uintptr_t to, to_stride, from, from_stride, count;
    int scale;
  } packed{address_of(sums), 2 * sizeof(int), address_of(values), sizeof(int), 3, 2};
  std::size_t size = sizeof(packed);
  void* extra[] = {reinterpret_cast<void*>(1), &packed, reinterpret_cast<void*>(2), &size, nullptr};
  ASSERT_EQ(CALL(driver_, cuLaunchKernel)(function, 1, 1, 1, 256, 1, 1, 0, nullptr, nullptr, extra),
            Result::Success);
  EXPECT_EQ(std::vector<int>(sums, sums + 6), (std::vector<int>{21, 2, 43, 4, 65, 6}));

  void* parameters[] = {&packed.to,          &packed.to_stride, &packed.from,
                        &packed.from_stride, &packed.count,     &packed.scale};
  ASSERT_EQ(
      CALL(driver_, cuLaunchKernel)(function, 1, 1, 1, 256, 1, 1, 0, nullptr, parameters, nullptr),
      Result::Success);
  EXPECT_EQ(std::vector<int>(sums, sums + 6), (std::vector<int>{41, 2, 83, 4, 125, 6}));
}

TEST_F(Kernels, UnknownKernelsFailWithTheirName) {
  for (const char* name : {"my_kernel", "fill_affine_large1D_8", "memcpy_affine_batch4D_8",
                           "memcpy_affine_batch1D_24", "memcpy_transpose7",
                           "memcpy_indirect1D_6416", "memcpy_indirect", "fill_affine_batch", ""}) {
    Kernel* const function = kernel(name);
    ASSERT_NE(function, nullptr);
    const std::size_t parameter[64] = {};
    testing::internal::CaptureStderr();
    EXPECT_EQ(launch(function, parameter), Result::NotSupported) << name;
    EXPECT_NE(testing::internal::GetCapturedStderr().find("kernel '" + std::string(name) + "'"),
              std::string::npos);
  }
  expect_as_planned("nothing may be written");
}

TEST_F(Kernels, OccupancyRespectsSharedMemory) {
  int grid = 0;
  int block = 0;
  Kernel* const function = kernel("memcpy_transpose64");
  EXPECT_EQ(CALL(driver_, cuOccupancyMaxPotentialBlockSize)(&grid, &block, function, nullptr, 0, 0),
            Result::Success);
  EXPECT_EQ(block, 1024);
  EXPECT_GT(grid, 0);
  const auto per_thread = [](int threads) { return static_cast<std::size_t>(threads) * 100; };
  EXPECT_EQ(
      CALL(driver_, cuOccupancyMaxPotentialBlockSize)(&grid, &block, function, per_thread, 0, 0),
      Result::Success);
  EXPECT_EQ(block, 480);
}

}  // namespace
}  // namespace castra::virtual_gpu
