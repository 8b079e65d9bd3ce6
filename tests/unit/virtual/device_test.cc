#include <string>

#include "driver.h"

namespace castra::virtual_gpu {
namespace {

TEST(VirtualDevice, NoneWithoutEnvironment) {
  const LoadedDriver driver({});
  testing::internal::CaptureStderr();
  EXPECT_EQ(CALL(driver, cuInit)(0), Result::NoDevice);
  EXPECT_EQ(CALL(driver, cuInit)(0), Result::NoDevice);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  int value = -1;
  EXPECT_EQ(CALL(driver, cuDeviceGetCount)(&value), Result::NotInitialized);
  EXPECT_EQ(CALL(driver, cuDeviceGet)(&value, 0), Result::NotInitialized);
  EXPECT_EQ(CALL(driver, cuDriverGetVersion)(&value), Result::Success);
  EXPECT_EQ(value, 13000);
}

TEST(VirtualDevice, MalformedEnvironmentIsNamedOnceAndGivesNoDevices) {
  const LoadedDriver driver({"4x", nullptr, nullptr});
  testing::internal::CaptureStderr();
  EXPECT_EQ(CALL(driver, cuInit)(0), Result::NoDevice);
  EXPECT_EQ(CALL(driver, cuInit)(0), Result::NoDevice);
  const std::string output = testing::internal::GetCapturedStderr();
  EXPECT_EQ(output,
            "castra virtual GPU: CASTRA_VIRTUAL_GPUS='4x': expected a number of devices from 0 to "
            "16; running without devices\n");
}

TEST(VirtualDevice, CountNameAndMemoryComeFromTheEnvironment) {
  const LoadedDriver driver({"3", "1234567", "Tesla P100"});
  ASSERT_EQ(CALL(driver, cuInit)(0), Result::Success);
  int count = 0;
  ASSERT_EQ(CALL(driver, cuDeviceGetCount)(&count), Result::Success);
  EXPECT_EQ(count, 3);
  for (int i = 0; i < 3; ++i) {
    int device = -1;
    ASSERT_EQ(CALL(driver, cuDeviceGet)(&device, i), Result::Success);
    std::size_t bytes = 0;
    EXPECT_EQ(CALL(driver, cuDeviceTotalMem_v2)(&bytes, device), Result::Success);
    EXPECT_EQ(bytes, 1234567u);
    char name[64] = "";
    EXPECT_EQ(CALL(driver, cuDeviceGetName)(name, sizeof(name), device), Result::Success);
    EXPECT_STREQ(name, "Tesla P100");
    EXPECT_EQ(CALL(driver, cuDeviceGetName)(name, 6, device), Result::Success);
    EXPECT_STREQ(name, "Tesla");
  }
  int device = -1;
  EXPECT_EQ(CALL(driver, cuDeviceGet)(&device, 3), Result::InvalidDevice);
  EXPECT_EQ(CALL(driver, cuDeviceGet)(&device, -1), Result::InvalidDevice);
}

TEST_F(WithDevices, AttributesThatRealmDependsOn) {
  const auto attribute = [&](int which) {
    int value = -7;
    EXPECT_EQ(CALL(driver_, cuDeviceGetAttribute)(&value, which, 1), Result::Success);
    return value;
  };
  EXPECT_GT(attribute(13), 0);    // clock rate
  EXPECT_GT(attribute(16), 0);    // multiprocessors
  EXPECT_GT(attribute(36), 0);    // memory clock rate
  EXPECT_GT(attribute(37), 0);    // memory bus width
  EXPECT_EQ(attribute(41), 1);    // unified addressing
  EXPECT_EQ(attribute(88), 0);    // pageable memory access
  EXPECT_EQ(attribute(102), 0);   // virtual memory management
  EXPECT_EQ(attribute(134), -1);  // host NUMA node
  EXPECT_EQ(attribute(9999), 0);
}

TEST_F(WithDevices, DevicesDifferInIdentityAndReachEachOther) {
  Uuid uuids[2] = {};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(CALL(driver_, cuDeviceGetUuid_v2)(&uuids[i], i), Result::Success);
  }
  EXPECT_NE(std::string(uuids[0].bytes, uuids[0].bytes + 16),
            std::string(uuids[1].bytes, uuids[1].bytes + 16));
  int can = -1;
  EXPECT_EQ(CALL(driver_, cuDeviceCanAccessPeer)(&can, 0, 1), Result::Success);
  EXPECT_EQ(can, 1);
  EXPECT_EQ(CALL(driver_, cuDeviceCanAccessPeer)(&can, 1, 1), Result::Success);
  EXPECT_EQ(can, 0);
  EXPECT_EQ(CALL(driver_, cuCtxEnablePeerAccess)(second_, 0), Result::Success);
  EXPECT_EQ(CALL(driver_, cuCtxEnablePeerAccess)(second_, 0), Result::PeerAccessAlreadyEnabled);
  EXPECT_EQ(CALL(driver_, cuCtxEnablePeerAccess)(first_, 0), Result::InvalidContext);
}

TEST_F(WithDevices, ContextsFormAStackPerThread) {
  Context* context = nullptr;
  int device = -1;
  EXPECT_EQ(CALL(driver_, cuCtxPushCurrent_v2)(second_), Result::Success);
  EXPECT_EQ(CALL(driver_, cuCtxGetDevice)(&device), Result::Success);
  EXPECT_EQ(device, 1);
  EXPECT_EQ(CALL(driver_, cuCtxPopCurrent_v2)(&context), Result::Success);
  EXPECT_EQ(context, second_);
  EXPECT_EQ(CALL(driver_, cuCtxGetDevice)(&device), Result::Success);
  EXPECT_EQ(device, 0);
  EXPECT_EQ(CALL(driver_, cuCtxPopCurrent_v2)(&context), Result::Success);
  EXPECT_EQ(CALL(driver_, cuCtxPopCurrent_v2)(&context), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuCtxGetDevice)(&device), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuCtxSynchronize)(), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuCtxSynchronize_v2)(nullptr), Result::InvalidContext);
  // Since CUDA 13 these name their context.
  EXPECT_EQ(CALL(driver_, cuCtxSynchronize_v2)(second_), Result::Success);
  EXPECT_EQ(CALL(driver_, cuCtxGetDevice_v2)(&device, second_), Result::Success);
  EXPECT_EQ(device, 1);
  DevicePointer memory = 0;
  EXPECT_EQ(CALL(driver_, cuMemAlloc_v2)(&memory, 1), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuCtxPushCurrent_v2)(first_), Result::Success);
}

