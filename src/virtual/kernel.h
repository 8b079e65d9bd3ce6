#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace castra::virtual_gpu {

/// The arguments of one launch, in either of the two forms of cuLaunchKernel.
class Arguments {
 public:
  /// One pointer per parameter.
  explicit Arguments(void** pointers) : pointers_(pointers) {}
  /// All parameters packed as a C structure.
  explicit Arguments(std::byte* packed) : packed_(packed) {}

  /// The structure that is a kernel's only parameter.
  const std::byte* structure() const {
    return pointers_ != nullptr ? static_cast<const std::byte*>(pointers_[0]) : packed_;
  }
  void** pointers() const { return pointers_; }

 private:
  void** pointers_ = nullptr;
  std::byte* packed_ = nullptr;
};

using KernelBody = std::function<void(const Arguments&)>;

/// A function of a module. Kernels of Realm's own module have a body written for the host; any
/// other name has none, and launching it is an error.
class Kernel {
 public:
  Kernel(std::string name, KernelBody body) : name_(std::move(name)), body_(std::move(body)) {}

  const std::string& name() const { return name_; }
  bool runnable() const { return body_ != nullptr; }
  void run(const Arguments& arguments) const { body_(arguments); }

 private:
  std::string name_;
  KernelBody body_;
};

/// The host body of the kernel of Realm's module with that name; null if there is none.
KernelBody find_kernel_body(std::string_view name);

// One per family; null if the name is not of the family.
KernelBody affine_fill_body(std::string_view name);  ///< fill_affine_batch<dim>D_<bits>
KernelBody affine_copy_body(std::string_view name);  ///< memcpy_affine_batch<dim>D_<bits>
KernelBody transpose_body(std::string_view name);    ///< memcpy_transpose<bits>
KernelBody indirect_copy_body(
    std::string_view name);  ///< memcpy_indirect<dim>D_<bits><address bits>

/// Dimensions of the rectangles and bytes per element, as names say them ("3D_64").
struct KernelShape {
  std::size_t dim;
  std::size_t element_bytes;
};

/// `text` is what follows the family's prefix. Dimensions 1..3, bits 8, 16, 32, 64 or 128.
std::optional<KernelShape> parse_shape(std::string_view text);
/// "8", "16", "32", "64" or "128" as bytes.
std::optional<std::size_t> parse_bits(std::string_view text);

/// The parameter structures consist of 64-bit words; reads word `index`.
inline std::uint64_t word(const std::byte* structure, std::size_t index) {
  std::uint64_t value = 0;
  std::memcpy(&value, structure + index * sizeof(value), sizeof(value));
  return value;
}

}  // namespace castra::virtual_gpu
