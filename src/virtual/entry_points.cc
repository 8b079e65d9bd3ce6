#include "virtual/entry_points.h"

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "virtual/report.h"

namespace castra::virtual_gpu {
namespace {

struct EntryPoint {
  std::string_view symbol;
  std::string_view base;
  int since;
  void* function;
};

const EntryPoint kEntryPoints[] = {
#define ENTRY(symbol, base, version, parameters) \
  {#symbol, #base, version, reinterpret_cast<void*>(&symbol)},
#include "virtual/entry_points.def"
#undef ENTRY
};

/// The newest function of that name not newer than the caller's CUDA version; null if there is
/// none.
void* find_implemented(std::string_view name, int cuda_version) {
  const EntryPoint* best = nullptr;
  for (const EntryPoint& entry : kEntryPoints) {
    if (entry.symbol == name && entry.base != name) return entry.function;
    if (entry.base != name || entry.since > cuda_version) continue;
    if (best == nullptr || entry.since > best->since) best = &entry;
  }
  return best == nullptr ? nullptr : best->function;
}

/// One function per name that was asked for and is not implemented: it says so on its first call
/// and returns NotSupported. Callers use the C convention, in which the caller removes the
/// arguments, so a function without parameters can stand for any.
class Unsupported {
 public:
  static void* function_for(std::string_view name) {
    const std::lock_guard lock(mutex());
    auto& names = Unsupported::names();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].name == name) return kFunctions[i];
    }
    if (names.size() == kCapacity) return reinterpret_cast<void*>(&overflow);
    names.push_back({std::string(name), false});
    return kFunctions[names.size() - 1];
  }

 private:
  struct Name {
    std::string name;
    bool reported;
  };
  static constexpr std::size_t kCapacity = 512;

  template <std::size_t kIndex>
  static Result call() {
    const std::lock_guard lock(mutex());
    Name& name = names()[kIndex];
    if (!std::exchange(name.reported, true))
      report(name.name + " is not supported by virtual GPUs");
    return Result::NotSupported;
  }
  static Result overflow() {
    report("a driver function is not supported by virtual GPUs");
    return Result::NotSupported;
  }
  static std::mutex& mutex() {
    static std::mutex* const mutex = new std::mutex;
    return *mutex;
  }
  static std::vector<Name>& names() {
    static auto* const names = new std::vector<Name>;
    return *names;
  }
  template <std::size_t... kIndices>
  static std::array<void*, kCapacity> make_functions(std::index_sequence<kIndices...>) {
    return {reinterpret_cast<void*>(&call<kIndices>)...};
  }
  static const std::array<void*, kCapacity> kFunctions;
};

const std::array<void*, Unsupported::kCapacity> Unsupported::kFunctions =
    Unsupported::make_functions(std::make_index_sequence<kCapacity>());

/// CUdriverProcAddressQueryResult
enum class QueryStatus : int { Success = 0, SymbolNotFound = 1 };

}  // namespace

Result cuGetProcAddress_v2(const char* name, void** function, int cuda_version, std::uint64_t,
                           int* status) {
  if (name == nullptr || function == nullptr) return Result::InvalidValue;
  const std::string_view wanted(name);
  *function = nullptr;
  if (wanted.starts_with("cu")) {
    *function = find_implemented(wanted, cuda_version);
    if (*function == nullptr) *function = Unsupported::function_for(wanted);
  }
  const bool found = *function != nullptr;
  if (status != nullptr) {
    *status = static_cast<int>(found ? QueryStatus::Success : QueryStatus::SymbolNotFound);
  }
  return found ? Result::Success : Result::NotFound;
}

Result cuGetProcAddress(const char* name, void** function, int cuda_version, std::uint64_t flags) {
  return cuGetProcAddress_v2(name, function, cuda_version, flags, nullptr);
}

}  // namespace castra::virtual_gpu
