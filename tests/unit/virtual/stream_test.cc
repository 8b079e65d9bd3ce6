#include "driver.h"

namespace castra::virtual_gpu {
namespace {

class Streams : public WithDevices {};

TEST_F(Streams, WorkIsCompleteWhenAnEventSaysSo) {
  Stream* stream = nullptr;
  Event* event = nullptr;
  DevicePointer memory = 0;
  ASSERT_EQ(CALL(driver_, cuStreamCreate)(&stream, 1), Result::Success);
  ASSERT_EQ(CALL(driver_, cuEventCreate)(&event, 2), Result::Success);
  ASSERT_EQ(CALL(driver_, cuMemAlloc_v2)(&memory, 64), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventQuery)(event), Result::Success);  // never recorded: complete
  EXPECT_EQ(CALL(driver_, cuMemsetD8Async)(memory, 7, 64, stream), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventRecord)(event, stream), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventSynchronize)(event), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventQuery)(event), Result::Success);
  EXPECT_EQ(*to_bytes(memory + 63), std::byte{7});
  EXPECT_EQ(CALL(driver_, cuStreamQuery)(stream), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventDestroy_v2)(event), Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamDestroy_v2)(stream), Result::Success);
  EXPECT_EQ(CALL(driver_, cuMemFree_v2)(memory), Result::Success);
}

TEST_F(Streams, HostFunctionsAndCallbacksRunInOrder) {
  Stream* stream = nullptr;
  ASSERT_EQ(CALL(driver_, cuStreamCreateWithPriority)(&stream, 1, -1), Result::Success);
  std::string order;
  EXPECT_EQ(CALL(driver_, cuLaunchHostFunc)(
                stream, [](void* data) { *static_cast<std::string*>(data) += 'a'; }, &order),
            Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamAddCallback)(
                stream,
                [](Stream*, Result status, void* data) {
                  *static_cast<std::string*>(data) += status == Result::Success ? 'b' : '?';
                },
                &order, 0),
            Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamSynchronize)(stream), Result::Success);
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(CALL(driver_, cuStreamDestroy_v2)(stream), Result::Success);
}

TEST_F(Streams, ElapsedTimeNeedsTwoRecordedEvents) {
  Event* start = nullptr;
  Event* end = nullptr;
  ASSERT_EQ(CALL(driver_, cuEventCreate)(&start, 0), Result::Success);
  ASSERT_EQ(CALL(driver_, cuEventCreate)(&end, 0), Result::Success);
  float milliseconds = -1;
  EXPECT_EQ(CALL(driver_, cuEventElapsedTime)(&milliseconds, start, end), Result::InvalidHandle);
  EXPECT_EQ(CALL(driver_, cuEventRecord)(start, nullptr), Result::Success);
  EXPECT_EQ(CALL(driver_, cuCtxRecordEvent)(first_, end), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventElapsedTime)(&milliseconds, start, end), Result::Success);
  EXPECT_GE(milliseconds, 0);
  EXPECT_LT(milliseconds, 60000);
  EXPECT_EQ(CALL(driver_, cuEventDestroy_v2)(start), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventDestroy_v2)(end), Result::Success);
}

TEST_F(Streams, HandlesAreChecked) {
  Event* event = nullptr;
  Stream* stream = nullptr;
  ASSERT_EQ(CALL(driver_, cuEventCreate)(&event, 0), Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamWaitEvent)(nullptr, event, 0), Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamWaitEvent)(nullptr, nullptr, 0), Result::InvalidHandle);
  EXPECT_EQ(CALL(driver_, cuEventRecord)(nullptr, nullptr), Result::InvalidHandle);
  EXPECT_EQ(CALL(driver_, cuLaunchHostFunc)(nullptr, nullptr, nullptr), Result::InvalidValue);
  EXPECT_EQ(CALL(driver_, cuStreamDestroy_v2)(nullptr), Result::InvalidHandle);
  EXPECT_EQ(CALL(driver_, cuCtxPopCurrent_v2)(nullptr), Result::Success);
  EXPECT_EQ(CALL(driver_, cuStreamCreate)(&stream, 0), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuEventRecord)(event, nullptr), Result::InvalidContext);
  EXPECT_EQ(CALL(driver_, cuCtxPushCurrent_v2)(first_), Result::Success);
  EXPECT_EQ(CALL(driver_, cuEventDestroy_v2)(event), Result::Success);
}

}  // namespace
}  // namespace castra::virtual_gpu
