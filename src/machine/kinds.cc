#include "machine/kinds.h"

#include "support/check.h"

namespace castra {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerations.
constexpr std::array kProcessorNames = {"CPU"sv, "GPU"sv, "OMP"sv, "IO"sv, "PY"sv, "PROC"sv};
constexpr std::array kMemoryNames = {"SYSMEM"sv,  "FBMEM"sv, "ZCMEM"sv,
                                     "SOCKMEM"sv, "RDMEM"sv, "VIRTUAL"sv};
static_assert(kProcessorNames.size() == kAllProcessorKinds.size());
static_assert(kMemoryNames.size() == kAllMemoryKinds.size());

template <typename Kind, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Kind kind) {
  const auto i = static_cast<std::size_t>(kind);
  CASTRA_CHECK(i < N, "unknown kind");
  return names[i];
}

template <typename Kind, std::size_t N>
std::optional<Kind> find(const std::array<std::string_view, N>& names, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == word) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

/// Whether `all` lists an enumeration in its order, up to `last`.
template <typename Kind, std::size_t N>
constexpr bool lists(const std::array<Kind, N>& all, Kind last) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(all[i]) != i) return false;
  }
  return all.back() == last;
}
static_assert(lists(kAllProcessorKinds, ProcessorKind::Proc));
static_assert(lists(kAllMemoryKinds, MemoryKind::Virtual));

}  // namespace

std::string_view to_string(ProcessorKind kind) { return name_of(kProcessorNames, kind); }
std::string_view to_string(MemoryKind kind) { return name_of(kMemoryNames, kind); }

std::optional<ProcessorKind> parse_processor_kind(std::string_view word) {
  return find<ProcessorKind>(kProcessorNames, word);
}
std::optional<MemoryKind> parse_memory_kind(std::string_view word) {
  return find<MemoryKind>(kMemoryNames, word);
}

}  // namespace castra
