#include "run/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>

namespace castra::run {
namespace {

constexpr std::size_t kMaxNeeded = 4096;

/// Bounds-checked reads out of an image.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  /// The zero-terminated string at `offset`.
  std::optional<std::string> text(std::uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const std::string_view rest = bytes_.substr(offset);
    const auto end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(rest.substr(0, end));
  }

 private:
  std::string_view bytes_;
};

struct Segments {
  std::vector<Elf64_Phdr> loads;
  std::optional<Elf64_Phdr> dynamic;
  std::optional<Elf64_Phdr> interpreter;
};

std::optional<Segments> read_segments(const Image& image, const Elf64_Ehdr& header) {
  Segments segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(header.e_phoff + i * header.e_phentsize);
    if (!segment) return std::nullopt;
    if (segment->p_type == PT_LOAD) segments.loads.push_back(*segment);
    if (segment->p_type == PT_DYNAMIC) segments.dynamic = *segment;
    if (segment->p_type == PT_INTERP) segments.interpreter = *segment;
  }
  return segments;
}

std::optional<std::uint64_t> file_offset(const Segments& segments, std::uint64_t address) {
  for (const auto& load : segments.loads) {
    if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz)
      return load.p_offset + (address - load.p_vaddr);
  }
  return std::nullopt;
}

/// DT_NEEDED entries; nothing if the section is damaged.
std::optional<std::vector<std::string>> read_needed(const Image& image, const Segments& segments) {
  std::vector<std::uint64_t> names;
  std::optional<std::uint64_t> strings;
  for (std::uint64_t i = 0; i * sizeof(Elf64_Dyn) < segments.dynamic->p_filesz; ++i) {
    const auto entry = image.at<Elf64_Dyn>(segments.dynamic->p_offset + i * sizeof(Elf64_Dyn));
    if (!entry || names.size() > kMaxNeeded) return std::nullopt;
    if (entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_NEEDED) names.push_back(entry->d_un.d_val);
    if (entry->d_tag == DT_STRTAB) strings = file_offset(segments, entry->d_un.d_ptr);
  }
  std::vector<std::string> needed;
  for (const std::uint64_t name : names) {
    const auto text = strings ? image.text(*strings + name) : std::nullopt;
    if (!text) return std::nullopt;
    needed.push_back(*text);
  }
  return needed;
}

}  // namespace

std::uint16_t native_machine() {
#if defined(__x86_64__)
  return EM_X86_64;
#elif defined(__aarch64__)
  return EM_AARCH64;
#elif defined(__powerpc64__)
  return EM_PPC64;
#else
#error "name this processor's e_machine here"
#endif
}

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "AArch64";
    case EM_PPC64:
      return "POWER";
    case EM_386:
      return "32-bit x86";
    default:
      return fmt::format("machine {}", machine);
  }
}

bool looks_like_elf(std::string_view bytes) { return bytes.starts_with(ELFMAG); }

Result<ElfFile> parse_elf(std::string_view bytes, const std::string& name) {
  const auto damaged = [&name] {
    return failure(fmt::format("{}: the executable is damaged or truncated", name));
  };
  if (!looks_like_elf(bytes)) return failure(fmt::format("{}: not an executable program", name));
  if (bytes.size() < EI_NIDENT) return damaged();
  if (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB) {
    return failure(fmt::format("{}: not a 64-bit little-endian program", name));
  }
  const Image image(bytes);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header) return damaged();
  const auto segments = read_segments(image, *header);
  if (!segments) return damaged();

  ElfFile file;
  file.machine = header->e_machine;
  file.dynamic = segments->dynamic.has_value();
  if (segments->interpreter) {
    const auto interpreter = image.text(segments->interpreter->p_offset);
    if (!interpreter) return damaged();
    file.interpreter = *interpreter;
  }
  if (file.dynamic) {
    auto needed = read_needed(image, *segments);
    if (!needed) return damaged();
    file.needed = std::move(*needed);
  }
  return file;
}

Result<ElfFile> read_elf(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure(fmt::format("{}: {}", path, std::strerror(errno)));
  struct stat status{};
  void* address = MAP_FAILED;
  std::size_t size = 0;
  if (fstat(descriptor, &status) == 0 && status.st_size > 0) {
    size = static_cast<std::size_t>(status.st_size);
    address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  }
  close(descriptor);
  if (address == MAP_FAILED) return failure(fmt::format("{}: cannot be read", path));
  auto file = parse_elf({static_cast<const char*>(address), size}, path);
  munmap(address, size);
  return file;
}

}  // namespace castra::run