TEST(VirtualEntryPoints, LookUpAndExportedSymbolsAgree) {
  const LoadedDriver driver({});
  const auto look_up = CALL(driver, cuGetProcAddress_v2);
  std::size_t checked = 0;
  const auto check = [&](const char* symbol, const char* base, int since) {
    ASSERT_NE(driver.symbol(symbol), nullptr) << symbol;
    void* function = nullptr;
    int status = -1;
    EXPECT_EQ(look_up(base, &function, since, 0, &status), Result::Success) << base;
    EXPECT_EQ(function, driver.symbol(symbol)) << base;
    EXPECT_EQ(status, 0);
    EXPECT_EQ(look_up(symbol, &function, 13000, 0, nullptr), Result::Success) << symbol;
    if (std::string(symbol) != base) {
      EXPECT_EQ(function, driver.symbol(symbol));
    }
    ++checked;
  };
#define ENTRY(symbol, base, version, parameters) check(#symbol, #base, version);
#include "virtual/entry_points.def"
#undef ENTRY
  EXPECT_GT(checked, 80u);
}

TEST(VirtualEntryPoints, OldAndNewSignaturesOfTheLookUpItself) {
  const LoadedDriver driver({});
  void* old_function = nullptr;
  void* new_function = nullptr;
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("cuGetProcAddress", &old_function, 11030, 0),
            Result::Success);
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("cuGetProcAddress", &new_function, 12040, 0),
            Result::Success);
  EXPECT_EQ(old_function, driver.symbol("cuGetProcAddress"));
  EXPECT_EQ(new_function, driver.symbol("cuGetProcAddress_v2"));
}

TEST(VirtualEntryPoints, UnknownFunctionsReportTheirNameOnce) {
  const LoadedDriver driver({});
  using Function = Result (*)();
  void* first = nullptr;
  void* second = nullptr;
  void* again = nullptr;
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("cuArray3DCreate", &first, 13000, 0), Result::Success);
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("cuSurfObjectCreate", &second, 13000, 0),
            Result::Success);
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("cuArray3DCreate", &again, 13000, 0), Result::Success);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, again);
  testing::internal::CaptureStderr();
  EXPECT_EQ(reinterpret_cast<Function>(first)(), Result::NotSupported);
  EXPECT_EQ(reinterpret_cast<Function>(first)(), Result::NotSupported);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "castra virtual GPU: cuArray3DCreate is not supported by virtual GPUs\n");
  EXPECT_EQ(CALL(driver, cuGetProcAddress)("nvmlInit", &first, 13000, 0), Result::NotFound);
  EXPECT_EQ(first, nullptr);
}

TEST(VirtualEntryPoints, ManyUnknownFunctionsDoNotExhaustAnything) {
  const LoadedDriver driver({});
  using Function = Result (*)();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 2000; ++i) {
    void* function = nullptr;
    const std::string name = "cuMadeUp" + std::to_string(i);
    ASSERT_EQ(CALL(driver, cuGetProcAddress)(name.c_str(), &function, 13000, 0), Result::Success);
    ASSERT_EQ(reinterpret_cast<Function>(function)(), Result::NotSupported);
  }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("cuMadeUp17 is not"), std::string::npos);
}

TEST(VirtualErrors, HaveNamesAndTexts) {
  const LoadedDriver driver({});
  const char* text = nullptr;
  EXPECT_EQ(CALL(driver, cuGetErrorName)(Result::NoDevice, &text), Result::Success);
  EXPECT_STREQ(text, "CUDA_ERROR_NO_DEVICE");
  EXPECT_EQ(CALL(driver, cuGetErrorString)(Result::OutOfMemory, &text), Result::Success);
  EXPECT_STREQ(text, "out of memory");
  EXPECT_EQ(CALL(driver, cuGetErrorName)(static_cast<Result>(12345), &text), Result::InvalidValue);
  EXPECT_STREQ(text, "CUDA_ERROR_UNKNOWN");
}

}  // namespace
}  // namespace castra::virtual_gpu
