#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace castra::run {

/// What the launcher wants to know of an executable before it starts it.
struct ElfFile {
  std::uint16_t machine = 0;        ///< e_machine; 62 is x86-64
  bool dynamic = false;             ///< has a dynamic section: not statically linked
  std::string interpreter;          ///< the loader it asks for; empty if none
  std::vector<std::string> needed;  ///< sonames it lists itself, in order
};

/// e_machine of the processor Castra itself was built for.
std::uint16_t native_machine();
/// "x86-64", "AArch64", or "machine 243".
std::string machine_name(std::uint16_t machine);

bool looks_like_elf(std::string_view bytes);

/// Reads a 64-bit little-endian ELF image. `name` is what errors call it. Every offset is checked:
/// a truncated or hostile file is an error.
Result<ElfFile> parse_elf(std::string_view image, const std::string& name);

/// Maps the file and parses it.
Result<ElfFile> read_elf(const std::string& path);

}  // namespace castra::run
