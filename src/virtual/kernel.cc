#include "virtual/kernel.h"

namespace castra::virtual_gpu {

std::optional<std::size_t> parse_bits(std::string_view text) {
  if (text == "8") return 1;
  if (text == "16") return 2;
  if (text == "32") return 4;
  if (text == "64") return 8;
  if (text == "128") return 16;
  return std::nullopt;
}

std::optional<KernelShape> parse_shape(std::string_view text) {
  if (text.size() < 4 || text[0] < '1' || text[0] > '3' || text.substr(1, 2) != "D_") {
    return std::nullopt;
  }
  const auto bytes = parse_bits(text.substr(3));
  if (!bytes) return std::nullopt;
  return KernelShape{static_cast<std::size_t>(text[0] - '0'), *bytes};
}

KernelBody find_kernel_body(std::string_view name) {
  using Family = KernelBody (*)(std::string_view);
  constexpr Family kFamilies[] = {affine_fill_body, affine_copy_body, transpose_body,
                                  indirect_copy_body};
  for (const Family family : kFamilies) {
    if (KernelBody body = family(name)) return body;
  }
  return nullptr;
}

}  // namespace castra::virtual_gpu
