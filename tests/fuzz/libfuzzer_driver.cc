#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz_target.h"
#include "support/check.h"

/// libFuzzer's entry points for one target, named by CASTRA_FUZZ_TARGET when this file is compiled.
namespace {

const castra::FuzzTarget& target() {
  static const castra::FuzzTarget* const kTarget = castra::find_fuzz_target(CASTRA_FUZZ_TARGET);
  CASTRA_CHECK(kTarget != nullptr, "the build names a target of the table");
  return *kTarget;
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target().run(view(data, size));
  return 0;
}

/// Three times in four the target's own mutation, else libFuzzer's of bytes and dictionary.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  castra::Rng rng(seed);
  if (rng.below(4) == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string mutated = target().mutate(view(data, size), max_size, rng);
  std::copy(mutated.begin(), mutated.end(), data);
  return mutated.size();
}
