#include "virtual/device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "virtual/context.h"
#include "virtual/device_attributes.h"
#include "virtual/entry_points.h"
#include "virtual/report.h"

namespace castra::virtual_gpu {

Device::Device(int ordinal, const Config& config)
    : ordinal_(ordinal),
      name_(config.device_name),
      capacity_(config.memory_bytes),
      context_(std::make_unique<Context>(*this)) {}

Device::~Device() = default;

std::uint64_t Device::available() {
  const std::lock_guard lock(mutex_);
  return capacity_ - used_;
}

bool Device::reserve(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > capacity_ - used_) return false;
  used_ += bytes;
  return true;
}

void Device::release(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
}

Driver& Driver::instance() {
  static auto* const driver = new Driver;
  return *driver;
}

Result Driver::initialise() {
  const std::lock_guard lock(mutex_);
  if (!read_) {
    read_ = true;
    const ConfigReading reading = read_config([](const char* name) { return std::getenv(name); });
    if (!reading.problem.empty()) report(reading.problem);
    for (int i = 0; i < reading.config.devices; ++i) {
      devices_.push_back(std::make_unique<Device>(i, reading.config));
    }
  }
  return devices_.empty() ? Result::NoDevice : Result::Success;
}

bool Driver::initialised() {
  const std::lock_guard lock(mutex_);
  return !devices_.empty();
}

int Driver::count() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(devices_.size());
}

Device* Driver::device(int ordinal) {
  const std::lock_guard lock(mutex_);
  if (ordinal < 0 || static_cast<std::size_t>(ordinal) >= devices_.size()) return nullptr;
  return devices_[static_cast<std::size_t>(ordinal)].get();
}

namespace {

Result no_such_device() {
  return Driver::instance().initialised() ? Result::InvalidDevice : Result::NotInitialized;
}

}  // namespace

Result cuInit(unsigned flags) {
  return flags == 0 ? Driver::instance().initialise() : Result::InvalidValue;
}

Result cuDriverGetVersion(int* version) {
  if (version == nullptr) return Result::InvalidValue;
  *version = kDriverVersion;
  return Result::Success;
}

Result cuDeviceGetCount(int* count) {
  if (count == nullptr) return Result::InvalidValue;
  *count = Driver::instance().count();
  return *count == 0 ? Result::NotInitialized : Result::Success;
}

Result cuDeviceGet(int* device, int ordinal) {
  if (device == nullptr) return Result::InvalidValue;
  if (Driver::instance().device(ordinal) == nullptr) return no_such_device();
  *device = ordinal;
  return Result::Success;
}

Result cuDeviceGetName(char* name, int length, int device) {
  if (name == nullptr || length <= 0) return Result::InvalidValue;
  const Device* const found = Driver::instance().device(device);
  if (found == nullptr) return no_such_device();
  const std::size_t copied = std::min(found->name().size(), static_cast<std::size_t>(length) - 1);
  std::memcpy(name, found->name().data(), copied);
  name[copied] = '\0';
  return Result::Success;
}

Result cuDeviceGetUuid_v2(Uuid* uuid, int device) {
  if (uuid == nullptr) return Result::InvalidValue;
  if (Driver::instance().device(device) == nullptr) return no_such_device();
  constexpr char kPrefix[] = "castra-virtual-";
  static_assert(sizeof(kPrefix) - 1 == sizeof(uuid->bytes) - 1);
  std::memcpy(uuid->bytes, kPrefix, sizeof(kPrefix) - 1);
  uuid->bytes[sizeof(uuid->bytes) - 1] = static_cast<unsigned char>(device);
  return Result::Success;
}

Result cuDeviceGetUuid(Uuid* uuid, int device) { return cuDeviceGetUuid_v2(uuid, device); }

Result cuDeviceTotalMem_v2(std::size_t* bytes, int device) {
  if (bytes == nullptr) return Result::InvalidValue;
  const Device* const found = Driver::instance().device(device);
  if (found == nullptr) return no_such_device();
  *bytes = found->capacity();
  return Result::Success;
}

Result cuDeviceGetAttribute(int* value, int attribute, int device) {
  if (value == nullptr) return Result::InvalidValue;
  if (Driver::instance().device(device) == nullptr) return no_such_device();
  *value = device_attribute(attribute, device);
  return Result::Success;
}

Result cuDeviceCanAccessPeer(int* can_access, int device, int peer) {
  if (can_access == nullptr) return Result::InvalidValue;
  if (Driver::instance().device(device) == nullptr || Driver::instance().device(peer) == nullptr) {
    return no_such_device();
  }
  *can_access = device != peer ? 1 : 0;
  return Result::Success;
}

Result cuDevicePrimaryCtxRetain(Context** context, int device) {
  if (context == nullptr) return Result::InvalidValue;
  Device* const found = Driver::instance().device(device);
  if (found == nullptr) return no_such_device();
  *context = &found->context();
  return Result::Success;
}

Result cuDevicePrimaryCtxRelease_v2(int device) {
  return Driver::instance().device(device) == nullptr ? no_such_device() : Result::Success;
}

Result cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
  Device* const found = Driver::instance().device(device);
  if (found == nullptr) return no_such_device();
  found->context().set_flags(flags);
  return Result::Success;
}

}  // namespace castra::virtual_gpu
